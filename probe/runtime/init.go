// Package runtime: switching the probe on.

package runtime

import "unsafe"

// maptrapInit is called in schedinit, after the environment is known and before any goroutine runs.
func maptrapInit() {
	mode := gogetenv("MAPTRAP")
	if mode == "" || maptrapSecure() {
		return
	}
	switch mode {
	case "trap":
		maptrapStartTrap()
	case "record":
		maptrapStartRecorder()
	case "order":
		maptrapStartOrder()
	default:
		maptrapComplain("MAPTRAP is not a mode that this probe knows (it knows: trap, record, order); the probe stays off: ", mode)
	}
}

func maptrapStartTrap() {
	if maptrapContains(gogetenv("GODEBUG"), "asyncpreemptoff=1") {
		// A goroutine that is held gives its processor away, and a loop without calls would then never give it back.
		maptrapComplain("GODEBUG has asyncpreemptoff=1, with which a held goroutine might never go on; the probe stays off", "")
		return
	}
	maptrapReadDelays()
	if !maptrapOpen() {
		return
	}
	if plan := gogetenv("MAPTRAP_PLAN"); plan != "" {
		maptrapReadPlan(plan)
	}
	maptrapOn = 1
	maptrapSwitchMaps()
}

// maptrapReadDelays reads what is said of the delays: where they begin, and how long they may be in all.
func maptrapReadDelays() {
	if budget, ok := maptrapNumber("MAPTRAP_BUDGET"); ok {
		maptrapBudget = int64(budget & (1<<62 - 1))
	}
	if seed, ok := maptrapNumber("MAPTRAP_SEED"); ok {
		maptrapRandom = seed
	} else {
		maptrapRandom = uint64(nanotime())
	}
}

func maptrapStartRecorder() {
	maptrapFileSize = maptrapPlanRings()
	if !maptrapMakeTables() {
		maptrapComplain("no memory for the recorder; the probe stays off", "")
		return
	}
	maptrapRecording = 1
	if !maptrapOpen() {
		maptrapRecording = 0
		return
	}
	maptrapOn = 2
	maptrapSwitchMaps()
}

func maptrapStartOrder() {
	if raceenabled {
		maptrapComplain("MAPTRAP=order does not go with a build for the race detector; the probe stays off", "")
		return
	}
	if gogetenv("MAPTRAP_DIR") == "" && gogetenv("MAPTRAP_FILE") == "" {
		maptrapComplain("MAPTRAP=order needs a file: set MAPTRAP_DIR to a folder; the probe stays off", "")
		return
	}
	if !maptrapPlanOrder() {
		maptrapComplain("no memory for the tables of order; the probe stays off", "")
		return
	}
	maptrapOrderMode = true
	maptrapReadDelays()
	if !maptrapOpen() {
		maptrapOrderMode = false
		return
	}
	maptrapOrdering = 1
	maptrapOn = 1
	maptrapSwitchMaps()
}

// maptrapOpen makes the event file, or plain memory in its place, and fills its header.
func maptrapOpen() bool {
	maptrapStarted = nanotime()
	maptrapQuiet = gogetenv("MAPTRAP_QUIET") == "1"
	maptrapHalt = gogetenv("MAPTRAP_HALT") == "1"
	memory := maptrapMemory(gogetenv("MAPTRAP_DIR"))
	if memory == nil {
		if !maptrapOrderMode { // which has said it
			maptrapComplain("no memory for the records; the probe stays off", "")
		}
		return false
	}
	maptrapHeader = (*maptrapHead)(memory)
	maptrapHeader.fillHeader()
	maptrapDescribe(maptrapHeader)
	maptrapHeader.set32(maptrapHdrState, 1) // last: who follows the file waits for it
	return true
}

// maptrapNumber reads a decimal number from the environment.
func maptrapNumber(name string) (uint64, bool) {
	s := gogetenv(name)
	v := uint64(0)
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || v > 1<<58 {
			maptrapComplain("not a number, and so left out of account: ", name)
			return 0, false
		}
		v = v*10 + uint64(s[i]-'0')
	}
	return v, s != ""
}

func maptrapContains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func maptrapComplain(what, which string) {
	print("maptrap: ", what, which, "\n")
}

// maptrapNoFile says why there is no event file, and what that means.
func maptrapNoFile(why, name string) {
	what := "; findings are printed only"
	if maptrapOrderMode {
		what = "; order is not observed, the probe stays off"
	}
	print("maptrap: ", why, what)
	if name != "" {
		print(": ", name)
	}
	print("\n")
}

// maptrapPlainMemory serves where there is no file: the findings are still printed.
func maptrapPlainMemory() unsafe.Pointer {
	if maptrapOrderMode {
		return nil // nothing would be printed from it
	}
	return persistentalloc(maptrapFileSize, 4096, &memstats.other_sys)
}
