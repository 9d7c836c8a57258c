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
	sys "maptrap.invalid/sys"
)

const (
	maptrapMapBits   = 12
	maptrapPlaceBits = 12
	maptrapRipe      = 256 // accesses after which the stack is looked at again
)

// maptrapMapCell is what the recorder knows of one map, and all that a glance needs: one cache line. The rest is kept apart
// (maptrapMapMore), for most maps never come to need it.
//
// Who accessed the map last and from where is one word (maptrapWho), so that it can be changed without a lock and is never a
// mixture of two accesses.
type maptrapMapCell struct {
	read    uint64 // who read the map last; 0: nobody
	write   uint64 // who changed the map last; 0: nobody
	reads   uint64 // reads that were not recorded since the last event
	running uint64 // changes since this goroutine is the one that changes the map
	addr    uintptr
	seed    uint32 // low half of the map's random seed: another map at the same address has another one. 0: it is being changed
	life    uint32 // the seed when the map was met; a map that becomes empty gets a new seed
	streak  uint32 // counts changes of hands: what readers have seen of the map is of no use after the next one
	lock    uint32
	shared  bool // two goroutines have used the map
	readOp  uint8
	writeOp uint8
	blocked uint8 // maps that wanted this cell since its map was last seen in use
	_       [4]byte
}

// maptrapMapMore is what the slow paths know of the map in the cell with the same index. What is of an earlier map is told by
// the word or the streak that it is kept with.
type maptrapMapMore struct {
	writes      uint64 // changes that were not recorded since the last event, without those of running
	told        uint64 // those of running that an event has told of
	since       int64  // since when this goroutine is the one that changes the map
	sinceStreak uint32 // the streak for which since is good
	_           uint32
	used        uint64 // reads and changes when blocked was last zero
	readNote    maptrapNote
	writeNote   maptrapNote
	other       maptrapSeenSide // the last goroutine before the last one to change the map; only of a shared map
	_           [1]uint64
}

// maptrapNote is the stack of an access. It is good for the access that who names, and for no other.
type maptrapNote struct {
	who   uint64
	stack uint32
	count uint32 // of a change: the changes so far, when the stack was taken
}

// maptrapSeenSide is an access as a whole.
type maptrapSeenSide struct {
	who   uint64 // 0: none
	since int64  // since when its goroutine was the one that changed the map; 0: not known
	count uint64 // how often it had changed the map since
	stack uint32
	op    uint32
	later uint32 // changes that it made after its stack was taken
	_     uint32
}

// maptrapPlaceEntry is what was noted of one goroutine at one place on one map.
type maptrapPlaceEntry struct {
	key    uint64
	streak uint32 // the map's streak in which it was noted
	stack  uint32
	reads  uint64 // reads since then: counted here, so that goroutines which only read do not wait for one another
	_      uint64
}

var (
	maptrapMapCells [1 << maptrapMapBits]maptrapMapCell // here, not taken at the start: the glance needs no pointer to it
	maptrapMapMores *[1 << maptrapMapBits]maptrapMapMore
	maptrapPlaces   *[1 << maptrapPlaceBits]maptrapPlaceEntry

	maptrapTokens  int32 = 1000 // stacks that may be taken for maps of one goroutine until the clock is asked again
	maptrapRefused uint32
	maptrapAsked   int64
)

// maptrapCellIndex tells where a map's cell is. Map headers that were allocated one after the other have cells one after the
// other, which a processor's caches like: with cells scattered by a hash, many short-lived maps cost twice as much.
//
//go:nosplit
func maptrapCellIndex(m uintptr) uintptr {
	return (m>>5 ^ m>>17) & (1<<maptrapMapBits - 1)
}

// maptrapWho is a goroutine and a place in one word: the low halves of the goroutine's id and of the PC.
//
//go:nosplit
func maptrapWho(gp *g, pc uintptr) uint64 {
	return uint64(pc)<<32 | uint64(uint32(gp.goid))
}

//go:nosplit
func maptrapSame(who, other uint64) bool {
	return uint32(who) == uint32(other)
}

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

