package runtime

// maptrapReadyTimer sets up a timer that timeSleep finds in gp.timer.
func maptrapReadyTimer(t *timer, gp *g) {
	t.init(goroutineReady, gp)
}
