// Package runtime: what the recorder knows of each map.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
	sys "maptrap.invalid/sys"
)

const (
	maptrapMapBits   = 12
	maptrapPlaceBits = 12
	maptrapNewcomers = 4   // maps in a row that find the cell of a shared map unused before one may have it: dead maps must give theirs up
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
	blocked uint8  // maps that wanted this cell since its map was last seen in use
	used    uint32 // reads and changes when blocked was last zero
}

// maptrapMapMore is what the slow paths know of the map in the cell with the same index. What is of an earlier map is told by
// the word or the streak that it is kept with.
type maptrapMapMore struct {
	writes      uint64 // changes that were not recorded since the last event, without those of running
	told        uint64 // those of running that an event has told of
	since       int64  // since when this goroutine is the one that changes the map
	sinceStreak uint32 // the streak for which since is good
	_           uint32
	readNote    maptrapNote
	writeNote   maptrapNote
	other       maptrapSeenSide // the last goroutine before the last one to change the map; only of a shared map
	_           [3]uint64
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

// The recorder's tables, as far as threads must not wait for each other's parts of them: each entry begins a cache line, which the linker
// would not see to.
var (
	maptrapMapCells *[1 << maptrapMapBits]maptrapMapCell
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

// maptrapNewMap is told of a map that was just made: its cell is fetched into the cache while the program goes on, so that the first
// access need not wait for it.
//
//go:nosplit
func maptrapNewMap(m uintptr) {
	sys.Prefetch(uintptr(unsafe.Pointer(&maptrapMapCells[maptrapCellIndex(m)])))
}

// maptrapReseeding is called before a map gets a new seed, as it does when it becomes empty, and with done afterwards. In between
// its cell goes by the address alone.
//
//go:linkname maptrapReseeding
//go:nosplit
func maptrapReseeding(m uintptr, done bool) {
	if maptrapRecording == 0 {
		if maptrapOrdering != 0 {
			maptrapOrderReseeding(m, done)
		}
		return
	}
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
	if used := uint32(c.reads + c.running); used != c.used {
		c.used, c.blocked = used, 0
	}
	if c.blocked < maptrapNewcomers {
		c.blocked++
		c = next
	}
	return c, false
}

// more gives what is kept apart.
func (c *maptrapMapCell) more() *maptrapMapMore {
	index := (uintptr(unsafe.Pointer(c)) - uintptr(unsafe.Pointer(maptrapMapCells))) / unsafe.Sizeof(*c)
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
	c.reads, c.running, c.used = 0, 0, 0
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

//go:nosplit
func (c *maptrapMapCell) release() {
	maptrapUnlockWord(&c.lock)
}

// maptrapMakeTables takes memory for the tables, for as long as the process runs.
func maptrapMakeTables() bool {
	cells, mores := unsafe.Sizeof(*maptrapMapCells), unsafe.Sizeof(*maptrapMapMores)
	places, underWay := unsafe.Sizeof(*maptrapPlaces), unsafe.Sizeof(*maptrapUnderWay)
	memory := persistentalloc(cells+mores+places+underWay, 4096, &memstats.other_sys)
	if memory == nil {
		return false
	}
	at := uintptr(memory)
	maptrapMapCells = (*[1 << maptrapMapBits]maptrapMapCell)(memory)
	maptrapMapMores = (*[1 << maptrapMapBits]maptrapMapMore)(unsafe.Pointer(at + cells))
	maptrapPlaces = (*[1 << maptrapPlaceBits]maptrapPlaceEntry)(unsafe.Pointer(at + cells + mores))
	maptrapUnderWay = (*[256]maptrapChangeUnderWay)(unsafe.Pointer(at + cells + mores + places))
	return true
}
