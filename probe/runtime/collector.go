// Package runtime: what the garbage collector does, as far as it can matter to what the program's goroutines see.
//
//	44 a cycle begins · 40 mark · 41 write barrier on · 40 mark termination · 40 off · 41 write barrier off ·
//	45 marking is complete · 42 sweep begins · 43 sweep is complete, perhaps only when the next cycle wants to begin
//
// The phase and the write barrier change while the world is stopped.

package runtime

// Kinds of event, as docs/event-file.md numbers them.
const (
	maptrapKindPhase        = 40
	maptrapKindWriteBarrier = 41
	maptrapKindSweep        = 42
	maptrapKindSwept        = 43
	maptrapKindCycle        = 44
	maptrapKindMarked       = 45
)

var maptrapBarrier bool // whether the write barrier was on when that was last told

// maptrapCycleBegins is called when the cycle has got its number.
func maptrapCycleBegins() {
	maptrapCollector(maptrapKindCycle, maptrapLiveHeap())
}

// maptrapPhase is called when the phase was set.
//
//go:nosplit
func maptrapPhase(phase uint32) {
	maptrapCollector(maptrapKindPhase, uint64(phase))
	if on := writeBarrier.enabled; on != maptrapBarrier {
		maptrapBarrier = on
		state := uint64(0)
		if on {
			state = 1
		}
		maptrapCollector(maptrapKindWriteBarrier, state)
	}
}

// maptrapMarked is called when marking is complete and its phase over. What was marked is the live heap.
func maptrapMarked() {
	maptrapCollector(maptrapKindMarked, work.bytesMarked)
}

// maptrapSweep tells that sweeping begins, or is complete.
func maptrapSweep(kind uint32) {
	maptrapCollector(kind, 0)
}

//go:nosplit
func maptrapCollector(kind uint32, a uint64) {
	maptrapEmit(maptrapClassProcess, kind, 0, a, uint64(maptrapCycles()))
}