// maptrapNewMap is told of a map that was just made: its cell is fetched into the cache while the program goes on. Half of what the
// recorder costs a program that makes many maps is waiting for that memory.
//
//go:nosplit
func maptrapNewMap(m uintptr) {
	sys.Prefetch(uintptr(unsafe.Pointer(&maptrapMapCells[maptrapCellIndex(m)])))
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
				if c.shared {
					maptrapUnderWayOf(gp).set(m, who, op)
				}
				return
			}
			// Another goroutine's change between the look at shared and this store is known from what is under way.
			if !c.shared {
				c.write, c.writeOp, c.running = who, uint8(op), n
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
	if more := c.more(); c.reads+c.running != more.used {
		more.used, c.blocked = c.reads+c.running, 0
	}
	if c.blocked < 16 {
		c.blocked++
		c = next
	}
	return c, false
}

// more gives what is kept apart.
func (c *maptrapMapCell) more() *maptrapMapMore {
	index := (uintptr(unsafe.Pointer(c)) - uintptr(unsafe.Pointer(&maptrapMapCells))) / unsafe.Sizeof(*c)
	return &maptrapMapMores[index]
}

// settle makes c the cell of map m, which nobody has used so far. The cell's lock is held.
//
//go:nosplit
func (c *maptrapMapCell) settle(m uintptr) {
	c.addr = 0 // so that no glance finds a mixture
	seed := maptrapSeed(m)
	c.read, c.write = 0, 0
	c.shared, c.blocked = false, 0
	c.reads, c.running = 0, 0
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
	s.stack, _ = c.more().readNote.of(s.who)
	return s
}

func (c *maptrapMapCell) lastWrite() maptrapSeenSide {
	s := maptrapSeenSide{who: c.write, count: c.running, op: uint32(c.writeOp)}
	more := c.more()
	var count uint32
	if s.stack, count = more.writeNote.of(s.who); s.stack != 0 {
		s.later = uint32(s.count) - count
	} else {
		s.stack = maptrapPlaceFor(c.addr, s.who).stack
		s.later = 1
	}
	if more.sinceStreak == c.streak {
		s.since = more.since
	}
	return s
}

// of gives the stack, if it is that of who, and the changes at that time.
func (n *maptrapNote) of(who uint64) (stack, count uint32) {
	if atomic.Load64(&n.who) != who {
		return 0, 0
	}
	stack, count = n.stack, n.count
	if atomic.Load64(&n.who) != who {
		return 0, 0
	}
	return stack, count
}

func (n *maptrapNote) set(who uint64, stack uint32, count uint64) {
	maptrapStore(&n.who, 0)
	n.stack, n.count = stack, uint32(count)
	maptrapStore(&n.who, who)
}

// acquire takes the lock of the cell, which is held for some hundred nanoseconds. On a busy machine the thread of the one that has it
// may be off the processor just then; it waits long for that one, for a change that is not noted could make another goroutine be
// taken for the one that made it.
func (c *maptrapMapCell) acquire() bool {
	for i := 0; i < 10_200; i++ {
		if atomic.Cas(&c.lock, 0, 1) {
			return true
		}
		if i < 200 {
			procyield(10)
		} else {
			usleep(50)
		}
	}
	return false
}

