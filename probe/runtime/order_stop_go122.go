// Package runtime: stopping the world.

package runtime

// maptrapOrderAllStopped calls maptrapOrderReleaseAll while no goroutine runs.
func maptrapOrderAllStopped() {
	world := stopTheWorld(stwUnknown)
	systemstack(maptrapOrderReleaseAll)
	startTheWorld(world)
}
