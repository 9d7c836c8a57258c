// Package runtime: Go's own check has found a conflict, and is about to end the program.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// maptrapDetails is the end of a conflict record: how it was found. The fields are those of docs/event-file.md.
type maptrapDetails struct {
	foundBy   uint32
	message   uint32
	age       uint64
	repeats   uint64
	otherSide uint32
	growth    uint32
	evacuated uint64
	old       uint64
	depth     uint32
	phase     uint32
	cycles    uint32
	later     uint32
}

const (
	maptrapFoundByGo  = 1
	maptrapByMark     = 1
	maptrapByRings    = 2
	maptrapUnknownAge = ^uint64(0)
)

// maptrapFatal is called when Go's check has found the map m in use, before the runtime's fatal error: on the goroutine that
// noticed. message tells which of Go's messages follows, op what the goroutine was doing.
//
//go:linkname maptrapFatal
func maptrapFatal(typ unsafe.Pointer, m uintptr, message, op uint32) {
	gp := getg()
	if maptrapRecording == 0 || gp != gp.m.curg || m == 0 {
		return
	}
	other, known := maptrapOtherSide(m, uint64(gp.goid)) // first, before the other side goes on
	var pcs [maptrapPCs]uintptr
	n := callers(0, pcs[:])
	first := 0
	for first < n && maptrapOwnFrame(pcs[first]) {
		first++
	}
	r, index := maptrapFatalRecord()
	now := nanotime()
	if r == nil {
		maptrapEmit(maptrapClassAccess, maptrapKindConflict, m, uint64(index), uint64(message))
		return
	}
	r.at = now - maptrapStarted
	r.addr = uint64(m)
	r.seen = 1
	r.elements = uint64(*(*uint)(unsafe.Pointer(m)))
	if typ != nil {
		maptrapText(unsafe.Pointer(&r.typ), 254, maptrapTypeString(typ))
	}
	r.details = maptrapDetails{foundBy: maptrapFoundByGo, message: message, age: maptrapUnknownAge, otherSide: known}
	if known != 0 {
		r.fillOther(&other, now)
	}
	site := uintptr(0)
	if first < n {
		site = pcs[first]
	}
	r.sides[1].fill(uint64(gp.goid), maptrapParent(gp), gp.gopc, gp.startpc, op, site, pcs[first:n])
	r.fillState(m)
	atomic.Store(&r.state, 1)
	maptrapEmit(maptrapClassAccess, maptrapKindConflict, m, uint64(index), uint64(message))
	p := maptrapPrinter{b: r.text[2:]}
	r.describe(&p)
	r.text[0], r.text[1] = byte(p.n), byte(p.n>>8)
	atomic.Store(&r.print, 1)
}

// maptrapFatalRecord takes a new conflict record. Several goroutines may notice at once.
func maptrapFatalRecord() (*maptrapRecord, uint32) {
	index := atomic.Xadd((*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrConflicts])), 1) - 1
	if index >= maptrapRecords {
		return nil, index
	}
	return maptrapRecordAt(index), index
}

// maptrapOtherSide finds the goroutine whose mark Go's check has found: the last one but this to have marked the map.
func maptrapOtherSide(m uintptr, me uint64) (maptrapSeenSide, uint32) {
	index := maptrapCellIndex(m)
	for i := uintptr(0); i < 2; i++ {
		c := &maptrapMapCells[index^i]
		if c.addr != m {
			continue
		}
		var last, other maptrapSeenSide
		var shared bool
		systemstack(func() { // a goroutine that holds the lock must not be preempted
			locked := c.acquire() // one that was stopped in there keeps it: then go on without
			last, other, shared = c.lastWrite(), c.more().other, c.shared
			if locked {
				c.release()
			}
		})
		if last.who != 0 && !maptrapSame(last.who, me) {
			return last, maptrapByMark
		}
		if shared && other.who != 0 && !maptrapSame(other.who, me) {
			return other, maptrapByMark
		}
	}
	for i := range maptrapUnderWay {
		if side, ok := maptrapUnderWay[i].of(m); ok && !maptrapSame(side.who, me) {
			side.stack = maptrapPlaceFor(m, side.who).stack
			return side, maptrapByMark
		}
	}
	return maptrapOtherInRings(m, me)
}

// maptrapOtherInRings looks for the last change of the map by another goroutine in all rings: another map has taken its cell.
func maptrapOtherInRings(m uintptr, me uint64) (found maptrapSeenSide, known uint32) {
	latest := int64(-1)
	for i := uint32(0); i <= maptrapRingMask; i++ {
		for place := uintptr(0); place < uintptr(maptrapRingCapacity[maptrapClassAccess-1]); place++ {
			at := uintptr(i)*uintptr(maptrapRingCapacity[maptrapClassAccess-1]) + place
			e := (*maptrapEvent)(unsafe.Pointer(maptrapRingEvents[maptrapClassAccess-1] + at*maptrapEventSize))
			if e.addr != uint64(m) || e.clock <= latest || maptrapSame(e.goid, me) {
				continue
			}
			if e.kind != maptrapKindAccess && e.kind != maptrapKindShared || !maptrapChanges(uint32(e.a&0xFF)) {
				continue
			}
			latest, known = e.clock, maptrapByRings
			found = maptrapSeenSide{who: uint64(firstmoduledata.text+uintptr(e.site))<<32 | e.goid&(1<<32-1), since: e.clock + maptrapStarted, stack: e.stack, op: uint32(e.a & 0xFF)}
		}
	}
	return found, known
}

func (r *maptrapRecord) fillOther(other *maptrapSeenSide, now int64) {
	s := &r.sides[0]
	goid, pc := maptrapFullID(other.who), uintptr(0)
	if site := maptrapSiteOf(other.who); site != 0 {
		pc = firstmoduledata.text + uintptr(site)
	}
	var parent uint64
	var gopc, start uintptr
	if gp := maptrapGoroutine(goid); gp != nil {
		parent, gopc, start = maptrapParent(gp), gp.gopc, gp.startpc
	}
	s.fill(goid, parent, gopc, start, maptrapOpOf(other.who, other.op), pc, nil)
	s.n = uint32(maptrapStackPCs(other.stack, s.pcs[:]))
	if s.n == 0 && pc != 0 {
		s.pcs[0], s.n = uint64(pc), 1
	}
	if other.since != 0 {
		r.details.age = uint64(now - other.since)
	}
	r.details.repeats, r.details.later = other.count, other.later
}

// fillState notes what the map and the garbage collector were doing.
func (r *maptrapRecord) fillState(m uintptr) {
	d := &r.details
	d.growth, d.evacuated, d.old, d.depth = maptrapGrowth(m)
	d.phase, d.cycles = gcphase, maptrapCycles()
}

// maptrapGoroutine finds a goroutine that is still there.
func maptrapGoroutine(goid uint64) *g {
	list, n := atomicAllG()
	for i := uintptr(0); i < n; i++ {
		if gp := atomicAllGIndex(list, i); uint64(gp.goid) == goid {
			return gp
		}
	}
	return nil
}
