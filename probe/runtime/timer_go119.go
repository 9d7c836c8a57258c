package runtime

// maptrapReadyTimer: before Go 1.23 timeSleep sets the timer up itself.
func maptrapReadyTimer(t *timer, gp *g) {}
