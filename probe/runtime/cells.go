// Package runtime: cells, what the probe knows of each map.

package runtime

import atomic "maptrap.invalid/atomic"

const (
	maptrapCellBits = 13
	maptrapShared   = ^uint64(0) // owner of a cell whose map a second goroutine has touched
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
	_        [4]uint32 // 128 bytes: what a glance reads lies in one cache line
}

var maptrapCells [1 << maptrapCellBits]maptrapCell

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
