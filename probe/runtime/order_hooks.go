// Package runtime: order events, in a build with the hooks.

package runtime

// maptrapOrderHooks tells whether what orders goroutines calls the probe in this build.
const maptrapOrderHooks = true

// maptrapOrderOff is true in a process that records no order events, for internal/race to look at. It has its value before any goroutine
// runs and keeps it, also when recording ends before the program does.
//
//go:linkname maptrapOrderOff
var maptrapOrderOff = true

// maptrapOrderSwitch is called after maptrapInit.
func maptrapOrderSwitch() {
	maptrapOrderOff = maptrapOrdering == 0
}
