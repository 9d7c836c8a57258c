// Package runtime: what is new in Go 1.21.

package runtime

import (
	"internal/abi"
	"unsafe"
)

func maptrapTypeString(typ unsafe.Pointer) string {
	return toRType((*abi.Type)(typ)).string()
}

func maptrapParent(gp *g) uint64 {
	return gp.parentGoid
}

// maptrapCycles is the number of GC cycles begun.
func maptrapCycles() uint32 {
	return work.cycles.Load()
}

// maptrapNewestID is not below any goroutine's id.
func maptrapNewestID() uint64 {
	return sched.goidgen.Load()
}
