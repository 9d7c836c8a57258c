// Package runtime: what differs in Go 1.19.

package runtime

import atomic "maptrap.invalid/atomic"

// maptrapCycles gives the number of garbage collections begun.
//
//go:nosplit
func maptrapCycles() uint32 {
	return atomic.Load(&work.cycles)
}

func maptrapLiveHeap() uint64 {
	return atomic.Load64(&gcController.heapLive)
}
