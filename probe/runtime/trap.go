// Package runtime: maptrap's probe. This file is laid over the target's runtime by maptrap (go build -overlay).
//
// The runtime's map functions call maptrapAccess before they touch a map. Nearly all calls end in a glance at one
// cell; the rest decide whether to hold the goroutine for a moment (a trap), and whether another goroutine is being
// held on the same map (a conflict).
//
//	cell     what is known of one map, found by the map's address: who used it, and from where
//	trap     a goroutine held before its access
//	conflict an access comes while another goroutine is held on the same map, and one of the two is a change
//
// A goroutine that is held still has the map as a live argument of the map function, so the map's memory cannot be
// reused meanwhile: an equal address is the same map. Both accesses are about to be made, neither is done: nothing
// that the program does can order them. That is why a conflict found here is never a false alarm.
//
// What this code may not do: allocate on the ordinary path (testing.AllocsPerRun counts it), hold a runtime lock
// while parking, keep pointers to user memory (addresses are uintptr, never followed after the access).

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// Operations, as docs/event-file.md numbers them.
const (
	maptrapRead        = 1
	maptrapAssign      = 2
	maptrapDelete      = 3
	maptrapIterate     = 4
	maptrapIterateNext = 5
	maptrapClear       = 6
	maptrapClone       = 7
	maptrapLength      = 8
)

// maptrapOn is not zero while the trap is on. The map functions look at it first; it is set once, before any
// goroutine runs.
var maptrapOn uint32

const (
	maptrapCellBits = 13
	maptrapSeenBits = 14
	maptrapSiteBits = 11
	maptrapGoBits   = 10
	maptrapShared   = ^uint64(0) // owner of a cell whose map a second goroutine has touched
	maptrapSlots    = 64
	maptrapPCs      = 128
	maptrapPerMap   = 4 // goroutines that may be held on one map at a time
	maptrapHashMul  = 0x9E3779B97F4A7C15
)

// maptrapCell is what is known of one map. Cells are direct-mapped by address; a colliding map takes the cell over,
// which can cost a catch but never make a false one.
//
// The first four words are read and written without a lock by the owner's glance. All else is written under lock.
type maptrapCell struct {
	addr     uintptr
	owner    uint64  // the goroutine id while one goroutine alone uses the map
	readPC   uintptr // where it was last read
	writePC  uintptr // where it was last changed
	trapped  uint32  // goroutines held on this map
	changing uint32  // those of them that are about to change it
	lock     uint32
	readOp   uint32
	writeOp  uint32
	readBy   uint64
	writeBy  uint64
	readAt   int64 // 0: not known; for an owned map: when it was first seen
	writeAt  int64
	freedAt  int64 // when a goroutine held here was let go in vain
	freedPC  uintptr
	freedBy  uint64
	_        [5]uint32 // 128 bytes: what a glance reads lies in one cache line
}

// maptrapSeenEntry is how often one goroutine was looked at, at one site, on one map.
type maptrapSeenEntry struct {
	key   uint64
	looks uint32 // how often it was looked at
	pause uint32 // accesses that pass unlooked until the next look
}

// maptrapSiteEntry is what one site has cost so far.
type maptrapSiteEntry struct {
	pc      uintptr
	vain    uint32 // holds that nobody came to
	met     uint32
	ordered uint32 // times that another goroutine came right after this one was let go, as under a common lock
	kind    uint32 // whose code it is
	promise int64  // shortest known time after which another goroutine followed on the same map
}

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
	maptrapCells  [1 << maptrapCellBits]maptrapCell
	maptrapSeen   [1 << maptrapSeenBits]maptrapSeenEntry
	maptrapSites  [1 << maptrapSiteBits]maptrapSiteEntry
	maptrapHeld   [maptrapSlots]maptrapSlot
	maptrapTimers [maptrapSlots]timer

	// maptrapMu guards the slots, the conflict and pair regions, and the accounts below.
	maptrapMu     mutex
	maptrapActive uint32 // slots in use
	maptrapUnion  int64  // since when at least one goroutine is held
	maptrapSpent  int64  // how long at least one was
	maptrapRandom uint64
)