//go:noinline
//go:nosplit
func (c *maptrapMapCell) release() {
	if GOARCH == "amd64" {
		c.lock = 0 // see maptrapStore
		return
	}
	atomic.StoreRel(&c.lock, 0)
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
	more.other, more.used, more.writes = maptrapSeenSide{}, 0, 0
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

// maptrapPlace is what is known of a goroutine at a place on a map, and where it is kept.
type maptrapPlace struct {
	entry  *maptrapPlaceEntry
	key    uint64
	streak uint32
	stack  uint32
	reads  uint64
}

//go:nosplit
func maptrapPlaceKey(m uintptr, who uint64) uint64 {
	return who*0xD6E8FEB86659FD93 + uint64(m)*0xC2B2AE3D27D4EB4F
}

//go:nosplit
func maptrapPlaceEntryOf(key uint64) *maptrapPlaceEntry {
	return &maptrapPlaces[key>>(64-maptrapPlaceBits)]
}

func maptrapPlaceFor(m uintptr, who uint64) maptrapPlace {
	key := maptrapPlaceKey(m, who)
	e := maptrapPlaceEntryOf(key)
	s := maptrapPlace{entry: e, key: key}
	if atomic.Load64(&e.key) == key {
		streak, stack, reads := e.streak, e.stack, e.reads
		if atomic.Load64(&e.key) == key { // nobody else has taken the entry meanwhile
			s.streak, s.stack, s.reads = streak, stack, reads
		}
	}
	return s
}

// save keeps what is known now. The entry has no key while it is being written.
func (s *maptrapPlace) save(streak uint32) {
	e := s.entry
	maptrapStore(&e.key, 0)
	e.streak, e.stack, e.reads = streak, s.stack, 0
	maptrapStore(&e.key, s.key)
}

// know sees to it that the stack is known.
func (s *maptrapPlace) know(by *maptrapOnBehalf) {
	if s.stack == 0 {
		s.stack = by.capture()
	}
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

// maptrapOpOf tells what who was doing at its place. Each place calls one map function, which the instruction tells for sure; what the
// cell says was written beside the place and can be that of another one, when a goroutine goes from place to place.
func maptrapOpOf(who uint64, op uint32) uint32 {
	site := maptrapSiteOf(who)
	if site < 8 {
		return op
	}
	pc := firstmoduledata.text + uintptr(site)
	target := uintptr(0)
	switch {
	case GOARCH == "amd64" && *(*uint8)(unsafe.Pointer(pc - 5)) == 0xE8:
		offset := uint32(0)
		for i := uintptr(0); i < 4; i++ {
			offset |= uint32(*(*uint8)(unsafe.Pointer(pc - 4 + i))) << (8 * i)
		}
		target = pc + uintptr(int64(int32(offset)))
	case GOARCH == "arm64" && *(*uint32)(unsafe.Pointer(pc - 4))>>26 == 0x25:
		target = pc - 4 + uintptr(int64(int32(*(*uint32)(unsafe.Pointer(pc - 4))<<6)>>4))
	default:
		return op
	}
	name := funcname(findfunc(target))
	switch {
	case maptrapContains(name, "mapassign"):
		return maptrapAssign
	case maptrapContains(name, "mapdelete"):
		return maptrapDelete
	case maptrapContains(name, "mapclear"):
		return maptrapClear
	}
	return op
}

// maptrapSiteOf gives the place of who as an event holds it; 0 when it is not in the program's text (in a plugin's).
func maptrapSiteOf(who uint64) uint32 {
	site := uint32(who>>32) - uint32(firstmoduledata.text)
	if uintptr(site) > firstmoduledata.etext-firstmoduledata.text {
		return 0
	}
	return site
}

// maptrapChangeUnderWay is the last change on one thread, of a map that two goroutines use or that did not end at the glance.
type maptrapChangeUnderWay struct {
	m     uintptr
	who   uint64
	check uint64 // by which another thread sees that what it read of the two belongs together
	op    uint32
	_     [4]uint64
}

// maptrapUnderWay are those of all threads. A program that uses many thousands of maps can take a map's cell from it while a goroutine
// is in the midst of changing it; this place is only taken by the thread itself.
var maptrapUnderWay [256]maptrapChangeUnderWay

//go:nosplit
func maptrapUnderWayOf(gp *g) *maptrapChangeUnderWay {
	return &maptrapUnderWay[uint64(gp.m.id)%uint64(len(maptrapUnderWay))]
}

//go:nosplit
func (u *maptrapChangeUnderWay) set(m uintptr, who uint64, op uint32) {
	u.m, u.who, u.op, u.check = m, who, op, who^uint64(m)
}

// of gives the change, if it is one of map m.
func (u *maptrapChangeUnderWay) of(m uintptr) (side maptrapSeenSide, ok bool) {
	side = maptrapSeenSide{who: u.who, op: u.op, later: 1}
	return side, u.m == m && u.check == side.who^uint64(m)
}

// maptrapToken tells whether a stack may be taken on a map that one goroutine alone uses: two hundred times in 20 milliseconds. So
// a program that makes many short-lived maps does not pay for stacks that nobody will ask for. Counts that are lost between threads
// do no harm.
//
//go:nosplit
func maptrapToken() bool {
	if maptrapTokens > 0 && maptrapDepotFull == 0 {
		maptrapTokens--
		return true
	}
	maptrapRefused++
	if maptrapRefused%256 != 0 {
		return false
	}
	if now := nanotime(); now-maptrapAsked > 20_000_000 {
		maptrapAsked = now
		maptrapTokens = 200
	}
	return false
}
