// Package runtime: order events on their way into the event file.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

const (
	maptrapOrderChunk       = 1 << 18
	maptrapOrderProcs       = 4096 // Ps that have a writer of their own
	maptrapOrderChunkHead   = 64
	maptrapOrderRoom        = 2048 // that is left in a chunk before an event is begun: a segment, a list of locks with their stacks, a stack, the event
	maptrapOrderSeenBits    = 11
	maptrapOrderDoneBits    = 12
	maptrapOrderStackBits   = 18
	maptrapOrderSizeDefault = 2 << 30
	maptrapOrderKindSegment = 1
	maptrapOrderKindStack   = 2
	maptrapOrderKindType    = 5
	maptrapOrderTypeBytes   = 256 // of a type's name, at most

	maptrapHdrChunks   = 240
	maptrapHdrCut      = 248
	maptrapHdrCutWhen  = 252
	maptrapOrderCutMax = 1
	maptrapOrderCutBus = 2
)

// maptrapOrderWriter is where one P's events go.
type maptrapOrderWriter struct {
	at, end uintptr // where the next event goes, and where it may not go any more
	goid    uint64  // the goroutine whose segment this is; 0: none
	segment uint32
	chunks  uint32
	lock    uint32 // only that of threads without a P needs it
	index   uint32 // 1 + number of the P
	defined uint32 // id of the stack that was written here last
	seen    *[1 << maptrapOrderSeenBits]maptrapOrderSeen
	done    *[1 << maptrapOrderDoneBits]uint64 // hashes of accesses that need not be written again
	timers  *maptrapOrderGoroutine             // the timer that runs
}

// maptrapOrderStack is a stack that was written.
type maptrapOrderStack struct {
	hash uint64 // written last; 0: none
	id   uint32
	_    uint32
}

var (
	maptrapOrderWriters  *[1 + maptrapOrderProcs]maptrapOrderWriter
	maptrapOrderStacks   *[1 << maptrapOrderStackBits]maptrapOrderStack
	maptrapOrderStackIDs uint32
	maptrapOrderChunksAt uintptr // offset in the file
	maptrapOrderMost     uint32  // chunks
	maptrapOrderMode     bool
)

// maptrapOrderWriterOf gives the writer of a P; threads without one share a writer, and so do Ps beyond all reason.
//
//go:nosplit
func maptrapOrderWriterOf(pp *p) *maptrapOrderWriter {
	if pp == nil || uint32(pp.id) >= maptrapOrderProcs {
		return &maptrapOrderWriters[0]
	}
	return &maptrapOrderWriters[1+pp.id]
}

// maptrapOrderSeenOf gives this P's entry for a key; nil when it has none yet.
//
//go:nosplit
func maptrapOrderSeenOf(key uint64) *maptrapOrderSeen {
	return maptrapOrderWriterOf(getg().m.p.ptr()).seenOf(key)
}

// maptrapOrderSeenAs puts an entry for a key in this P's table.
//
//go:nosplit
func maptrapOrderSeenAs(key, events uint64, learnt uint32) {
	if e := maptrapOrderSeenOf(key); e != nil {
		e.key, e.releases, e.learnt = key, uint32(events>>32), learnt
	}
}

//go:nosplit
func (w *maptrapOrderWriter) seenOf(key uint64) *maptrapOrderSeen {
	if w.seen == nil || w.index == 0 {
		return nil
	}
	return &w.seen[key>>(64-maptrapOrderSeenBits)]
}

// maptrapOrderEnter gives the writer of this thread. It is called on the system stack, where nothing comes in between.
func maptrapOrderEnter() *maptrapOrderWriter {
	w := maptrapOrderWriterOf(getg().m.p.ptr())
	if w == &maptrapOrderWriters[0] {
		maptrapOrderTake(&w.lock)
	} else if w.index == 0 {
		w.index = 1 + uint32(getg().m.p.ptr().id)
		*(*uintptr)(unsafe.Pointer(&w.seen)) = uintptr(persistentalloc(unsafe.Sizeof(*w.seen), 64, &memstats.other_sys)) // no write barrier: it may be prohibited here
		*(*uintptr)(unsafe.Pointer(&w.done)) = uintptr(persistentalloc(unsafe.Sizeof(*w.done), 64, &memstats.other_sys))
	}
	return w
}

func (w *maptrapOrderWriter) leave() {
	if w.index == 0 {
		maptrapUnlockWord(&w.lock)
	}
}

