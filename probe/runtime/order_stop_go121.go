// Package runtime: stopping the world.

package runtime

// maptrapOrderAllStopped calls maptrapOrderReleaseAll while no goroutine runs.
func maptrapOrderAllStopped() {
	stopTheWorld(stwUnknown)
	systemstack(maptrapOrderReleaseAll)
	startTheWorld()
}
