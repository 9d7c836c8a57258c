package runtime

// maptrapLiveHeap is the size of the heap as far as it counts as live.
func maptrapLiveHeap() uint64 {
	return gcController.heapLive.Load()
}
