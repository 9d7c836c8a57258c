// Package runtime: the recorder's rings. The layout of the file is in docs/event-file.md.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
	sys "maptrap.invalid/sys"
)

// Classes of rings.
const (
	maptrapClassAccess  = 1
	maptrapClassGrowth  = 2
	maptrapClassProcess = 3
	maptrapClasses      = 3
)

// Kinds of event that are written here; growth.go, collector.go and goroutines.go have theirs.
const (
	maptrapKindAccess   = 1
	maptrapKindConflict = 2
	maptrapKindShared   = 3
)

const (
	maptrapEventSize    = 64
	maptrapHeadSize     = 64
	maptrapRingsSize    = 8 << 20 // of all rings together, unless MAPTRAP_SIZE says otherwise
	maptrapLimitDefault = 100_000
	maptrapNoProc       = 0xFFFF
)

// maptrapRing is the head of a ring. The writer goes by begun alone; the rest of it, which does not change, is for readers: whatever
// becomes of the file, the writer stays in its places.
type maptrapRing struct {
	begun    uint64
	capacity uint32
	class    uint32
	at       uint32
	proc     uint32
	skipped  uint64
	next     int64 // when the next access is due by the limit
	_        [3]uint64
}

// maptrapEvent is one event.
type maptrapEvent struct {
	sequence uint64
	clock    int64
	goid     uint64
	addr     uint64
	kind     uint16
	proc     uint16
	stack    uint32
	a        uint64
	b        uint64
	site     uint32
	life     uint32
}

var (
	maptrapRecording uint32  // not zero while the recorder is on
	maptrapHeads     uintptr // the heads of all rings: those of class 1, of class 2, of class 3
	maptrapRingMask  uint32  // number of rings of one class, less one
	maptrapLimit     uint32  // accesses in a second; 0: no limit
	maptrapDistance  int64   // nanoseconds between two accesses by the limit; 0: no limit

	maptrapRingCapacity [maptrapClasses]uint32  // in events, by class
	maptrapRingEvents   [maptrapClasses]uintptr // where the events of a class begin
)

// maptrapWriter is a place in a ring that has been taken.
type maptrapWriter struct {
	event  *maptrapEvent
	ring   *maptrapRing
	number uint64
	proc   uint16
	class  uint8
}

// maptrapRingFor gives the index among those of its class of the ring that this thread writes into, and its P.
//
//go:nosplit
func maptrapRingFor() (index uint32, proc uint16) {
	id := uint32(maptrapNoProc)
	if pp := getg().m.p.ptr(); pp != nil {
		id = uint32(pp.id)
	}
	return id & maptrapRingMask, uint16(id)
}

//go:nosplit
func maptrapRingAt(class, index uint32) *maptrapRing {
	return (*maptrapRing)(unsafe.Pointer(maptrapHeads + uintptr((class-1)*(maptrapRingMask+1)+index)*maptrapHeadSize))
}

// maptrapBegin takes the next place of a ring. The event counts once finish has been called.
//
//go:nosplit
func maptrapBegin(class, index uint32, proc uint16) maptrapWriter {
	r := maptrapRingAt(class, index)
	number := atomic.Xadd64(&r.begun, 1)
	capacity := maptrapRingCapacity[class-1]
	place := uintptr(index)*uintptr(capacity) + uintptr((number-1)&uint64(capacity-1))
	e := (*maptrapEvent)(unsafe.Pointer(maptrapRingEvents[class-1] + place*maptrapEventSize))
	maptrapStore(&e.sequence, 0)
	return maptrapWriter{e, r, number, proc, uint8(class)}
}

// finish makes the event count, unless the ring has gone round meanwhile and another event has this place.
//
//go:nosplit
func (w *maptrapWriter) finish() {
	if atomic.Load64(&w.ring.begun)-w.number < uint64(maptrapRingCapacity[w.class-1]) {
		maptrapStore(&w.event.sequence, w.number)
	}
	sys.Prefetch(uintptr(unsafe.Pointer(w.event)) + maptrapEventSize) // where the next one will most likely go
}