// ready sees to it that there is room for an event and all that can come before it.
func (w *maptrapOrderWriter) ready() bool {
	return w.at+maptrapOrderRoom <= w.end || w.refill()
}

// refill begins the next chunk.
func (w *maptrapOrderWriter) refill() bool {
	if maptrapOrderStopped != 0 {
		return false
	}
	n := atomic.Xadd((*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrChunks])), 1)
	if n > maptrapOrderMost {
		atomic.Xadd((*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrChunks])), -1)
		maptrapOrderCut(maptrapOrderCutMax)
		return false
	}
	maptrapOrderForget(w.end)
	chunk := uintptr(unsafe.Pointer(maptrapHeader)) + maptrapOrderChunksAt + uintptr(n-1)*maptrapOrderChunk
	maptrapOrderPopulate(chunk)
	head := maptrapBytes(unsafe.Pointer(chunk), maptrapOrderChunkHead)
	*(*uint32)(unsafe.Pointer(&head[4])) = w.index
	*(*uint32)(unsafe.Pointer(&head[8])) = w.chunks
	*(*uint64)(unsafe.Pointer(&head[16])) = uint64(nanotime() - maptrapStarted)
	*(*uint32)(unsafe.Pointer(&head[0])) = 0x5244524F
	w.chunks++
	w.at, w.end = chunk+maptrapOrderChunkHead, chunk+maptrapOrderChunk
	w.goid = 0
	return true
}

// maptrapOrderCut ends the recording before the program ends.
func maptrapOrderCut(why uint32) {
	if atomic.Cas(&maptrapOrderStopped, 0, 1) {
		maptrapHeader.set32(maptrapHdrCut, why)
		maptrapHeader.set32(maptrapHdrCutWhen, uint32((nanotime()-maptrapStarted)/1_000_000))
	}
}

// emit writes an event of a goroutine. There must be room.
func (w *maptrapOrderWriter) emit(st *maptrapOrderGoroutine, kind, value uint64, number, stack uint32) {
	if w.goid != st.goid || w.segment != st.segment {
		st.segment++
		w.goid, w.segment = st.goid, st.segment
		rooted := uint32(0)
		if st.rooted {
			rooted = 1
		}
		w.write(maptrapOrderKindSegment, st.goid, st.segment, rooted)
	}
	w.write(kind, value, number, stack)
}

func (w *maptrapOrderWriter) write(kind, value uint64, number, stack uint32) {
	*(*uint64)(unsafe.Pointer(w.at + 8)) = uint64(number)<<32 | uint64(stack)
	*(*uint64)(unsafe.Pointer(w.at)) = kind<<56 | value&(1<<56-1)
	w.at += 16
}

// stack gives the id of a stack, of which up to most PCs count, from the PC from on (0: from its innermost one on).
func (w *maptrapOrderWriter) stack(by *maptrapOnBehalf, from uintptr, most int) uint32 {
	fp, lo := by.fp, by.gp.stack.lo
	for i := 0; from != 0 && i < 16 && fp >= lo && fp <= by.gp.stack.hi-16 && fp&7 == 0; i++ {
		if *(*uintptr)(unsafe.Pointer(fp + 8)) == from {
			break
		}
		lo, fp = fp+16, *(*uintptr)(unsafe.Pointer(fp))
		if i == 15 {
			fp, lo = by.fp, by.gp.stack.lo // it is not there
		}
	}
	hash, n := maptrapWalk(fp, lo, by.gp.stack.hi, nil, 0, most)
	if n == 0 {
		return 0
	}
	id, into := w.define(hash, n)
	if into != nil {
		maptrapWalk(fp, lo, by.gp.stack.hi, into, n, n)
	}
	return id
}

// intern gives the id of the stack where a lock was taken.
func (w *maptrapOrderWriter) intern(pcs *[maptrapOrderLockPCs]uintptr) uint32 {
	hash, n := uint64(0), 0
	for n < len(pcs) && pcs[n] != 0 {
		hash = maptrapHashPC(hash, uint64(pcs[n]))
		n++
	}
	if n == 0 {
		return 0
	}
	id, into := w.define(hash, n)
	if into != nil {
		for i, pc := range pcs[:n] {
			into[i] = uint64(pc)
		}
	}
	return id
}

