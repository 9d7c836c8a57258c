// Package runtime: what the collector's work orders.

package runtime

import "unsafe"

// maptrapOrderUnreachable is the address by which all that was done comes before finalizers and cleanups.
var maptrapOrderUnreachable uint64

// maptrapOrderCollected is called before finalizers or cleanups run. Their objects cannot be reached any more, so what any goroutine did with
// them is done; which goroutine that was is not known.
func maptrapOrderCollected() {
	maptrapOrderAllStopped()
	maptrapOrderAcquire(unsafe.Pointer(&maptrapOrderUnreachable))
}

// maptrapOrderReleaseAll is called on the system stack while no goroutine runs.
func maptrapOrderReleaseAll() {
	for _, gp := range allgs {
		if status := readgstatus(gp) &^ _Gscan; status != _Gdead && gp.racectx != 0 {
			maptrapOrderMergeFor(gp, unsafe.Pointer(&maptrapOrderUnreachable))
		}
	}
}
