// Package runtime: the recorder's glance at every map access, and what it knows of each map.
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

const (
	maptrapMapBits   = 14
	maptrapPlaceBits = 14
	maptrapRipe      = 32 // accesses by which a map of one goroutine has earned a stack for its last access
)

// maptrapMapCell is what the recorder knows of one map. The first cache line is all that a glance reads; what it counts lies in
// the second one.
//
// Who accessed the map last and from where is one word (maptrapWho), so that it can be changed without a lock and is never a
// mixture of two accesses.
type maptrapMapCell struct {
	addr    uintptr
	seed    uint32 // low half of the map's random seed: another map at the same address has another one. 0: it is being changed
	life    uint32 // the seed when the map was met; a map that becomes empty gets a new seed
	read    uint64 // who read the map last; 0: nobody
	write   uint64 // who changed the map last; 0: nobody
	streak  uint32 // counts changes of hands: what readers have seen of the map is of no use after the next one
	lock    uint32
	blocked uint32 // maps that wanted this cell since its map was last seen in use
	shared  bool   // two goroutines have used the map
	readOp  uint8
	writeOp uint8
	_       [17]byte

	reads   uint64 // reads that were not recorded since the last event
	writes  uint64 // changes likewise
	running uint64 // changes since this goroutine is the one that changes the map
	since   int64  // since when it is; 0: not known
	used    uint64 // reads and changes when blocked was last zero
	_       [3]uint64

	readNote  maptrapNote
	writeNote maptrapNote
	other     maptrapSeenSide // the last goroutine before the last one to change the map
	_         [7]uint64
}

// maptrapNote is the stack of an access. It is good for the access that who names, and for no other.
type maptrapNote struct {
	who   uint64
	stack uint32
	_     uint32
}

// maptrapSeenSide is an access as a whole.
type maptrapSeenSide struct {
	who   uint64 // 0: none
	since int64  // since when its goroutine was the one that changed the map; 0: not known
	count uint64 // how often it had changed the map since
	stack uint32
	op    uint32
}

// maptrapPlaceEntry is what was noted of one goroutine at one place on one map.
type maptrapPlaceEntry struct {
	key    uint64
	streak uint32 // the map's streak in which it was noted
	stack  uint32
}

var (
	maptrapMapCells *[1 << maptrapMapBits]maptrapMapCell
	maptrapPlaces   *[1 << maptrapPlaceBits]maptrapPlaceEntry

	maptrapTokens  int32 = 1000 // stacks that may be taken for maps of one goroutine until the clock is asked again
	maptrapRefused uint32
	maptrapAsked   int64
)

// maptrapCellIndex tells where a map's cell is.
//
//go:nosplit
func maptrapCellIndex(m uintptr) uintptr {
	return uintptr(uint64(m) * maptrapHashMul >> (64 - maptrapMapBits))
}

// maptrapWho is a goroutine and a place in one word: the low half of the goroutine's id, and PC - runtime.text.
//
//go:nosplit
func maptrapWho(gp *g, pc uintptr) uint64 {
	return uint64(pc-firstmoduledata.text)<<32 | uint64(uint32(gp.goid))
}

//go:nosplit
func maptrapSame(who, other uint64) bool {
	return uint32(who) == uint32(other)
}

// maptrapAccess is called by the map functions before they touch the map m. pc is their caller's.
// It is the hot path. The linkname lets internal/runtime/maps call it.
//
//go:linkname maptrapAccess
//go:nosplit
func maptrapAccess(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) {
	if maptrapRecording == 0 {
		maptrapTrap(typ, m, op, pc)
		return
	}
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	if op == maptrapDelete || op == maptrapClear {
		if !raceenabled {
			gp.racectx = pc // the place at which the map is marked does not know it
		}
		return
	}
	c := &maptrapMapCells[maptrapCellIndex(m)]
	who := maptrapWho(gp, pc)
	if c.addr == m && c.seed == maptrapSeed(m) {
		if c.read != who && !c.shared && maptrapSame(c.read, who) {
			c.read, c.readOp = who, uint8(op)
		}
		if c.read == who {
			if n := c.reads + 1; n%maptrapRipe != 0 {
				c.reads = n
				return
			}
		}
	}
	maptrapReadSlow(m, op, who, c)
}

