// Package runtime: order events, by which goroutines are ordered. docs/order-events.md is the definition.
//
// The functions here are called where the runtime and package sync synchronise goroutines. Each looks whether there is anything new to
// tell, which there mostly is not; what is new goes on the system stack and into the event file.
//
// Nothing here may be left to another goroutine between the taking of a ticket and the writing of its event: then a
// P's events would no longer stand in the order of time. Functions of package runtime are not preempted asynchronously, and those below have no
// check of their stack (nosplit) up to where they change to the system stack.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// Kinds of order events.
const (
	maptrapOrderKindAcquire  = 8
	maptrapOrderKindRelease  = 9
	maptrapOrderKindMerge    = 10
	maptrapOrderKindSwap     = 11
	maptrapOrderKindUpdate   = 12
	maptrapOrderKindHolds    = 16
	maptrapOrderKindNone     = 17
	maptrapOrderKindReseeded = 20
	maptrapOrderKindAccess   = 32
)

// maptrapOrderPCs is how many PCs the stack of a synchronising event has at most.
const maptrapOrderPCs = 8

// maptrapOrdering is 1 when order events are recorded. It is set before any goroutine runs and never changed again: a lock's fast path
// and its slow path each look at it. The linkname lets internal/race do so.
//
//go:linkname maptrapOrdering
var maptrapOrdering uint32

// maptrapOrderStopped is 1 once the file has no more room.
var maptrapOrderStopped uint32

// maptrapOrderCounter counts the events of all addresses that share it.
type maptrapOrderCounter struct {
	events uint64 // low half: all of them, the last ticket; high half: those that release
	lock   uint32 // 1: an atomic operation is under way
	_      uint32
}

var maptrapOrderCounters *[1 << 16]maptrapOrderCounter

//go:nosplit
func maptrapOrderCounterOf(addr unsafe.Pointer) *maptrapOrderCounter {
	a := uint64(uintptr(addr)) >> 2
	return &maptrapOrderCounters[(uint32(a)^uint32(a>>32))*0x9E3779B1>>16]
}

// maptrapOrderSeen is what a P knows of a goroutine and an address: how many releases there were when the goroutine last had an event on it, and
// what the goroutine knew when it released it.
type maptrapOrderSeen struct {
	key      uint64
	releases uint32
	learnt   uint32 // 0: its last event on the address did not release; the highest bit: it has not learnt what the others released
}

const maptrapOrderBlind = 1 << 31 // in maptrapOrderSeen.learnt

//go:nosplit
func (st *maptrapOrderGoroutine) key(addr unsafe.Pointer) uint64 {
	key := (st.goid*0xD6E8FEB86659FD93 ^ uint64(uintptr(addr))) * maptrapHashMul
	return key ^ key>>29
}

// learns tells whether an acquire of addr can tell the goroutine anything.
//
//go:nosplit
func (st *maptrapOrderGoroutine) learns(addr unsafe.Pointer) bool {
	releases := uint32(atomic.Load64(&maptrapOrderCounterOf(addr).events) >> 32)
	if releases == 0 {
		return false
	}
	key := st.key(addr)
	e := maptrapOrderSeenOf(key)
	return e == nil || e.key != key || e.releases != releases || e.learnt&maptrapOrderBlind != 0
}

// teaches tells whether a release of addr can tell others anything.
//
//go:nosplit
func (st *maptrapOrderGoroutine) teaches(addr unsafe.Pointer) bool {
	releases := uint32(atomic.Load64(&maptrapOrderCounterOf(addr).events) >> 32)
	key := st.key(addr)
	e := maptrapOrderSeenOf(key)
	return e == nil || e.key != key || e.releases != releases || e.learnt&^maptrapOrderBlind != st.learnt
}

// maptrapOrderAcquire notes that this goroutine comes after all that addr's clock holds. Call it after the operation that synchronises.
//
//go:linkname maptrapOrderAcquire
//go:nosplit
func maptrapOrderAcquire(addr unsafe.Pointer) {
	if st := maptrapOrderSelf(); st != nil && st.learns(addr) {
		st.synchronise(maptrapOrderKindAcquire, addr, maptrapOnBehalf{getg(), maptrapOrderFrame()})
	}
}

// maptrapOrderRelease notes that addr's clock becomes this goroutine's. Call it before the operation that synchronises.
//
//go:linkname maptrapOrderRelease
//go:nosplit
func maptrapOrderRelease(addr unsafe.Pointer) {
	if st := maptrapOrderSelf(); st != nil {
		if st.teaches(addr) {
			st.synchronise(maptrapOrderKindRelease, addr, maptrapOnBehalf{getg(), maptrapOrderFrame()})
		} else if st.unlocking != 0 {
			st.unlocked()
		}
	}
}

