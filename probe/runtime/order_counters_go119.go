// Package runtime: counters of test coverage, whose places in memory Go tells from 1.20 on only.

package runtime

import "unsafe"

//go:nosplit
func maptrapOrderCounts(addr unsafe.Pointer) bool {
	return false
}
