// Package runtime: what order events need to know of each goroutine.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

const (
	maptrapOrderLocks      = 4 // locks that are remembered of a goroutine
	maptrapOrderLockPCs    = 4
	maptrapOrderTimerIDs   = 1 << 46 // goroutines of this number and above are runs of timers
	maptrapOrderKindStart  = 3
	maptrapOrderKindEnd    = 4
	maptrapOrderForeignMax = 64
)

// maptrapOrderGoroutine is what is known of a goroutine. It belongs to its g, whose racectx leads to it (in a build for the race
// detector the probe records no order), and serves the next goroutine of that g too.
type maptrapOrderGoroutine struct {
	goid      uint64
	atomic    uint64 // the counter with the event of the atomic operation that is under way; 0: nothing to tell
	segment   uint32 // number of the last segment
	epoch     uint32 // changes with each release that was written, but see order_epochs.go
	epochs    uint32 // the last one that was new
	last      maptrapOrderLast
	unlocking uintptr // the lock that is being given back, as maptrapOrderLockKey gives it; 0: none
	learnt    uint32  // changes when it accesses a map or comes after something new; never 0
	inAtomic  bool    // between maptrapOrderAtomic and maptrapOrderAtomicDone
	fresh     bool    // set has no id yet
	ids       uint64  // how many ids it has given to sets
	set       maptrapOrderSet
	rooted    bool   // no go statement started it
	held      uint8  // locks in the list
	more      uint32 // locks for which the list had no room
	listed    uint32 // 1 + state of the foreign unlocks when the list was last looked at; 0: it has changed since
	listHash  uint64 // of the list that was written last; 0: it is empty
	locks     [maptrapOrderLocks]maptrapOrderLock
	seed      uint32 // of the map that is getting a new one
}

type maptrapOrderLock struct {
	addr    uintptr
	reading bool
	pcs     [maptrapOrderLockPCs]uintptr
}

// maptrapOrderSelf gives what is known of the goroutine that runs; nil where nothing is to be noted: on a thread's own stack outside of
// timers, and between maptrapOrderIgnore.
//
//go:nosplit
func maptrapOrderSelf() *maptrapOrderGoroutine {
	gp := getg()
	if gp.raceignore != 0 || maptrapOrderStopped != 0 {
		return nil
	}
	return maptrapOrderOf(gp)
}

// maptrapOrderOther gives what is known of another goroutine.
//
//go:nosplit
func maptrapOrderOther(gp *g) *maptrapOrderGoroutine {
	if getg().raceignore != 0 || maptrapOrderStopped != 0 {
		return nil
	}
	return maptrapOrderOf(gp)
}

//go:nosplit
func maptrapOrderOf(gp *g) *maptrapOrderGoroutine {
	if gp.racectx == 0 {
		if mp := gp.m; mp != nil && (gp == mp.g0 || gp == mp.gsignal) {
			return nil
		}
		systemstack(func() { maptrapOrderBegin(gp, uint64(gp.goid)).rooted = true }) // it was not started by a go statement
	}
	return *(**maptrapOrderGoroutine)(unsafe.Pointer(&gp.racectx))
}

// maptrapOrderBegin makes gp a goroutine of which nothing is known yet.
func maptrapOrderBegin(gp *g, goid uint64) *maptrapOrderGoroutine {
	if gp.racectx == 0 {
		gp.racectx = uintptr(persistentalloc(unsafe.Sizeof(maptrapOrderGoroutine{}), 64, &memstats.other_sys))
	}
	st := *(**maptrapOrderGoroutine)(unsafe.Pointer(&gp.racectx))
	st.begin(goid)
	return st
}

func (st *maptrapOrderGoroutine) begin(goid uint64) {
	st.goid, st.segment, st.epoch, st.epochs, st.learnt = goid, 0, 0, 0, 1
	st.last, st.unlocking, st.listHash = maptrapOrderLast{}, 0, 0
	st.set, st.fresh, st.ids = maptrapOrderSet{}, false, 0
	st.rooted, st.held, st.more, st.listed = false, 0, 0, 0
}

// maptrapOrderStarts is called on the system stack by a go statement, when the new goroutine has its number.
func maptrapOrderStarts(gp, parent *g, pc uintptr, fn *funcval) {
	st := maptrapOrderBegin(gp, uint64(gp.goid))
	var from *maptrapOrderGoroutine
	if parent.racectx != 0 {
		from = *(**maptrapOrderGoroutine)(unsafe.Pointer(&parent.racectx))
	}
	if from == nil {
		st.rooted = true
		return
	}
	w := maptrapOrderEnter()
	if w.ready() {
		by := maptrapOnBehalf{parent, 0}
		if parent != parent.m.g0 {
			by.fp = parent.sched.bp // systemstack has put it there
		}
		w.emit(from, maptrapOrderKindStart, st.goid, maptrapOffset(fn.fn), w.stack(&by, pc, maptrapWalkDepth))
		st.set = *from.known()
		from.released(nil, 0)
	}
	w.leave()
}

// maptrapOrderEnds is called on the system stack when a goroutine is over.
func maptrapOrderEnds(gp *g) {
	if gp.racectx == 0 {
		return
	}
	(*(**maptrapOrderGoroutine)(unsafe.Pointer(&gp.racectx))).end()
}

func (st *maptrapOrderGoroutine) end() {
	w := maptrapOrderEnter()
	if (st.segment != 0 || !st.rooted) && w.ready() {
		w.emit(st, maptrapOrderKindEnd, 0, 0, 0)
		w.goid = 0
	}
	w.leave()
}

