// Package runtime: counters of test coverage, which code that the go command adds counts up with atomic operations (-covermode=atomic).

package runtime

import "unsafe"

// maptrapOrderCounts tells whether an address is that of such a counter: the program orders nothing by it.
//
//go:nosplit
func maptrapOrderCounts(addr unsafe.Pointer) bool {
	return uintptr(addr)-firstmoduledata.covctrs < firstmoduledata.ecovctrs-firstmoduledata.covctrs
}