// define gives the id of the stack with a hash, and where its n PCs are to be written; nil when they are in the file already.
func (w *maptrapOrderWriter) define(hash uint64, n int) (id uint32, into *[maptrapWalkDepth]uint64) {
	id, isNew := maptrapOrderStackID(hash | 1) // 0 stands for no stack
	if !isNew {
		return id, nil
	}
	w.write(maptrapOrderKindStack, uint64(n), id, 0)
	w.defined = id
	into = (*[maptrapWalkDepth]uint64)(unsafe.Pointer(w.at))
	w.at += uintptr(n+1) / 2 * 16
	return id, into
}

// typeAt writes which type of map is accessed where a stack begins. A place has one, so it is written with the place's first stack.
func (w *maptrapOrderWriter) typeAt(stack uint32, name string) {
	n := len(name)
	if n > maptrapOrderTypeBytes {
		n = maptrapOrderTypeBytes
	}
	w.write(maptrapOrderKindType, uint64(n), stack, 0)
	copy(maptrapBytes(unsafe.Pointer(w.at), n), name)
	w.at += uintptr(n+15) / 16 * 16
}

// maptrapOrderStackID gives the id of the stack with a hash, and whether it has yet to be written. A hash of 63 bits stands for the stack. When the table
// is full, what is not in it is written each time.
func maptrapOrderStackID(hash uint64) (id uint32, isNew bool) {
	if id := maptrapOrderFindStack(hash); id != 0 {
		return id, false
	}
	lock(&maptrapMu)
	id = maptrapOrderFindStack(hash)
	if id == 0 {
		maptrapOrderStackIDs++
		id, isNew = maptrapOrderStackIDs, true
		for i := uint64(0); i < 16; i++ {
			if s := &maptrapOrderStacks[(hash>>(64-maptrapOrderStackBits)+i)%(1<<maptrapOrderStackBits)]; s.hash == 0 {
				s.id = id
				maptrapStore(&s.hash, hash)
				break
			}
		}
	}
	unlock(&maptrapMu)
	return id, isNew
}

func maptrapOrderFindStack(hash uint64) uint32 {
	for i := uint64(0); i < 16; i++ {
		s := &maptrapOrderStacks[(hash>>(64-maptrapOrderStackBits)+i)%(1<<maptrapOrderStackBits)]
		switch atomic.Load64(&s.hash) {
		case hash:
			return s.id
		case 0:
			return 0
		}
	}
	return 0
}

// maptrapPlanOrder makes the tables and decides how large the file may become.
func maptrapPlanOrder() bool {
	size, ok := maptrapNumber("MAPTRAP_MAX_SIZE")
	if !ok {
		size = maptrapOrderSizeDefault
	}
	if size > 1<<38 {
		size = 1 << 38
	}
	maptrapOrderChunksAt = maptrapFileSize
	maptrapOrderMost = uint32(size / maptrapOrderChunk)
	if maptrapOrderMost < 16 {
		maptrapOrderMost = 16
	}
	counters, writers, stacks := unsafe.Sizeof(*maptrapOrderCounters), unsafe.Sizeof(*maptrapOrderWriters), unsafe.Sizeof(*maptrapOrderStacks)
	memory := persistentalloc(counters+writers+stacks+unsafe.Sizeof(*maptrapOrderPlaces), 4096, &memstats.other_sys)
	if memory == nil {
		return false
	}
	maptrapFileSize = maptrapOrderChunksAt + uintptr(maptrapOrderMost)*maptrapOrderChunk
	at := uintptr(memory)
	maptrapOrderCounters = (*[1 << 16]maptrapOrderCounter)(memory)
	maptrapOrderStacks = (*[1 << maptrapOrderStackBits]maptrapOrderStack)(unsafe.Pointer(at + counters))
	maptrapOrderPlaces = (*[1 << maptrapOrderPlaceBits]maptrapOrderPlace)(unsafe.Pointer(at + counters + stacks))
	maptrapOrderWriters = (*[1 + maptrapOrderProcs]maptrapOrderWriter)(unsafe.Pointer(at + counters + stacks + unsafe.Sizeof(*maptrapOrderPlaces)))
	return true
}

// fillOrder describes the chunks in the header.
func (h *maptrapHead) fillOrder() {
	h.set32(232, uint32(maptrapOrderChunksAt))
	h.set32(236, maptrapOrderChunk)
	h.set32(244, maptrapOrderMost)
}
