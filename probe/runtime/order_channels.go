// Package runtime: order events of channels, where they are more than the race detector is told.

package runtime

import "unsafe"

// maptrapOrderSync notes that this goroutine and gp, which is parked, come after each other: an unbuffered channel, whose lock is held.
//
//go:noinline
func maptrapOrderSync(addr unsafe.Pointer, gp *g) {
	maptrapOrderRelease(addr)
	maptrapOrderSwapFor(gp, addr)
	maptrapOrderAcquire(addr)
}
