package runtime

import atomic "maptrap.invalid/atomic"

// maptrapLiveHeap is the size of the heap as far as it counts as live.
func maptrapLiveHeap() uint64 {
	return atomic.Load64(&gcController.heapLive)
}
