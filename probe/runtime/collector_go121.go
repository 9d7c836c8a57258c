package runtime

// maptrapCycles gives the number of garbage collections begun.
//
//go:nosplit
func maptrapCycles() uint32 {
	return work.cycles.Load()
}

func maptrapLiveHeap() uint64 {
	return gcController.heapLive.Load()
}