// maptrapAccess is called by the map functions before they touch the map m. pc is their caller's.
// It is the hot path: an access to a map on the own stack, or to a map that this goroutine alone has used, ends here.
// The linkname lets internal/runtime/maps call it.
//
//go:linkname maptrapAccess
//go:nosplit
func maptrapAccess(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	c := &maptrapCells[uint64(m)*maptrapHashMul>>(64-maptrapCellBits)]
	if maptrapPlanned != 0 && maptrapPlanHas(pc) {
		maptrapLook(typ, m, op, pc, c)
		return
	}
	goid := uint64(gp.goid)
	if c.addr == m {
		if c.owner == goid {
			if maptrapChanges(op) {
				c.writePC = pc
			} else {
				c.readPC = pc
			}
			return
		}
		if c.owner == maptrapShared && (c.trapped == 0 || c.changing == 0 && !maptrapChanges(op)) && maptrapSettled(pc, goid, m) {
			return
		}
	}
	maptrapLook(typ, m, op, pc, c)
}

// maptrapOwn is called when a map was made: its maker owns it until another goroutine comes. That keeps the delays for
// maps that may be shared, for its maker's own accesses need none: whoever else comes will be looked at.
//
//go:nosplit
func maptrapOwn(m uintptr) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	c := &maptrapCells[uint64(m)*maptrapHashMul>>(64-maptrapCellBits)]
	if c.trapped == 0 {
		c.take(m, uint64(gp.goid))
	}
}

// maptrapGo counts how often a go statement was executed.
type maptrapGoEntry struct {
	pc    uintptr
	count uint32
}

var maptrapGo [1 << maptrapGoBits]maptrapGoEntry

// maptrapGoFor gives the count of a go statement, or nil when there are too many. Two statements never share one, as two
// busy ones would then each take the other for new again and again.
func maptrapGoFor(pc uintptr) *maptrapGoEntry {
	first := uint64(pc) * maptrapHashMul >> (64 - maptrapGoBits)
	for i := uint64(0); i < 16; i++ {
		e := &maptrapGo[(first+i)%uint64(len(maptrapGo))]
		if e.pc == pc {
			return e
		}
		if e.pc == 0 {
			e.pc = pc
			return e
		}
	}
	return nil
}

// maptrapSpawned is called by go statements. The new goroutine may have been given any map of this one's, so for the
// first times that a go statement is executed this goroutine's maps no longer count as its own alone: its next accesses
// are looked at. Without that a constructor that starts a goroutine and goes on filling its map would pass unseen.
func maptrapSpawned(pc uintptr) {
	gp := getg()
	if gp != gp.m.curg {
		return
	}
	e := maptrapGoFor(pc)
	if e == nil || e.count >= 2 {
		return
	}
	e.count++
	goid := uint64(gp.goid)
	maptrapSpawners[goid%uint64(len(maptrapSpawners))] = maptrapSpawner{goid, 3}
	for i := range maptrapCells {
		if c := &maptrapCells[i]; c.owner == goid {
			c.owner = maptrapShared
		}
	}
}

// maptrapSpawner is a goroutine that has just started another one by a go statement that was executed for the first
// times. Its next accesses may be the ones that it should have made before: they are held though their sites have been
// held in vain, for one site may be passed a thousand times and go wrong only after that go statement.
type maptrapSpawner struct {
	goid uint64
	left uint32
}

var maptrapSpawners [64]maptrapSpawner

// maptrapHasSpawned tells whether this is one of the next accesses after such a go statement.
func maptrapHasSpawned(goid uint64) bool {
	s := &maptrapSpawners[goid%uint64(len(maptrapSpawners))]
	if s.goid != goid || s.left == 0 {
		return false
	}
	s.left--
	return true
}

//go:nosplit
func maptrapChanges(op uint32) bool {
	return op == maptrapAssign || op == maptrapDelete || op == maptrapClear
}

