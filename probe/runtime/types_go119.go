// Package runtime: what differs in Go 1.19.

package runtime

import "unsafe"

func maptrapTypeString(typ unsafe.Pointer) string {
	return (*_type)(typ).string()
}

func maptrapParent(gp *g) uint64 {
	return 0
}

// maptrapCycles is the number of GC cycles begun.
func maptrapCycles() uint32 {
	return work.cycles
}

// maptrapNewestID is not below any goroutine's id.
func maptrapNewestID() uint64 {
	return sched.goidgen
}
