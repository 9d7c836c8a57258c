// Package runtime: who accesses a map and from where; what is known of that; changes that are under way.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// maptrapPlaceEntry is what was noted of one goroutine at one place on one map.
type maptrapPlaceEntry struct {
	key    uint64
	streak uint32 // the map's streak in which it was noted
	stack  uint32
	reads  uint64 // reads since then: counted here, so that goroutines which only read do not wait for one another
	_      uint64
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

// maptrapChangeUnderWay is the last change on one thread.
type maptrapChangeUnderWay struct {
	m     uintptr
	who   uint64
	check uint64 // by which another thread sees that what it read of the two belongs together
	op    uint32
	_     [4]uint64
}

// maptrapUnderWay are those of all threads. A program that uses many thousands of maps can take a map's cell from it while a goroutine
// is in the midst of changing it; this place is only taken by the thread itself.
var maptrapUnderWay *[256]maptrapChangeUnderWay

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
