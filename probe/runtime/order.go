// Package runtime: order events, by which goroutines are ordered. docs/order-events.md is the definition.

package runtime

import "unsafe"

// maptrapOrdering is 1 while order events are recorded. It is set once, before any goroutine runs. The linkname lets
// internal/race look at it.
//
//go:linkname maptrapOrdering
var maptrapOrdering uint32

// maptrapOrderAcquire notes that this goroutine comes after all that addr's clock holds. Call it after the operation that synchronises.
//
//go:linkname maptrapOrderAcquire
func maptrapOrderAcquire(addr unsafe.Pointer) {
}

// maptrapOrderAcquireFor notes the same for gp, which is parked or has not begun to run.
func maptrapOrderAcquireFor(gp *g, addr unsafe.Pointer) {
}

// maptrapOrderRelease notes that addr's clock becomes this goroutine's. Call it before the operation that synchronises.
//
//go:linkname maptrapOrderRelease
func maptrapOrderRelease(addr unsafe.Pointer) {
}

// maptrapOrderReleaseFor notes the same for gp, which is parked or has not begun to run.
func maptrapOrderReleaseFor(gp *g, addr unsafe.Pointer) {
}

// maptrapOrderMerge notes that this goroutine's clock is added to addr's. Call it before the operation that synchronises.
//
//go:linkname maptrapOrderMerge
func maptrapOrderMerge(addr unsafe.Pointer) {
}

// maptrapOrderMergeFor notes the same for gp, which is parked or has not begun to run.
func maptrapOrderMergeFor(gp *g, addr unsafe.Pointer) {
}

// maptrapOrderSwap notes that this goroutine's clock and addr's take each other in: the goroutine comes after what addr's clock held, which
// becomes the goroutine's as it was.
func maptrapOrderSwap(addr unsafe.Pointer) {
}

// maptrapOrderSwapFor notes the same for gp, which is parked or has not begun to run.
func maptrapOrderSwapFor(gp *g, addr unsafe.Pointer) {
}

// maptrapOrderLocked notes that this goroutine has a lock now: after its acquire.
//
//go:linkname maptrapOrderLocked
func maptrapOrderLocked(addr unsafe.Pointer, reading bool) {
}

// maptrapOrderUnlocked notes that a lock is given back: before its release. Another goroutine than the one that took it may do so.
//
//go:linkname maptrapOrderUnlocked
func maptrapOrderUnlocked(addr unsafe.Pointer, reading bool) {
}

// maptrapOrderIgnore begins (1) and ends (-1) a part of this goroutine's way in which nothing counts as synchronisation. The parts nest.
//
//go:linkname maptrapOrderIgnore
func maptrapOrderIgnore(by int8) {
	getg().raceignore += by
}

// maptrapOrderTimers gives the context in which this P runs timers: a goroutine of its own to order events.
func maptrapOrderTimers() uintptr {
	return 0
}

// maptrapOrderAcquireIn notes an acquire in a context of maptrapOrderTimers.
func maptrapOrderAcquireIn(context uintptr, addr unsafe.Pointer) {
}

// maptrapOrderAtomic is a place where the atomic operations on an address follow one another as their events do: call it before the
// operation, which must not be left before maptrapOrderAtomicDone. Nothing in between may block, allocate or grow the stack.
//
//go:nosplit
func maptrapOrderAtomic(addr unsafe.Pointer) {
}

// maptrapOrderAtomicDone ends what maptrapOrderAtomic began. acquires and releases tell what the operation did: a store releases, a
// swap, an addition and a successful compare-and-swap do both, a failed one acquires.
//
//go:nosplit
func maptrapOrderAtomicDone(addr unsafe.Pointer, acquires, releases bool) {
}