// maptrapMark is called after Go's own check and before the map is marked as being changed. pc is 0 where the place at which
// the map is marked does not know the caller.
//
//go:linkname maptrapMark
//go:nosplit
func maptrapMark(m uintptr, op uint32, pc uintptr) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	if pc == 0 && !raceenabled {
		pc = gp.racectx
	}
	c := &maptrapMapCells[maptrapCellIndex(m)]
	who := maptrapWho(gp, pc)
	if c.addr == m && c.seed == maptrapSeed(m) {
		if c.write != who && !c.shared && maptrapSame(c.write, who) {
			c.write, c.writeOp = who, uint8(op)
		}
		if c.write == who {
			if n := c.running + 1; n%maptrapRipe != 0 {
				c.running = n
				c.writes++
				return
			}
		}
	}
	maptrapChange(m, op, who, c)
}

// maptrapReseeding is called before a map gets a new seed, as it does when it becomes empty, and with done afterwards. In between
// its cell goes by the address alone.
//
//go:linkname maptrapReseeding
//go:nosplit
func maptrapReseeding(m uintptr, done bool) {
	index := maptrapCellIndex(m)
	for i := uintptr(0); i < 2; i++ {
		if c := &maptrapMapCells[index^i]; c.addr == m && (done && c.seed == 0 || !done && c.seed == maptrapSeed(m)) {
			c.seed = 0
			if done {
				c.seed = maptrapSeed(m)
			}
		}
	}
}

// maptrapLife tells a map from others that were at its address.
//
//go:nosplit
func maptrapLife(m uintptr) uint32 {
	seed := maptrapSeed(m)
	index := maptrapCellIndex(m)
	for i := uintptr(0); i < 2; i++ {
		if c := &maptrapMapCells[index^i]; c.addr == m && c.seed == seed {
			return c.life
		}
	}
	return seed
}

// maptrapMayNote tells whether this is an ordinary goroutine in an ordinary moment.
func maptrapMayNote() bool {
	gp := getg()
	mp := gp.m
	return gp == mp.curg && mp.locks == 0 && mp.mallocing == 0 && mp.throwing == 0 && mp.dying == 0
}

// maptrapCellFor finds the cell of map m, or the one that it may take. A map that two goroutines use keeps its cell against a
// newcomer, which then goes next door; unless it was not used while many came by.
func maptrapCellFor(m uintptr, c *maptrapMapCell) (cell *maptrapMapCell, known bool) {
	if c.holds(m) {
		return c, true
	}
	if !c.shared || c.addr == m {
		return c, false
	}
	next := &maptrapMapCells[maptrapCellIndex(m)^1]
	if next.holds(m) {
		return next, true
	}
	if used := c.reads + c.writes; used != c.used {
		c.used, c.blocked = used, 0
	}
	c.blocked++
	if c.blocked < 256 {
		c = next
	}
	return c, false
}

// settle makes c the cell of map m, which nobody has used so far. The cell's lock is held.
func (c *maptrapMapCell) settle(m uintptr) {
	c.addr = 0 // so that no glance finds a mixture
	seed := maptrapSeed(m)
	c.read, c.write = 0, 0
	c.shared, c.blocked = false, 0
	c.reads, c.writes, c.running, c.since, c.used = 0, 0, 0, 0, 0
	c.streak++ // what was noted for the map before it no longer holds
	c.seed, c.life = seed, seed
	c.addr = m
}

// holds tells whether the cell is that of map m.
func (c *maptrapMapCell) holds(m uintptr) bool {
	return c.addr == m && (c.seed == maptrapSeed(m) || c.seed == 0)
}

// alone tells whether no goroutine but this one has used the cell's map.
func (c *maptrapMapCell) alone(who uint64) bool {
	return !c.shared && (c.read == 0 || maptrapSame(c.read, who)) && (c.write == 0 || maptrapSame(c.write, who))
}

// lastRead and lastWrite put together what is known.
func (c *maptrapMapCell) lastRead() maptrapSeenSide {
	s := maptrapSeenSide{who: c.read, op: uint32(c.readOp)}
	s.stack = c.readNote.stackOf(s.who)
	return s
}