var maptrapOrderTimerRuns uint64

// maptrapOrderTimers gives a new context for running a timer on this P: a goroutine of its own to order events, so that a timer that
// runs does not come after all that ran here before it. It is to be asked for at each run, on the system stack.
func maptrapOrderTimers() uintptr {
	w := maptrapOrderWriterOf(getg().m.p.ptr())
	st := w.timers
	if st == nil {
		st = (*maptrapOrderGoroutine)(persistentalloc(unsafe.Sizeof(maptrapOrderGoroutine{}), 64, &memstats.other_sys))
		if w != &maptrapOrderWriters[0] {
			w.timers = st
		}
	} else {
		st.end()
	}
	st.begin(maptrapOrderTimerIDs + atomic.Xadd64(&maptrapOrderTimerRuns, 1))
	st.rooted = true
	return uintptr(unsafe.Pointer(st))
}

// maptrapOrderAcquireIn notes an acquire in a context of maptrapOrderTimers.
func maptrapOrderAcquireIn(context uintptr, addr unsafe.Pointer) {
	st := *(**maptrapOrderGoroutine)(unsafe.Pointer(&context))
	if st != nil && st.learns(addr) {
		st.synchronise(maptrapOrderKindAcquire, addr, maptrapOnBehalf{getg(), 0})
	}
}

// maptrapOrderLocked notes that this goroutine has a lock now: after its acquire.
//
//go:linkname maptrapOrderLocked
//go:nosplit
func maptrapOrderLocked(addr unsafe.Pointer, reading bool) {
	st := maptrapOrderSelf()
	if st == nil {
		return
	}
	st.listed = 0
	st.relocked(maptrapOrderLockKey(uintptr(addr), reading))
	if st.held == maptrapOrderLocks {
		st.more++
		return
	}
	l := &st.locks[st.held]
	st.held++
	l.addr, l.reading = uintptr(addr), reading
	gp := getg()
	fp, lo := maptrapFramePointer(), gp.stack.lo
	for i := range l.pcs {
		l.pcs[i] = 0
		if fp >= lo && fp <= gp.stack.hi-16 && fp&7 == 0 {
			l.pcs[i] = *(*uintptr)(unsafe.Pointer(fp + 8))
			lo, fp = fp+16, *(*uintptr)(unsafe.Pointer(fp))
		}
	}
}

// maptrapOrderUnlocked notes that a lock is given back: before its release. Another goroutine than the one that took it may do so.
//
//go:linkname maptrapOrderUnlocked
//go:nosplit
func maptrapOrderUnlocked(addr unsafe.Pointer, reading bool) {
	st := maptrapOrderSelf()
	if st == nil {
		return
	}
	st.listed = 0
	st.unlocking = maptrapOrderLockKey(uintptr(addr), reading)
	for i := int(st.held) - 1; i >= 0; i-- {
		if l := &st.locks[i]; l.addr == uintptr(addr) && l.reading == reading {
			for ; i < int(st.held)-1; i++ {
				st.locks[i] = st.locks[i+1]
			}
			st.held--
			return
		}
	}
	if st.more > 0 {
		st.more--
		return
	}
	// Whoever took it does not have it any more: nobody is said to hold it from here on.
	maptrapOrderForeign[uintptr(addr)>>3%maptrapOrderForeignMax] = uintptr(addr)
	atomic.Xadd(&maptrapOrderForeigns, 1)
}

var (
	maptrapOrderForeign  [maptrapOrderForeignMax]uintptr // locks that were given back by another goroutine than the one that took them
	maptrapOrderForeigns uint32
)

// foreign tells whether another goroutine gave the lock back.
func (l *maptrapOrderLock) foreign() bool {
	return maptrapOrderForeign[l.addr>>3%maptrapOrderForeignMax] == l.addr
}

// hashList gives a hash of the locks that the goroutine holds, and of where it took them; 0 when it holds none.
func (st *maptrapOrderGoroutine) hashList() uint64 {
	hash := uint64(0)
	for i := range st.locks[:st.held] {
		l := &st.locks[i]
		if l.foreign() {
			continue
		}
		hash = (hash ^ uint64(maptrapOrderLockKey(l.addr, l.reading))) * maptrapHashMul
		for _, pc := range l.pcs {
			hash = (hash ^ hash>>29 ^ uint64(pc)) * maptrapHashMul
		}
	}
	return hash
}

// list writes down which locks the goroutine holds, if that is not what was written last.
func (st *maptrapOrderGoroutine) list(w *maptrapOrderWriter) {
	state := atomic.Load(&maptrapOrderForeigns) + 1
	if st.listed == state {
		return
	}
	if maptrapOrderForeigns >= maptrapOrderForeignMax/2 {
		st.held = 0 // too many to tell them apart: a program that hands its locks around
	}
	st.listed = state
	hash := st.hashList()
	if hash == st.listHash {
		return
	}
	st.listHash = hash
	index := uint32(0)
	for i := range st.locks[:st.held] {
		l := &st.locks[i]
		if l.foreign() {
			continue
		}
		number := index * 2
		if l.reading {
			number++
		}
		w.emit(st, maptrapOrderKindHolds, uint64(l.addr), number, w.intern(&l.pcs))
		index++
	}
	if index == 0 {
		w.emit(st, maptrapOrderKindNone, 0, 0, 0)
	}
}
