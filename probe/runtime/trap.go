// Package runtime: maptrap's probe. This file is laid over the target's runtime by maptrap (go build -overlay).
//
// The runtime's map functions call maptrapAccess (recorder.go) before they touch a map; with the trap on it comes here. Nearly
// all calls end in a glance at one cell; the rest decide whether to hold the goroutine for a moment (a trap), and whether another goroutine is being
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

import "unsafe"

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

// maptrapOn is 1 while the trap is on or order is observed, 2 while the recorder is. The map functions look at it first; it is set once, before
// any goroutine runs.
var maptrapOn uint32

// maptrapHashMul spreads addresses over tables.
const maptrapHashMul = 0x9E3779B97F4A7C15

// maptrapTrap is the trap's glance: an access to a map on the own stack, or to a map that this goroutine alone has used, ends
// here.
//
//go:nosplit
func maptrapTrap(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) {
	if maptrapOrderMode {
		if maptrapOrdering == 0 {
			return
		}
		maptrapOrderAccess(typ, m, op, pc)
	}
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

// maptrapCloned is the hook of maps.Clone.
func maptrapCloned(e *eface, pc uintptr) {
	if e.data != nil {
		maptrapAccess(unsafe.Pointer(e._type), uintptr(e.data), maptrapClone, pc)
	}
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