// maptrapLook is where an access goes that the glance did not settle.
func maptrapLook(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr, c *maptrapCell) {
	gp := getg()
	mp := gp.m
	if gp != mp.curg || mp.locks != 0 || mp.mallocing != 0 || mp.throwing != 0 || mp.dying != 0 || mp.preemptoff != "" || !mainStarted {
		return
	}
	maptrapConsider(typ, m, op, pc, c, uint64(gp.goid))
}

// maptrapSeenKey tells one goroutine at one site on one map.
//
//go:nosplit
func maptrapSeenKey(pc uintptr, goid uint64, m uintptr) uint64 {
	return uint64(pc)*maptrapHashMul + goid*0xD6E8FEB86659FD93 + uint64(m)*0xC2B2AE3D27D4EB4F
}

// maptrapSettled tells whether a goroutine need not be looked at now at this site on this map: it was looked at often
// enough, and the pause until the next look is not over.
//
//go:nosplit
func maptrapSettled(pc uintptr, goid uint64, m uintptr) bool {
	key := maptrapSeenKey(pc, goid, m)
	s := &maptrapSeen[key>>(64-maptrapSeenBits)]
	if s.key != key || s.pause == 0 {
		return false
	}
	s.pause--
	return true
}

// maptrapLooked counts one more look and sets the pause until the next: none after the first two looks, then ever
// longer. It gives the number of looks so far.
func maptrapLooked(pc uintptr, goid uint64, m uintptr) uint32 {
	key := maptrapSeenKey(pc, goid, m)
	s := &maptrapSeen[key>>(64-maptrapSeenBits)]
	if s.key != key {
		*s = maptrapSeenEntry{key: key}
	}
	s.looks++
	if n := s.looks; n > 2 {
		if n > 18 {
			n = 18
		}
		s.pause = 4 << n
	}
	return s.looks
}

// acquire takes the cell's lock and keeps the goroutine on its thread until release. The lock is held for about a
// microsecond, but on a busy machine its thread may be off the processor just then: so it waits for two milliseconds
// before it gives up and lets the access go on unobserved.
func (c *maptrapCell) acquire() bool {
	mp := acquirem()
	for i := 0; i < 240; i++ {
		if atomic.Cas(&c.lock, 0, 1) {
			return true
		}
		if i < 200 {
			procyield(10)
		} else {
			usleep(50)
		}
	}
	releasem(mp)
	return false
}

func (c *maptrapCell) release() {
	atomic.Store(&c.lock, 0)
	releasem(getg().m)
}

// take makes c the cell of map m, used by one goroutine. Without the lock two goroutines may mix up a cell; the owner is
// then not the one that comes next, and the map counts as shared.
//
//go:nosplit
func (c *maptrapCell) take(m uintptr, goid uint64) {
	c.owner = goid
	c.readPC, c.writePC = 0, 0
	c.readOp, c.writeOp = maptrapRead, maptrapAssign
	c.readBy, c.writeBy = goid, goid
	c.readAt, c.writeAt = 0, 0
	c.freedPC = 0
	c.addr = m
}

// note remembers the access as the last of its kind.
func (c *maptrapCell) note(op uint32, pc uintptr, goid uint64, now int64) {
	if maptrapChanges(op) {
		c.writePC, c.writeOp, c.writeBy, c.writeAt = pc, op, goid, now
		return
	}
	c.readPC, c.readOp, c.readBy, c.readAt = pc, op, goid, now
}

// maptrapMiss is an earlier access by another goroutine, seen from the one that comes now.
type maptrapMiss struct {
	pc  uintptr
	op  uint32
	gap int64 // -1: not known
}

