// Package runtime: the recorder's glance at every map access, and what follows when it does not settle it.
//
// A cell holds who changed a map last and who read it last, and from where. An access by the same goroutine at the same place
// as the last one of its kind ends at the glance. So does nearly everything that a program does lawfully: the price of the
// recorder is the price of this glance.
//
// A change is noted between Go's own check and the moment when the map is marked as being changed. So whoever finds the mark
// finds in the cell the goroutine that set it.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// maptrapAccess is called by the map functions before they touch the map m. pc is their caller's.
// It is the hot path: the glance. The linkname lets internal/runtime/maps call it.
//
//go:linkname maptrapAccess
//go:nosplit
func maptrapAccess(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) {
	if maptrapRecording == 0 {
		maptrapTrap(typ, m, op, pc)
		return
	}
	c := &maptrapMapCells[maptrapCellIndex(m)]
	who := maptrapWho(getg(), pc)
	if c.addr == m && maptrapSame(c.read, who) && c.seed == maptrapSeed(m) {
		if n := c.reads + 1; n%maptrapRipe != 0 {
			if c.read == who {
				c.reads = n
				return
			}
			if !c.shared {
				c.read, c.readOp, c.reads = who, uint8(op), n
				return
			}
		}
	}
	maptrapReadOther(m, op, who, c)
}

// maptrapReadOther is the second glance: at a map on this goroutine's stack, at one that it is known to read at this place, at one
// that it has only changed so far, and at one that is new.
//
//go:nosplit
func maptrapReadOther(m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo || !maptrapMayNote(gp) {
		return
	}
	if c.addr == m && c.seed == maptrapSeed(m) {
		if c.shared {
			key := maptrapPlaceKey(m, who)
			if e := maptrapPlaceEntryOf(key); e.key == key && e.streak == c.streak {
				e.reads++
				return
			}
		} else if c.read == 0 && maptrapSame(c.write, who) {
			c.read, c.readOp = who, uint8(op)
			c.reads++
			return
		}
	} else if !c.shared && atomic.Cas(&c.lock, 0, 1) {
		if c.addr != m && !c.shared {
			c.settle(m)
			c.read, c.readOp, c.reads = who, uint8(op), 1
			c.release()
			return
		}
		c.release()
	}
	maptrapReadSlow(gp, m, op, who, c)
}

// maptrapFrom is called by functions that delete from or clear a map: the place at which they mark it does not know their
// caller.
//
//go:linkname maptrapFrom
//go:nosplit
func maptrapFrom(pc uintptr) {
	if !raceenabled {
		getg().racectx = pc
	}
}

// maptrapMark is called after Go's own check and before the map is marked as being changed. pc is 0 where the place at which
// the map is marked does not know the caller. It is the other hot path.
//
//go:linkname maptrapMark
//go:nosplit
func maptrapMark(m uintptr, op uint32, pc uintptr) {
	gp := getg()
	if pc == 0 && !raceenabled {
		pc = gp.racectx
	}
	c := &maptrapMapCells[maptrapCellIndex(m)]
	who := maptrapWho(gp, pc)
	if c.addr == m && maptrapSame(c.write, who) && c.seed == maptrapSeed(m) {
		if n := c.running + 1; n%maptrapRipe != 0 {
			if c.write == who {
				c.running = n
				maptrapUnderWayOf(gp).set(m, who, op)
				return
			}
			// Another goroutine's change between the look at shared and this store is known from what is under way.
			if !c.shared {
				c.write, c.writeOp, c.running = who, uint8(op), n
				maptrapUnderWayOf(gp).set(m, who, op)
				return
			}
		}
	}
	maptrapMarkOther(m, op, who, c)
}

// maptrapMarkOther is the second glance: at a map on this goroutine's stack, and at one that is new.
//
//go:nosplit
func maptrapMarkOther(m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo || !maptrapMayNote(gp) {
		return
	}
	maptrapUnderWayOf(gp).set(m, who, op)
	if c.addr == m && c.seed == maptrapSeed(m) {
		if !c.shared && c.write == 0 && maptrapSame(c.read, who) && !maptrapToken() && atomic.Cas64(&c.write, 0, who) {
			c.writeOp, c.running = uint8(op), 1
			return
		}
	} else if !c.shared && !maptrapToken() && atomic.Cas(&c.lock, 0, 1) {
		if c.addr != m && !c.shared {
			c.settle(m)
			c.write, c.writeOp, c.running = who, uint8(op), 1
			c.release()
			return
		}
		c.release()
	}
	maptrapChange(gp, m, op, who, c)
}

// maptrapOnBehalf is the goroutine that the slow paths run for, and where its stack is to be walked from. They run on the system stack:
// a young goroutine's own is small, and to make it grow would cost many times what they do.
type maptrapOnBehalf struct {
	gp *g
	fp uintptr
}

// maptrapReadSlow is where a read goes that the glances did not settle.
//
//go:nosplit
func maptrapReadSlow(gp *g, m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	by := maptrapOnBehalf{gp, maptrapFramePointer()}
	systemstack(func() {
		by.read(m, op, who, c)
	})
}

// maptrapChange is where a change goes that the glance did not settle.
//
//go:nosplit
func maptrapChange(gp *g, m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	by := maptrapOnBehalf{gp, maptrapFramePointer()}
	systemstack(func() {
		by.change(m, op, who, c)
	})
}