// maptrapOrderMerge notes that this goroutine's clock is added to addr's. Call it before the operation that synchronises.
//
//go:linkname maptrapOrderMerge
//go:nosplit
func maptrapOrderMerge(addr unsafe.Pointer) {
	if st := maptrapOrderSelf(); st != nil {
		if st.teaches(addr) {
			st.synchronise(maptrapOrderKindMerge, addr, maptrapOnBehalf{getg(), maptrapOrderFrame()})
		} else if st.unlocking != 0 {
			st.unlocked()
		}
	}
}

// maptrapOrderSwap notes that this goroutine's clock and addr's take each other in: the goroutine comes after what addr's clock held, which
// becomes the goroutine's as it was.
//
//go:linkname maptrapOrderSwap
//go:nosplit
func maptrapOrderSwap(addr unsafe.Pointer) {
	if st := maptrapOrderSelf(); st != nil && st.teaches(addr) {
		st.synchronise(maptrapOrderKindSwap, addr, maptrapOnBehalf{getg(), maptrapOrderFrame()})
	}
}

// maptrapOrderAcquireFor notes an acquire by gp, which is parked or has not begun to run.
//
//go:nosplit
func maptrapOrderAcquireFor(gp *g, addr unsafe.Pointer) {
	if st := maptrapOrderOther(gp); st != nil && st.learns(addr) {
		st.synchronise(maptrapOrderKindAcquire, addr, maptrapOnBehalf{gp, gp.sched.bp})
	}
}

// maptrapOrderReleaseFor notes a release by gp, which is parked or has not begun to run.
//
//go:nosplit
func maptrapOrderReleaseFor(gp *g, addr unsafe.Pointer) {
	if st := maptrapOrderOther(gp); st != nil && st.teaches(addr) {
		st.synchronise(maptrapOrderKindRelease, addr, maptrapOnBehalf{gp, gp.sched.bp})
	}
}

// maptrapOrderMergeFor notes a merging release by gp, which is parked or has not begun to run.
//
//go:nosplit
func maptrapOrderMergeFor(gp *g, addr unsafe.Pointer) {
	if st := maptrapOrderOther(gp); st != nil && st.teaches(addr) {
		st.synchronise(maptrapOrderKindMerge, addr, maptrapOnBehalf{gp, gp.sched.bp})
	}
}

// maptrapOrderSwapFor notes for gp, which is parked or has not begun to run, what maptrapOrderSwap does.
//
//go:nosplit
func maptrapOrderSwapFor(gp *g, addr unsafe.Pointer) {
	if st := maptrapOrderOther(gp); st != nil && st.teaches(addr) {
		st.synchronise(maptrapOrderKindSwap, addr, maptrapOnBehalf{gp, gp.sched.bp})
	}
}

// maptrapOrderIgnore begins (1) and ends (-1) a part of this goroutine's way in which nothing counts as synchronisation. The parts nest.
//
//go:linkname maptrapOrderIgnore
//go:nosplit
func maptrapOrderIgnore(by int8) {
	getg().raceignore += by
}

// synchronise writes a synchronising event, if it tells anything. by is whose stack is shown.
//
//go:nosplit
func (st *maptrapOrderGoroutine) synchronise(kind uint64, addr unsafe.Pointer, by maptrapOnBehalf) {
	systemstack(func() {
		w := maptrapOrderEnter()
		if w.ready() {
			own, c := st.known(), maptrapOrderCounterOf(addr)
			place := st.takePlace(addr)
			if place.isNews(kind, own) {
				events := atomic.Xadd64(&c.events, maptrapOrderTicket(kind))
				learns := place.apply(kind, own)
				knows := own.contains(place.set.id)
				place.release()
				st.told(kind, addr, events, learns, knows)
				w.emit(st, kind, uint64(uintptr(addr)), uint32(events), w.stack(&by, 0, maptrapOrderPCs))
			} else {
				events, knows := atomic.Load64(&c.events), own.contains(place.set.id)
				place.release()
				st.idle(kind, addr, events, knows)
			}
		}
		w.leave()
	})
}

// maptrapOrderTicket gives what an event of a kind adds to its counter.
//
//go:nosplit
func maptrapOrderTicket(kind uint64) int64 {
	if kind == maptrapOrderKindAcquire {
		return 1
	}
	return 1<<32 | 1
}