// maptrapStore stores a word so that what was written before it is seen before it. On amd64 any store does, and an exchange, as
// package atomic has it, would wait for the ring's memory. Processors of 32 bits get the halves one after the other.
//
//go:noinline
//go:nosplit
func maptrapStore(p *uint64, v uint64) {
	if GOARCH == "amd64" {
		*p = v
		return
	}
	low := (*uintptr)(unsafe.Pointer(p))
	if unsafe.Sizeof(*low) == 4 {
		*(*uint32)(unsafe.Pointer(uintptr(unsafe.Pointer(p)) + 4)) = uint32(v >> 32)
	}
	atomic.StoreReluintptr(low, uintptr(v))
}

// maptrapUnlockWord gives back a lock that is a word; see maptrapStore for why it is a function.
//
//go:noinline
//go:nosplit
func maptrapUnlockWord(lock *uint32) {
	if GOARCH == "amd64" {
		*lock = 0
		return
	}
	atomic.StoreRel(lock, 0)
}

// maptrapPayloadMax is what a payload may hold: readers keep it in a double.
const maptrapPayloadMax = 1<<53 - 1

//go:nosplit
func maptrapPayload(v uint64) uint64 {
	if v > maptrapPayloadMax {
		return maptrapPayloadMax
	}
	return v
}

// maptrapEmit writes an event of the goroutine that runs now on map m (0: none). It may be called anywhere: on the system stack,
// without a P, with the world stopped. It takes no lock and allocates nothing.
//
//go:nosplit
//go:nowritebarrierrec
func maptrapEmit(class, kind uint32, m uintptr, a, b uint64) {
	goid, life := uint64(0), uint32(0)
	if gp := getg().m.curg; gp != nil {
		goid = uint64(gp.goid)
	}
	if m != 0 {
		life = maptrapLife(m)
	}
	index, proc := maptrapRingFor()
	w := maptrapBegin(class, index, proc)
	w.fill(uint16(kind), goid, m, nanotime())
	w.event.stack, w.event.site, w.event.life = 0, 0, life
	w.event.a, w.event.b = maptrapPayload(a), maptrapPayload(b)
	w.finish()
}

// maptrapEmitGoroutine writes an event about goroutine goid, whichever runs now. site is a PC, or 0.
//
//go:nosplit
//go:nowritebarrierrec
func maptrapEmitGoroutine(kind uint32, goid uint64, site uintptr, a, b uint64) {
	index, proc := maptrapRingFor()
	w := maptrapBegin(maptrapClassProcess, index, proc)
	w.fill(uint16(kind), goid, 0, nanotime())
	w.event.stack, w.event.site, w.event.life = 0, maptrapOffset(site), 0
	w.event.a, w.event.b = maptrapPayload(a), maptrapPayload(b)
	w.finish()
}

// maptrapOffset is PC - runtime.text as an event holds it.
//
//go:nosplit
func maptrapOffset(pc uintptr) uint32 {
	if pc-firstmoduledata.text > 1<<32-1 {
		return 0 // none, or another module's
	}
	return uint32(pc - firstmoduledata.text)
}

// maptrapAccessEvent writes an event on an access, unless the ring has had its fill of them.
func maptrapAccessEvent(kind uint32, m uintptr, life uint32, s maptrapSeenSide, now int64, a, b uint64) {
	index, proc := maptrapRingFor()
	if !maptrapRingAt(maptrapClassAccess, index).allows(now) {
		return
	}
	w := maptrapBegin(maptrapClassAccess, index, proc)
	w.fill(uint16(kind), maptrapFullID(s.who), m, now)
	w.event.stack, w.event.site, w.event.life = s.stack, maptrapSiteOf(s.who), life
	w.event.a, w.event.b = maptrapPayload(a), maptrapPayload(b)
	w.finish()
}

// fill writes what all events have.
//
//go:nosplit
func (w *maptrapWriter) fill(kind uint16, goid uint64, m uintptr, now int64) {
	e := w.event
	e.clock = now - maptrapStarted
	e.goid, e.addr, e.kind, e.proc = goid, uint64(m), kind, w.proc
}

// maptrapBurst accesses may come at once before the limit bears.
const maptrapBurst = 64

// allows counts an access against the limit. Beyond a burst accesses are taken at even distances, so that what is recorded of a flood
// is a sample of all of it, up to its end.
func (r *maptrapRing) allows(now int64) bool {
	next := r.next
	if next < now {
		next = now
	}
	if next-now > maptrapBurst*maptrapDistance {
		r.skipped++
		return false
	}
	r.next = next + maptrapDistance
	return true
}