// maptrapConsider keeps the cell, records near misses, and sets a trap or walks into one.
func maptrapConsider(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr, c *maptrapCell, goid uint64) {
	near := pc // what the glance goes by
	kind := maptrapSiteFor(pc).kind
	if kind == maptrapSiteCarrier {
		pc = maptrapCaller(pc)
	}
	entry := maptrapPlanFor(pc)
	if !c.acquire() {
		return
	}
	if c.addr != m {
		if c.trapped != 0 {
			// Another map's goroutines are held at this cell: leave it to them.
			c.release()
			return
		}
		c.take(m, goid) // the map was made while another one had the cell
	}
	if c.owner == goid {
		c.note(op, pc, goid, 0)
		c.release()
		if entry != nil {
			maptrapMaybe(typ, m, op, pc, c, entry)
		}
		return
	}
	if c.owner != maptrapShared {
		c.owner = maptrapShared
		maptrapHeader.add(maptrapHdrShared, 1)
	}
	trapped := c.trapped != 0
	looks := maptrapLooked(near, goid, m)
	unchanged := c.writeAt == 0 && !maptrapChanges(op) // nobody has changed it since it was shared
	now := nanotime()
	misses := c.misses(op, goid, now)
	c.note(op, pc, goid, now)
	freedPC, soon := c.soonAfter(goid, now)
	c.release()
	maptrapFlushLate(now)

	if trapped && maptrapMeet(typ, m, op, pc) {
		return
	}
	if soon {
		maptrapSiteFor(freedPC).ordered++
	}
	for i := range misses {
		if misses[i].pc != 0 && kind != maptrapSiteStandard {
			maptrapPair(misses[i], pc, op, soon && freedPC == misses[i].pc)
		}
	}
	if entry != nil || kind != maptrapSiteStandard && !(unchanged && looks > 2) {
		maptrapMaybe(typ, m, op, pc, c, entry)
	}
}

// misses gives the last accesses by other goroutines that would conflict with op.
func (c *maptrapCell) misses(op uint32, goid uint64, now int64) (out [2]maptrapMiss) {
	if c.writePC != 0 && c.writeBy != goid {
		out[0] = maptrapMiss{c.writePC, c.writeOp, maptrapGap(c.writeAt, now)}
	}
	if maptrapChanges(op) && c.readPC != 0 && c.readBy != goid {
		out[1] = maptrapMiss{c.readPC, c.readOp, maptrapGap(c.readAt, now)}
	}
	return out
}

func maptrapGap(at, now int64) int64 {
	if at == 0 {
		return -1
	}
	return now - at
}

// soonAfter tells whether this access comes right after another goroutine was let go on this map,
// as it does when both take the same lock.
func (c *maptrapCell) soonAfter(goid uint64, now int64) (uintptr, bool) {
	if c.freedPC == 0 || c.freedBy == goid {
		return 0, false
	}
	pc := c.freedPC
	soon := now-c.freedAt < 200_000
	c.freedPC = 0
	return pc, soon
}

// maptrapSiteFor gives the account of a site. Colliding sites share one.
func maptrapSiteFor(pc uintptr) *maptrapSiteEntry {
	s := &maptrapSites[uint64(pc)*maptrapHashMul>>(64-maptrapSiteBits)]
	if s.pc != pc {
		*s = maptrapSiteEntry{pc: pc, kind: maptrapSiteKind(pc)}
	}
	return s
}

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
func maptrapAllowance(now int64, reason uint32) int64 {
	elapsed := now - maptrapStarted - maptrapSpent
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

// maptrapPark sleeps. It ends early, but not at once, when another goroutine has come.
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
		if left <= 0 || atomic.Load(&slot.met) != 0 {
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

// maptrapExit is called when main returns or os.Exit is called. A program that would end while a goroutine is held,
// or while a planned hold has not come up yet, is kept alive for a moment.
func maptrapExit(status int32) {
	if maptrapOn == 0 {
		return
	}
	gp := getg()
	if gp == gp.m.curg && gp.m.locks == 0 && atomic.Cas(&maptrapExiting, 0, 1) {
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

// maptrapBytes views memory as bytes.
func maptrapBytes(p unsafe.Pointer, n int) []byte {
	return (*[1 << 30]byte)(p)[:n:n]
}

// maptrapCloned is the hook of maps.Clone.
func maptrapCloned(e *eface, pc uintptr) {
	if e.data != nil {
		maptrapAccess(unsafe.Pointer(e._type), uintptr(e.data), maptrapClone, pc)
	}
}
