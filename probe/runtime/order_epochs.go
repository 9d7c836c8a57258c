// Package runtime: which accesses to maps can be told apart.
//
// An access is written once in each epoch of its goroutine, and a release that is written begins a new epoch: who acquires it comes after
// the accesses before it, and not after those behind it.
//
// A goroutine that locks a lock again which it gave back last, and which nobody acquired since, takes that release back: as long as it holds the
// lock, accesses are in the epoch before the release. Nobody came after an access before it and before one behind it, and
// who acquires the lock from now on does so when it is given back once more, and comes after both. So a goroutine that
// uses a map under its lock again and again has nothing to write until another one comes by.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// maptrapOrderLast is what the last release was that a goroutine wrote, when it gave back a lock.
type maptrapOrderLast struct {
	lock     uintptr // as maptrapOrderLockKey gives it; 0: it was another release
	addr     uintptr // what it released
	acquires uint32  // on the counter, at that time
	before   uint32  // the epochs
	after    uint32
	undone   bool // the goroutine has the lock again, and is in the epoch before
}

// maptrapOrderLockKey stands for a lock and a way to hold it.
//
//go:nosplit
func maptrapOrderLockKey(addr uintptr, reading bool) uintptr {
	if reading {
		return addr | 1
	}
	return addr
}

// relocked is called when the goroutine has a lock.
//
//go:nosplit
func (st *maptrapOrderGoroutine) relocked(lock uintptr) {
	last := &st.last
	if last.lock != lock || last.undone || maptrapOrderForeigns != 0 {
		return
	}
	events := atomic.Load64(&maptrapOrderCounterOf(*(*unsafe.Pointer)(unsafe.Pointer(&last.addr))).events)
	if uint32(events)-uint32(events>>32) == last.acquires {
		st.epoch, last.undone = last.before, true
	}
}

// unlocked is called instead of released when giving a lock back had nothing to tell.
//
//go:nosplit
func (st *maptrapOrderGoroutine) unlocked() {
	if last := &st.last; last.undone && last.lock == st.unlocking {
		st.epoch, last.undone = last.after, false
	}
	st.unlocking = 0
}

// released begins a new epoch, after a release of addr was written. events is the counter with it.
func (st *maptrapOrderGoroutine) released(addr unsafe.Pointer, events uint64) {
	last, before := &st.last, st.epoch
	st.epochs++
	st.epoch = st.epochs
	if st.unlocking == 0 || last.undone && last.lock != st.unlocking {
		last.lock = 0 // in the middle of what is under a lock: its release cannot be taken back any more
	} else {
		last.lock, last.addr, last.before, last.after = st.unlocking, uintptr(addr), before, st.epoch
		last.acquires = uint32(events) - uint32(events>>32)
	}
	last.undone, st.unlocking = false, 0
}
