// Package runtime: what goroutines know of each other's accesses to maps, and so whether an event of synchronisation tells anything.
//
// All that matters of a goroutine's clock, and of an address's, is which accesses it covers: a set of accesses that were written. Such a
// set has an id here: equal ids mean equal sets. An id is a hash of 64 bits, of which two that differ are the same with a chance of 1 in
// 10^19. Of each set some others are known that it contains: those that it was made of.
//
//   - An access that is written makes the goroutine's set another one: it contains the one before. So there is no id of it before
//     somebody asks (fresh).
//   - An acquire joins the address's set to the goroutine's; it tells nothing when that is contained already.
//   - A release puts the goroutine's set in the place of the address's; it tells nothing when that is the same one.
//   - The others are made of these two.
//
// What tells nothing is not written, and so moves no clock: not of the address, whose clock covers the same accesses with it or without, and not
// the goroutine's. An epoch of a goroutine that was released is over (only a release that is written begins another one), so no access
// can come into what a set covers later on.
//
// The set of an address changes while its place in the table is taken, in which its tickets are given, too. An address that has to make way for
// another one in the table has a set of which nothing is known when it comes back, unless nothing was ever released there: then all is written.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

const (
	maptrapOrderPlaceBits = 12
	maptrapOrderParts     = 4
)

// maptrapOrderSet is a set of accesses.
type maptrapOrderSet struct {
	id    uint64                    // 0: the empty one
	parts [maptrapOrderParts]uint64 // sets that it contains; 0: none
}

// maptrapOrderPlace is what is known of the address that was the last one in this place of the table. It is as long as a cache line.
type maptrapOrderPlace struct {
	lock uint32
	_    uint32
	addr uint64
	set  maptrapOrderSet
	_    uint64
}

var maptrapOrderPlaces *[1 << maptrapOrderPlaceBits]maptrapOrderPlace

// contains tells whether a set contains another one, as far as that is known.
//
//go:nosplit
func (s *maptrapOrderSet) contains(id uint64) bool {
	return id == s.id || id == 0 || id == s.parts[0] || id == s.parts[1] || id == s.parts[2] || id == s.parts[3]
}

// join adds another set, and tells whether that has made it another one.
//
//go:nosplit
func (s *maptrapOrderSet) join(other *maptrapOrderSet) bool {
	if s.contains(other.id) {
		return false
	}
	if other.contains(s.id) {
		*s = *other
		return true
	}
	// Whoever joins the same two has the same set.
	s.parts = [maptrapOrderParts]uint64{s.id, other.id, s.parts[0], other.parts[0]}
	s.id = maptrapOrderMix(s.id ^ other.id ^ maptrapOrderMix(s.id+other.id))
	return true
}

//go:nosplit
func maptrapOrderMix(x uint64) uint64 {
	x = (x ^ x>>32) * 0xD6E8FEB86659FD93
	x = (x ^ x>>32) * 0xD6E8FEB86659FD93
	return x ^ x>>32
}

// newID gives an id that was never given.
//
//go:nosplit
func (st *maptrapOrderGoroutine) newID() uint64 {
	st.ids++
	return maptrapOrderMix(st.goid*0x9E3779B97F4A7C15 + maptrapOrderMix(st.ids))
}

// known gives the set of what the goroutine knows.
//
//go:nosplit
func (st *maptrapOrderGoroutine) known() *maptrapOrderSet {
	if st.fresh {
		st.fresh = false
		s := &st.set
		s.parts = [maptrapOrderParts]uint64{s.id, s.parts[0], s.parts[1], s.parts[2]}
		s.id = st.newID()
	}
	return &st.set
}

// accessed is called when an access was written.
//
//go:nosplit
func (st *maptrapOrderGoroutine) accessed() {
	st.fresh = true
	st.learnt++
}

// takePlace gives the place of an address, which is to be given back with release. Nothing may come in between that blocks.
//
//go:nosplit
func (st *maptrapOrderGoroutine) takePlace(addr unsafe.Pointer) *maptrapOrderPlace {
	a := uint64(uintptr(addr)) >> 2
	p := &maptrapOrderPlaces[uint32((a^a>>20)*maptrapHashMul>>(64-maptrapOrderPlaceBits))]
	maptrapOrderTake(&p.lock)
	if p.addr != uint64(uintptr(addr)) {
		p.addr, p.set = uint64(uintptr(addr)), maptrapOrderSet{}
		if atomic.Load64(&maptrapOrderCounterOf(addr).events)>>32 != 0 {
			p.set.id = st.newID()
		}
	}
	return p
}

//go:nosplit
func (p *maptrapOrderPlace) release() {
	maptrapUnlockWord(&p.lock)
}

// isNews tells whether an event tells anything.
//
//go:nosplit
func (p *maptrapOrderPlace) isNews(kind uint64, own *maptrapOrderSet) bool {
	switch kind {
	case maptrapOrderKindAcquire:
		return !own.contains(p.set.id)
	case maptrapOrderKindMerge:
		return !p.set.contains(own.id)
	}
	return p.set.id != own.id
}

// apply does to both sets what an event does, and tells whether the goroutine has learnt anything.
//
//go:nosplit
func (p *maptrapOrderPlace) apply(kind uint64, own *maptrapOrderSet) bool {
	switch kind {
	case maptrapOrderKindAcquire:
		return own.join(&p.set)
	case maptrapOrderKindRelease:
		p.set = *own
		return false
	case maptrapOrderKindMerge:
		p.set.join(own)
		return false
	case maptrapOrderKindSwap:
		before := p.set
		p.set = *own
		return own.join(&before)
	}
	learnt := own.join(&p.set)
	p.set = *own
	return learnt
}
