// Package runtime: the ends of a program that come by return from main or by os.Exit.

package runtime

import atomic "maptrap.invalid/atomic"

// maptrapExit is called when main returns or os.Exit is called. A program that would end while a goroutine is held,
// or while a planned hold has not come up yet, is kept alive for a moment.
func maptrapExit(status int32) {
	if maptrapOn == 0 {
		return
	}
	gp := getg()
	if maptrapRecording == 0 && gp == gp.m.curg && gp.m.locks == 0 && atomic.Cas(&maptrapExiting, 0, 1) {
		end := nanotime() + 10_000_000
		for {
			early := nanotime() < end
			if !maptrapWorthWaiting(early) {
				break
			}
			if !early {
				maptrapClosed = true // those that are held may end; others would keep the program from ever ending
			}
			timer := gp.timer
			bubble := maptrapLeaveBubble(gp)
			gp.timer = &maptrapExitTimer
			maptrapReadyTimer(gp.timer, gp)
			timeSleep(200_000)
			gp.timer = timer
			maptrapEnterBubble(gp, bubble)
		}
	}
	maptrapFlush()
	maptrapHeader.exited(status)
}

var (
	maptrapExitTimer timer
	maptrapExiting   uint32 // 1: a goroutine is waiting in maptrapExit; a second one does not
	maptrapClosed    bool   // nobody is held any more: the program is about to end
)

func maptrapWorthWaiting(early bool) bool {
	lock(&maptrapMu)
	active := maptrapActive != 0
	unlock(&maptrapMu)
	return active || early && maptrapPlanLeft() && maptrapGoroutines() > 1
}