// told remembers an event that was written. events is the counter with it, and knows tells whether the goroutine knows all that the address holds.
func (st *maptrapOrderGoroutine) told(kind uint64, addr unsafe.Pointer, events uint64, learns, knows bool) {
	if learns && kind != maptrapOrderKindSwap {
		st.learnt++
	}
	learnt := st.learnt
	if kind == maptrapOrderKindAcquire {
		learnt = 0
	} else {
		st.released(addr, events)
	}
	if learns && kind == maptrapOrderKindSwap {
		st.learnt++ // this is not in the address's clock
	}
	st.remember(addr, events, learnt, knows)
}

// idle remembers an event that told nothing. events is the counter at that time.
func (st *maptrapOrderGoroutine) idle(kind uint64, addr unsafe.Pointer, events uint64, knows bool) {
	learnt := uint32(0)
	if kind != maptrapOrderKindAcquire {
		learnt = st.learnt
		if st.unlocking != 0 {
			st.unlocked()
		}
	}
	st.remember(addr, events, learnt, knows)
}

func (st *maptrapOrderGoroutine) remember(addr unsafe.Pointer, events uint64, learnt uint32, knows bool) {
	if !knows {
		learnt |= maptrapOrderBlind
	}
	maptrapOrderSeenAs(st.key(addr), events, learnt)
}

// maptrapOrderAtomic begins a place where the atomic operations on an address follow one another as their events do. The
// operation, which releases (a store, a swap, an addition, a compare-and-swap), comes between it and maptrapOrderAtomicDone; nothing in between may
// block, allocate or grow the stack.
//
// The ticket is taken before the operation: whoever sees the new value finds the counter changed.
//
//go:nosplit
func maptrapOrderAtomic(addr unsafe.Pointer) {
	st := maptrapOrderSelf()
	if st == nil {
		return
	}
	c := maptrapOrderCounterOf(addr)
	maptrapOrderTake(&c.lock)
	st.inAtomic = true
	st.atomic = 0
	if st.teaches(addr) {
		own, place := st.known(), st.takePlace(addr)
		if place.set.id != own.id {
			st.atomic = atomic.Xadd64(&c.events, 1<<32|1)
		} else {
			maptrapOrderSeenAs(st.key(addr), atomic.Load64(&c.events), st.learnt)
		}
		place.release()
	}
}

// maptrapOrderAtomicLoad is called after a load, and tells whether there may be something to learn from it. If so it has begun such a
// place, in which the load is to be made again: a store that came in between would have put its own clock in the place of the
// one that goes with the value.
//
//go:nosplit
func maptrapOrderAtomicLoad(addr unsafe.Pointer) bool {
	st := maptrapOrderSelf()
	if st == nil || !st.learns(addr) {
		return false
	}
	c := maptrapOrderCounterOf(addr)
	maptrapOrderTake(&c.lock)
	st.inAtomic = true
	st.atomic = 0
	own, place := st.known(), st.takePlace(addr)
	if !own.contains(place.set.id) {
		st.atomic = atomic.Xadd64(&c.events, 1)
	} else {
		maptrapOrderSeenAs(st.key(addr), atomic.Load64(&c.events), 0)
	}
	place.release()
	return true
}

//go:nosplit
func maptrapOrderTake(lock *uint32) {
	for i := 0; !atomic.Cas(lock, 0, 1); i++ {
		if i < 100 {
			procyield(10)
		} else {
			osyield()
		}
	}
}

// maptrapOrderAtomicDone ends what maptrapOrderAtomic began. acquires and releases tell what the operation did: a store releases, a
// swap, an addition and a successful compare-and-swap do both, a failed one acquires.
//
//go:nosplit
func maptrapOrderAtomicDone(addr unsafe.Pointer, acquires, releases bool) {
	gp := getg()
	if gp.raceignore != 0 {
		return
	}
	st := maptrapOrderOf(gp)
	if st == nil || !st.inAtomic { // recording had ended already when it began
		return
	}
	st.inAtomic = false
	events := st.atomic
	if events == 0 {
		maptrapUnlockWord(&maptrapOrderCounterOf(addr).lock)
		return
	}
	kind := uint64(maptrapOrderKindUpdate)
	if !acquires {
		kind = maptrapOrderKindRelease
	} else if !releases {
		kind = maptrapOrderKindAcquire
	}
	place := st.takePlace(addr)
	learns := place.apply(kind, st.known())
	place.release()
	maptrapUnlockWord(&maptrapOrderCounterOf(addr).lock)
	by := maptrapOnBehalf{getg(), maptrapOrderFrame()}
	systemstack(func() {
		w := maptrapOrderEnter()
		if w.ready() {
			st.told(kind, addr, events, learns, true)
			w.emit(st, kind, uint64(uintptr(addr)), uint32(events), w.stack(&by, 0, maptrapOrderPCs))
		}
		w.leave()
	})
}