// maptrapPlanRings decides how many rings there are and how large they are. It gives the size of the whole file.
func maptrapPlanRings() uintptr {
	size, ok := maptrapNumber("MAPTRAP_SIZE")
	if !ok {
		size = maptrapRingsSize
	}
	if size > 1<<29 {
		maptrapComplain("MAPTRAP_SIZE is larger than 512 MiB; 512 MiB it is", "")
		size = 1 << 29
	}
	limit, ok := maptrapNumber("MAPTRAP_LIMIT")
	if !ok {
		limit = maptrapLimitDefault
	}
	if limit > 1_000_000_000 {
		limit = 0 // more than there can be
	}
	maptrapLimit = uint32(limit)
	if limit != 0 {
		maptrapDistance = int64(1_000_000_000 / limit)
	}
	procs := uint64(maptrapCPUs())
	if n := gogetenv("GOMAXPROCS"); n != "" {
		if wanted, ok := maptrapNumber("GOMAXPROCS"); ok && wanted > procs {
			procs = wanted
		}
	}
	rings := maptrapPowerOfTwo(procs, 1, 256)
	maptrapRingMask = uint32(rings - 1)
	maptrapRingCapacity[0] = uint32(maptrapPowerOfTwo(size/2/maptrapEventSize/rings/2+1, 64, 1<<24))
	for class := 1; class < maptrapClasses; class++ {
		maptrapRingCapacity[class] = uint32(maptrapPowerOfTwo(size/4/maptrapEventSize/rings/2+1, 64, 1<<24))
	}
	end := maptrapRingsAt()
	for _, capacity := range maptrapRingCapacity {
		end += uintptr(rings) * uintptr(capacity) * maptrapEventSize
	}
	return end
}

// maptrapPowerOfTwo gives the smallest power of two that is not less than n, within bounds that are such powers.
func maptrapPowerOfTwo(n, least, most uint64) uint64 {
	p := least
	for p < n && p < most {
		p *= 2
	}
	return p
}

// maptrapRingsAt is where the events begin in the file: after the header, the conflicts, the heads, the stacks and their PCs.
func maptrapRingsAt() uintptr {
	at := maptrapDepotAt() + maptrapStacks*maptrapStackSize + maptrapDepotPCs*8
	return (at + 4095) &^ 4095
}

func maptrapHeadsAt() uintptr {
	return maptrapRecordsAt + maptrapRecords*maptrapRecordSize
}

func maptrapDepotAt() uintptr {
	return maptrapHeadsAt() + maptrapClasses*uintptr(maptrapRingMask+1)*maptrapHeadSize
}

// fillRings writes the heads of all rings and describes the regions in the header.
func (h *maptrapHead) fillRings() {
	rings := maptrapRingMask + 1
	maptrapHeads = uintptr(unsafe.Pointer(h)) + maptrapHeadsAt()
	at := maptrapRingsAt()
	for class := uint32(0); class < maptrapClasses; class++ {
		maptrapRingEvents[class] = uintptr(unsafe.Pointer(h)) + at
		for i := uint32(0); i < rings; i++ {
			r := (*maptrapRing)(unsafe.Pointer(maptrapHeads + uintptr(class*rings+i)*maptrapHeadSize))
			r.capacity, r.class, r.at, r.proc = maptrapRingCapacity[class], class+1, uint32(at), i
			at += uintptr(r.capacity) * maptrapEventSize
		}
	}
	h.region(176, maptrapHeadsAt(), maptrapHeadSize, maptrapClasses*rings, maptrapClasses*rings)
	h.region(192, maptrapDepotAt(), maptrapStackSize, maptrapStacks, 0)
	h.region(208, maptrapDepotAt()+maptrapStacks*maptrapStackSize, 8, maptrapDepotPCs, 0)
	h.set32(228, maptrapLimit)
}

// region describes a region: offset, size of a record, capacity, and how many there are.
func (h *maptrapHead) region(field, offset uintptr, size, capacity, count uint32) {
	h.set32(field, uint32(offset))
	h.set32(field+4, size)
	h.set32(field+8, capacity)
	h.set32(field+12, count)
}