func (c *maptrapMapCell) lastWrite() maptrapSeenSide {
	s := maptrapSeenSide{who: c.write, since: c.since, count: c.running, op: uint32(c.writeOp)}
	s.stack = c.writeNote.stackOf(s.who)
	return s
}

// stackOf gives the stack, if it is that of who.
func (n *maptrapNote) stackOf(who uint64) uint32 {
	if atomic.Load64(&n.who) != who {
		return 0
	}
	stack := n.stack
	if atomic.Load64(&n.who) != who {
		return 0
	}
	return stack
}

func (n *maptrapNote) set(who uint64, stack uint32) {
	atomic.StoreRel64(&n.who, 0)
	n.stack = stack
	atomic.StoreRel64(&n.who, who)
}

// acquire takes the lock of the cell and keeps the goroutine on its thread until release.
func (c *maptrapMapCell) acquire() bool {
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

func (c *maptrapMapCell) release() {
	atomic.StoreRel(&c.lock, 0)
	releasem(getg().m)
}

// maptrapReadSlow is where a read goes that the glance did not settle.
func maptrapReadSlow(m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	if !maptrapMayNote() {
		return
	}
	fp := maptrapFramePointer()
	c, known := maptrapCellFor(m, c)
	if !known {
		if !c.acquire() {
			return
		}
		if !c.holds(m) {
			c.settle(m)
			c.read, c.readOp = who, uint8(op)
			c.release()
			if maptrapToken() {
				c.readNote.set(who, maptrapCapture(fp))
			}
			return
		}
		c.release() // another goroutine was faster
	}
	place := maptrapPlaceFor(m, who)
	if c.alone(who) {
		c.read, c.readOp = who, uint8(op)
		c.reads++
		if c.readNote.who != who && (c.reads >= maptrapRipe || maptrapToken()) {
			c.readNote.set(who, place.earned(fp))
		}
		return
	}
	if place.streak == c.streak {
		c.reads++
		return
	}
	if place.stack == 0 {
		place.stack = maptrapCapture(fp)
	}
	if !c.acquire() {
		return
	}
	if c.holds(m) {
		c.share(m, who)
		c.read, c.readOp = who, uint8(op)
		c.readNote.set(who, place.stack)
		place.save(c.streak)
		c.event(m, c.lastRead(), nanotime(), 1)
	}
	c.release()
}

// maptrapChange is where a change goes that the glance did not settle.
func maptrapChange(m uintptr, op uint32, who uint64, c *maptrapMapCell) {
	if !maptrapMayNote() {
		return
	}
	fp := maptrapFramePointer()
	c, known := maptrapCellFor(m, c)
	if !known {
		if !c.acquire() {
			return
		}
		if !c.holds(m) {
			c.settle(m)
			c.write, c.writeOp = who, uint8(op)
			c.running = 1
			c.release()
			if maptrapToken() {
				c.since = nanotime()
				c.writeNote.set(who, maptrapCapture(fp))
			}
			return
		}
		c.release() // another goroutine was faster
	}
	place := maptrapPlaceFor(m, who)
	if last := c.write; c.alone(who) || maptrapSame(last, who) && (last == who || place.streak == c.streak) {
		if last != who && !atomic.Cas64(&c.write, last, who) {
			maptrapChange(m, op, who, c) // another goroutine came in between
			return
		}
		c.writeOp = uint8(op)
		c.writes++
		c.running++
		if c.writeNote.who != who && (place.stack != 0 || c.running >= maptrapRipe || maptrapToken()) {
			c.writeNote.set(who, place.earned(fp))
		}
		return
	}
	if place.stack == 0 {
		place.stack = maptrapCapture(fp)
	}
	if !c.acquire() {
		return
	}
	if c.holds(m) {
		c.share(m, who)
		c.change(m, op, who, &place)
	}
	c.release()
}

// change notes a change by another goroutine, or at a place that is new for this one. The cell's lock is held.
func (c *maptrapMapCell) change(m uintptr, op uint32, who uint64, place *maptrapPlace) {
	reason := uint64(2)
	now := nanotime()
	if maptrapSame(c.write, who) {
		c.running++
	} else {
		reason = 1
		c.streak++
		if c.write != 0 {
			c.other = c.lastWrite()
		}
		c.since, c.running = now, 1
	}
	c.write, c.writeOp = who, uint8(op)
	c.writeNote.set(who, place.stack)
	place.save(c.streak)
	c.event(m, c.lastWrite(), now, reason)
}

// share notes that a second goroutine has come to the map. The cell's lock is held.
func (c *maptrapMapCell) share(m uintptr, who uint64) {
	if c.shared || c.alone(who) {
		return
	}
	c.shared = true
	c.other = maptrapSeenSide{}
	c.streak++
	maptrapHeader.add(maptrapHdrShared, 1)
	now := nanotime()
	for _, s := range [...]maptrapSeenSide{c.lastRead(), c.lastWrite()} {
		if s.who != 0 && !maptrapSame(s.who, who) {
			maptrapAccessEvent(maptrapKindShared, m, c.life, s, now, uint64(s.op)|c.readsPayload(), c.writes)
		}
	}
	c.reads, c.writes = 0, 0
}

// event records an access. The cell's lock is held.
func (c *maptrapMapCell) event(m uintptr, s maptrapSeenSide, now int64, reason uint64) {
	maptrapAccessEvent(maptrapKindAccess, m, c.life, s, now, uint64(s.op)|reason<<8|c.readsPayload(), c.writes)
	c.reads, c.writes = 0, 0
}

func (c *maptrapMapCell) readsPayload() uint64 {
	if c.reads > 1<<32-1 {
		return (1<<32 - 1) << 16
	}
	return c.reads << 16
}

// maptrapPlace is what is known of a goroutine at a place on a map, and where it is kept.
type maptrapPlace struct {
	entry  *maptrapPlaceEntry
	key    uint64
	streak uint32
	stack  uint32
}

func maptrapPlaceFor(m uintptr, who uint64) maptrapPlace {
	key := who*0xD6E8FEB86659FD93 + uint64(m)*0xC2B2AE3D27D4EB4F
	e := &maptrapPlaces[key>>(64-maptrapPlaceBits)]
	s := maptrapPlace{entry: e, key: key}
	if atomic.Load64(&e.key) == key {
		streak, stack := e.streak, e.stack
		if atomic.Load64(&e.key) == key { // nobody else has taken the entry meanwhile
			s.streak, s.stack = streak, stack
		}
	}
	return s
}

// save keeps what is known now. The entry has no key while it is being written.
func (s *maptrapPlace) save(streak uint32) {
	e := s.entry
	atomic.StoreRel64(&e.key, 0)
	e.streak, e.stack = streak, s.stack
	atomic.StoreRel64(&e.key, s.key)
}

// earned gives the stack's id, and keeps it. Taking a stack is for maps that are used often, and for others as long as there are
// few of them: so a program that makes many short-lived maps does not pay for stacks that nobody will ask for.
func (s *maptrapPlace) earned(fp uintptr) uint32 {
	if s.stack == 0 {
		s.stack = maptrapCapture(fp)
		s.save(s.streak)
	}
	return s.stack
}

// maptrapFullID gives the whole id of a goroutine, of which who has the low half: the highest one that there can be by now.
func maptrapFullID(who uint64) uint64 {
	newest := maptrapNewestID()
	id := newest&^(1<<32-1) | uint64(uint32(who))
	if id > newest && id >= 1<<32 {
		id -= 1 << 32
	}
	return id
}

// maptrapSiteOf gives the place of who as an event holds it; 0 when it is in a plugin.
func maptrapSiteOf(who uint64) uint32 {
	if who>>32 > uint64(firstmoduledata.etext-firstmoduledata.text) {
		return 0
	}
	return uint32(who >> 32)
}

// maptrapToken gives a thousand stacks for each 20 milliseconds. Counts that are lost between threads do no harm.
func maptrapToken() bool {
	if maptrapTokens > 0 {
		maptrapTokens--
		return true
	}
	maptrapRefused++
	if maptrapRefused%256 != 0 {
		return false
	}
	if now := nanotime(); now-maptrapAsked > 20_000_000 {
		maptrapAsked = now
		maptrapTokens = 1000
	}
	return false
}
