// Package runtime: holds. A goroutine is held before its access, or it meets one that is.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

const (
	maptrapSlots  = 64
	maptrapPCs    = 128
	maptrapPerMap = 4 // goroutines that may be held on one map at a time
)

// maptrapSlot is one goroutine that is being held.
type maptrapSlot struct {
	addr   uintptr
	goid   uint64
	parent uint64
	gopc   uintptr
	start  uintptr
	site   uintptr
	op     uint32
	n      uint32
	since  int64
	met    uint32
	metBy  uint64 // the goroutine that came last, and from where
	metPC  uintptr
	pcs    [maptrapPCs]uintptr
}

var (
	maptrapHeld   [maptrapSlots]maptrapSlot
	maptrapTimers [maptrapSlots]timer

	// maptrapMu guards the slots, the conflict and pair regions, and the accounts below.
	maptrapMu     mutex
	maptrapActive uint32 // slots in use
	maptrapUnion  int64  // since when at least one goroutine is held
	maptrapSpent  int64  // how long at least one was
	maptrapRandom uint64
)

// maptrapNext gives the next random number. Races between threads only make it more random.
func maptrapNext() uint64 {
	maptrapRandom += maptrapHashMul
	z := maptrapRandom
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// maptrapMaybe decides whether to hold the goroutine here, and how long.
func maptrapMaybe(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr, c *maptrapCell, entry *maptrapPlanEntry) {
	gp := getg()
	if isSystemGoroutine(gp, false) {
		return
	}
	spawned := maptrapHasSpawned(uint64(gp.goid))
	if entry != nil {
		if entry.action == maptrapHold && entry.left > 0 {
			entry.use()
			length := entry.delay*3/4 + int64(maptrapNext()%uint64(entry.delay/2+1))
			maptrapHoldHere(typ, m, op, pc, c, length, maptrapByPlan)
			return
		}
		if entry.action != maptrapHold || !spawned {
			return
		}
	}
	if maptrapGoroutines() <= 1 {
		return // nobody else could come
	}
	site := maptrapSiteFor(pc)
	reason := uint32(maptrapByChance)
	if spawned || site.vain+site.met < 2 {
		reason = maptrapAtFirst
	} else if n := uint64(site.vain + 3*site.ordered); n >= 4 && maptrapNext()%n >= 4 {
		return
	}
	if site.met > 8 && maptrapNext()%8 != 0 {
		return // it has told what it had to tell
	}
	if maptrapOrderMode {
		if reason == maptrapAtFirst {
			maptrapHoldHere(typ, m, op, pc, c, int64(100_000+maptrapNext()%900_000), reason)
		}
		return
	}
	length := int64(200_000 + maptrapNext()%1_400_000)
	if maptrapNext()%4 == 0 {
		length *= 4
	}
	if p := site.promise; p > 0 && p < 20_000_000 && length < p+p/2 {
		length = p + p/2
	}
	maptrapHoldHere(typ, m, op, pc, c, length, reason)
}

// Why a goroutine is held.
const (
	maptrapByChance = 0
	maptrapAtFirst  = 1 // its site has hardly ever been held
	maptrapByPlan   = 2
)

// maptrapAllowance is how long at least one goroutine may be held, in all, at this moment.
// Holding on a mere chance gets a small part of it, and as much again is kept for sites that have hardly ever been
// held: a busy site must not use up what a rare one needs. The plan of an earlier run may use it all.
//
// Where order is observed there is only a little for such sites: it is not to catch, but so that goroutines do not go through the
// program in the same order by chance, one lock after the other, which would order what nothing else does.
func maptrapAllowance(now int64, reason uint32) int64 {
	elapsed := now - maptrapStarted - maptrapSpent
	if maptrapOrderMode {
		limit := 20_000_000 + elapsed/32
		if maptrapBudget != 0 && maptrapBudget < limit {
			limit = maptrapBudget
		}
		return limit
	}
	limit := maptrapBudget
	if limit == 0 {
		limit = elapsed
		if limit < 2_000_000_000 {
			limit = 2_000_000_000
		}
	}
	if reason == maptrapByPlan {
		return limit
	}
	chance := 100_000_000 + elapsed/16
	if reason == maptrapAtFirst {
		chance *= 2
	}
	if chance > limit {
		return limit
	}
	return chance
}

// maptrapSpentNow is the time spent so far. maptrapMu is held.
func maptrapSpentNow(now int64) int64 {
	if maptrapActive == 0 {
		return maptrapSpent
	}
	return maptrapSpent + now - maptrapUnion
}

// maptrapHoldHere holds the goroutine on this map, unless it meets another one that is held already.
// Looking and setting are one step under maptrapMu, so two goroutines cannot both be held on one map unnoticed.
func maptrapHoldHere(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr, c *maptrapCell, length int64, reason uint32) {
	gp := getg()
	lock(&maptrapMu)
	now := nanotime()
	if left := maptrapAllowance(now, reason) - maptrapSpentNow(now); left < length || maptrapClosed {
		maptrapHeader.add(maptrapHdrRefused, 1)
		unlock(&maptrapMu)
		return
	}
	if met, record := maptrapMeetLocked(typ, m, op, pc); met {
		unlock(&maptrapMu)
		record.finish()
		return
	}
	index, others := maptrapFree(m)
	if index < 0 || others >= maptrapPerMap || !c.acquire() {
		unlock(&maptrapMu)
		return
	}
	if c.addr != m {
		c.release()
		unlock(&maptrapMu)
		return
	}
	c.owner = maptrapShared // so that nobody's glance passes by
	atomic.Xadd(&c.trapped, 1)
	if maptrapChanges(op) {
		atomic.Xadd(&c.changing, 1)
	}
	c.release()
	slot := &maptrapHeld[index]
	slot.fill(gp, m, op, pc, now)
	if maptrapActive == 0 {
		maptrapUnion = now
	}
	maptrapActive++
	maptrapHeader.add(maptrapHdrDelays, 1)
	if reason == maptrapByPlan {
		maptrapHeader.add(maptrapHdrPlanned, 1)
	}
	unlock(&maptrapMu)

	maptrapPark(index, slot, length)

	lock(&maptrapMu)
	now = nanotime()
	met := slot.met
	slot.addr = 0
	maptrapActive--
	if maptrapActive == 0 {
		maptrapSpent += now - maptrapUnion
		maptrapHeader.set(maptrapHdrSpent, uint64(maptrapSpent))
	}
	atomic.Xadd(&c.trapped, -1)
	if maptrapChanges(op) {
		atomic.Xadd(&c.changing, -1)
	}
	maptrapHeader.set(maptrapHdrUpdated, uint64(now))
	site := maptrapSiteFor(pc)
	if met != 0 {
		site.met++
	} else {
		site.vain++
		maptrapVain(pc, length)
	}
	unlock(&maptrapMu)
	if met == 0 && c.acquire() {
		if c.addr == m {
			c.freedAt, c.freedPC, c.freedBy = now, pc, uint64(gp.goid)
		}
		c.release()
	}
}

// maptrapFree finds a free slot and counts the goroutines that are held on m. maptrapMu is held.
func maptrapFree(m uintptr) (free, others int) {
	free = -1
	for i := range maptrapHeld {
		switch maptrapHeld[i].addr {
		case 0:
			free = i
		case m:
			others++
		}
	}
	return free, others
}

func (s *maptrapSlot) fill(gp *g, m uintptr, op uint32, pc uintptr, now int64) {
	s.goid = uint64(gp.goid)
	s.parent = maptrapParent(gp)
	s.gopc = gp.gopc
	s.start = gp.startpc
	s.site = pc
	s.op = op
	s.since = now
	s.met = 0
	s.metBy, s.metPC = 0, 0
	s.n = uint32(callers(0, s.pcs[:]))
	s.addr = m
}

// maptrapPark sleeps. It ends early, but not at once, when another goroutine has come; where order is observed it does not, so that
// the other's access is over by then and the program goes on to what has yet to be observed.
// The goroutine's own sleep timer is put aside: a timer made here would be an allocation that the program did not ask
// for, and in a synctest bubble it would be of the wrong kind. The bubble is put aside too, so that for it the
// goroutine is busy, not waiting: its time must not advance because of a trap.
func maptrapPark(index int, slot *maptrapSlot, length int64) {
	gp := getg()
	timer := gp.timer
	bubble := maptrapLeaveBubble(gp)
	end := nanotime() + length
	for {
		left := end - nanotime()
		if left <= 0 || atomic.Load(&slot.met) != 0 && !maptrapOrderMode {
			break
		}
		if left > 2_000_000 {
			left = 2_000_000
		}
		gp.timer = &maptrapTimers[index]
		maptrapReadyTimer(gp.timer, gp)
		timeSleep(left)
	}
	if atomic.Load(&slot.met) == 0 {
		// A timer puts its goroutine in front of all that wait for a processor. Those that became ready meanwhile are the
		// ones that this hold is for: let them go first.
		Gosched()
	}
	gp.timer = timer
	maptrapEnterBubble(gp, bubble)
}

// maptrapMeet records the conflicts of this access with the goroutines held on the same map.
func maptrapMeet(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) bool {
	lock(&maptrapMu)
	met, record := maptrapMeetLocked(typ, m, op, pc)
	unlock(&maptrapMu)
	record.finish()
	return met
}

// maptrapMeetLocked looks for a goroutine held on m that this access conflicts with, and writes the conflict down.
// It returns a record that is to be printed, or nil: a conflict seen before is only counted. maptrapMu is held.
func maptrapMeetLocked(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) (met bool, first *maptrapRecord) {
	goid := uint64(getg().goid)
	for i := range maptrapHeld {
		slot := &maptrapHeld[i]
		if slot.addr != m || slot.goid == goid || !maptrapChanges(op) && !maptrapChanges(slot.op) {
			continue
		}
		met = true
		if slot.metBy == goid && slot.metPC == pc {
			continue // it comes again and again, from a loop
		}
		slot.metBy, slot.metPC = goid, pc
		atomic.Store(&slot.met, 1)
		maptrapPairMet(slot.site, slot.op, pc, op)
		if r := maptrapRecordConflict(typ, slot, op, pc); r != nil {
			r.chain(first)
			first = r
		}
	}
	return met, first
}