// maptrapMayNote tells whether gp is an ordinary goroutine in an ordinary moment.
//
//go:nosplit
func maptrapMayNote(gp *g) bool {
	mp := gp.m
	return gp == mp.curg && mp.locks == 0 && mp.mallocing == 0 && mp.throwing == 0 && mp.dying == 0
}

// read notes a read.
func (by *maptrapOnBehalf) read(m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	c, known := maptrapCellFor(m, c)
	if !known {
		if !c.acquire() {
			return
		}
		if !c.holds(m) {
			c.settle(m)
			c.read, c.readOp, c.reads = who, uint8(op), 1
			c.release()
			return
		}
		c.release() // another goroutine was faster
	}
	if c.alone(who) {
		c.read, c.readOp = who, uint8(op)
		c.reads++
		if note := &c.more().readNote; note.who != who && maptrapToken() {
			note.set(who, by.capture(), 0)
		}
		return
	}
	place := maptrapPlaceFor(m, who)
	if place.streak == c.streak {
		place.entry.reads++
		return
	}
	place.know(by)
	if !c.acquire() {
		return
	}
	if c.holds(m) {
		now := nanotime()
		c.share(m, who, now)
		c.reads += place.reads
		c.read, c.readOp = who, uint8(op)
		c.more().readNote.set(who, place.stack, 0)
		place.save(c.streak)
		c.event(m, c.lastRead(), now, 1)
	}
	c.release()
}

// change notes a change.
func (by *maptrapOnBehalf) change(m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	c, known := maptrapCellFor(m, c)
	if !known {
		if !c.acquire() {
			return
		}
		if !c.holds(m) {
			c.settle(m)
			c.write, c.writeOp, c.running = who, uint8(op), 1
			c.release()
			c.noteFirst(who, by) // with a token
			return
		}
		c.release() // another goroutine was faster
	}
	if c.alone(who) {
		last := c.write
		if !atomic.Cas64(&c.write, last, who) {
			by.change(m, op, who, c) // another goroutine came in between
			return
		}
		c.writeOp = uint8(op)
		c.running++
		if last == 0 { // it has only read the map so far
			c.noteFirst(who, by) // with a token
		} else if note := &c.more().writeNote; note.who != who && maptrapToken() {
			note.set(who, by.capture(), c.running)
		}
		return
	}
	place := maptrapPlaceFor(m, who)
	if last := c.write; maptrapSame(last, who) && (last == who || place.streak == c.streak && atomic.Cas64(&c.write, last, who)) {
		c.writeOp = uint8(op)
		c.running++
		c.more().writeNote.set(who, by.capture(), c.running)
		return
	}
	place.stack = by.capture() // the same place may have been reached another way the last time
	if !c.acquire() {
		return
	}
	if c.holds(m) {
		now := nanotime()
		c.share(m, who, now)
		c.change(m, op, who, now, &place)
	}
	c.release()
}

// noteFirst notes the stack and the time of the first change of a map.
func (c *maptrapMapCell) noteFirst(who uint64, by *maptrapOnBehalf) {
	more := c.more()
	more.since, more.sinceStreak = nanotime(), c.streak
	more.writeNote.set(who, by.capture(), c.running)
}

// change notes a change by another goroutine, or at a place that is new for this one. The cell's lock is held.
func (c *maptrapMapCell) change(m uintptr, op uint32, who uint64, now int64, place *maptrapPlace) {
	reason := uint64(2)
	more := c.more()
	if !maptrapSame(c.write, who) {
		reason = 1
		if c.write != 0 {
			more.other = c.lastWrite()
		}
		c.streak++
		more.writes += c.running - more.told
		more.since, more.sinceStreak, more.told = now, c.streak, 0
		c.running = 0
	}
	c.write, c.writeOp = who, uint8(op)
	more.writeNote.set(who, place.stack, c.running+1)
	place.save(c.streak)
	c.event(m, c.lastWrite(), now, reason)
	c.running++
	more.told = c.running // this change is the event itself
}

// share notes that a second goroutine has come to the map. The cell's lock is held.
func (c *maptrapMapCell) share(m uintptr, who uint64, now int64) {
	if c.shared || c.alone(who) {
		return
	}
	more := c.more()
	more.other, more.writes = maptrapSeenSide{}, 0
	for _, s := range [...]maptrapSeenSide{c.lastRead(), c.lastWrite()} {
		s.op = maptrapOpOf(s.who, s.op)
		if s.who != 0 && !maptrapSame(s.who, who) {
			maptrapAccessEvent(maptrapKindShared, m, c.life, s, now, uint64(s.op)|c.readsPayload(), c.running)
		}
	}
	if more.sinceStreak == c.streak {
		more.sinceStreak++
	}
	c.streak++
	c.shared = true
	c.reads, more.told = 0, c.running
	maptrapHeader.add(maptrapHdrShared, 1)
	maptrapHeader.set(maptrapHdrUpdated, uint64(now))
}

// event records an access. The cell's lock is held.
func (c *maptrapMapCell) event(m uintptr, s maptrapSeenSide, now int64, reason uint64) {
	more := c.more()
	changes := more.writes + c.running - more.told
	maptrapAccessEvent(maptrapKindAccess, m, c.life, s, now, uint64(s.op)|reason<<8|c.readsPayload(), changes)
	c.reads, more.writes, more.told = 0, 0, c.running
}

func (c *maptrapMapCell) readsPayload() uint64 {
	if c.reads > 1<<32-1 {
		return (1<<32 - 1) << 16
	}
	return c.reads << 16
}
