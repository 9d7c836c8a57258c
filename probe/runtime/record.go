// Package runtime: what the probe writes down. The layout of the file is in docs/event-file.md; this file is its only
// other place.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

const (
	maptrapHeaderSize   = 4096
	maptrapRecordSize   = 8192
	maptrapRecords      = 64
	maptrapPairSize     = 64
	maptrapPairs        = 2048
	maptrapRecordsAt    = maptrapHeaderSize
	maptrapPairsAt      = maptrapRecordsAt + maptrapRecords*maptrapRecordSize
	maptrapTextCapacity = 5646

	// Offsets in the header.
	maptrapHdrConflicts = 84
	maptrapHdrPairs     = 100
	maptrapHdrProcs     = 104
	maptrapHdrState     = 108
	maptrapHdrStatus    = 112
	maptrapHdrSpent     = 120
	maptrapHdrDelays    = 136
	maptrapHdrPlanned   = 144
	maptrapHdrShared    = 152
	maptrapHdrUpdated   = 160
	maptrapHdrRefused   = 168
	maptrapHdrMode      = 224
)

// maptrapHead is the header's memory, 4096 bytes, at the start of the file.
type maptrapHead [maptrapHeaderSize]byte

var (
	maptrapHeader   = &maptrapNoHeader // replaced by the file's, or by plain memory where there is no file
	maptrapNoHeader maptrapHead
	maptrapFileSize uintptr = maptrapPairsAt + maptrapPairs*maptrapPairSize
	maptrapStarted  int64
	maptrapBudget   int64
	maptrapQuiet    bool
	maptrapHalt     bool
)

func (h *maptrapHead) set(at uintptr, v uint64) {
	*(*uint64)(unsafe.Pointer(&h[at])) = v
}

func (h *maptrapHead) set32(at uintptr, v uint32) {
	*(*uint32)(unsafe.Pointer(&h[at])) = v
}

// add counts. The counts of the header are for people: a count lost between two threads does no harm.
func (h *maptrapHead) add(at uintptr, v uint64) {
	*(*uint64)(unsafe.Pointer(&h[at])) += v
}

func (h *maptrapHead) exited(status int32) {
	h.set32(maptrapHdrStatus, uint32(status))
	h.set32(maptrapHdrProcs, uint32(gomaxprocs))
	h.set(maptrapHdrUpdated, uint64(nanotime()))
	h.set32(maptrapHdrState, 2)
}

// text writes a text field: its length in two bytes, then the bytes, cut at capacity.
func (h *maptrapHead) text(at, capacity int, s string) {
	maptrapText(unsafe.Pointer(&h[at]), capacity, s)
}

func maptrapText(p unsafe.Pointer, capacity int, s string) {
	b := maptrapBytes(p, capacity+2)
	n := copy(b[2:], s)
	b[0], b[1] = byte(n), byte(n>>8)
}

// fillHeader writes all that is known at the start.
func (h *maptrapHead) fillHeader() {
	copy(h[:], "MAPTRAP\x00")
	h.set32(8, 3)
	h.set32(12, maptrapHeaderSize)
	h.set(16, uint64(maptrapFixedSize()))
	h.set32(28, maptrapKindOfMap|2 /* PCs are logical */)
	sec, nsec, _ := time_now()
	h.set(32, uint64(sec)*1_000_000_000+uint64(nsec))
	h.set(40, uint64(maptrapStarted))
	h.set(48, uint64(firstmoduledata.text))
	h.set(56, uint64(firstmoduledata.etext))
	h.set(64, maptrapIdentity())
	h.region(72, maptrapRecordsAt, maptrapRecordSize, maptrapRecords, 0)
	if maptrapRecording == 0 {
		h.region(88, maptrapPairsAt, maptrapPairSize, maptrapPairs, 0)
	} else {
		h.fillRings()
	}
	h.set32(maptrapHdrMode, maptrapMode())
	if maptrapOrderMode {
		h.fillOrder()
	}
	h.set(128, uint64(maptrapBudget))
	h.text(256, 62, buildVersion)
	h.text(320, 62, GOOS+"/"+GOARCH)
}

// maptrapMode is what the probe does, as the header says it.
func maptrapMode() uint32 {
	if maptrapOrderMode {
		return 3
	}
	return 1 + maptrapRecording
}

// maptrapFixedSize is the size of the file without what is written as the program goes on.
func maptrapFixedSize() uintptr {
	if maptrapOrderMode {
		return maptrapOrderChunksAt
	}
	return maptrapFileSize
}

// maptrapIdentity is a hash that is equal for two runs of one binary, and hardly ever for two binaries.
func maptrapIdentity() uint64 {
	md := &firstmoduledata
	h := uint64(md.etext-md.text) ^ uint64(len(md.ftab))<<40
	table := md.pclntable
	step := len(table)/4096 + 1
	for i := 0; i < len(table); i += step {
		h = (h ^ uint64(table[i])) * 0x100000001B3
	}
	return h
}

// maptrapRecord is one conflict; the fields are those of docs/event-file.md.
type maptrapRecord struct {
	state    uint32
	print    uint32 // 1: the text is there, 2: it was printed
	at       int64
	addr     uint64
	seen     uint64
	elements uint64
	key      uint64 // hash of both stacks, by which the same conflict is known again
	typ      [256]byte
	sides    [2]maptrapSide
	text     [2 + maptrapTextCapacity]byte
	details  maptrapDetails
}

type maptrapSide struct {
	goid   uint64
	parent uint64
	gopc   uint64
	start  uint64
	op     uint32
	n      uint32
	held   int64
	site   uint64
	next   uint64 // in the first side: 1 + the index of the next record to be printed with this one
	pcs    [maptrapPCs]uint64
}

func maptrapRecordAt(i uint32) *maptrapRecord {
	return (*maptrapRecord)(unsafe.Pointer(uintptr(unsafe.Pointer(maptrapHeader)) + maptrapRecordsAt + uintptr(i)*maptrapRecordSize))
}

// maptrapRecordConflict writes down that this goroutine came while slot's was held. It returns nil when the same two
// stacks were recorded before. maptrapMu is held.
func maptrapRecordConflict(typ unsafe.Pointer, slot *maptrapSlot, op uint32, pc uintptr) *maptrapRecord {
	gp := getg()
	var stack [maptrapPCs]uintptr
	n := callers(0, stack[:])
	key := maptrapStackHash(stack[:n], op)*31 + maptrapStackHash(slot.pcs[:slot.n], slot.op)
	count := *(*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrConflicts]))
	for i := uint32(0); i < count && i < maptrapRecords; i++ {
		if r := maptrapRecordAt(i); r.key == key {
			r.seen++
			return nil
		}
	}
	maptrapHeader.set32(maptrapHdrConflicts, count+1)
	if count >= maptrapRecords {
		return nil
	}
	r := maptrapRecordAt(count)
	now := nanotime()
	r.at = now - maptrapStarted
	r.addr = uint64(slot.addr)
	r.seen = 1
	r.elements = uint64(*(*uint)(unsafe.Pointer(slot.addr))) // both kinds of map begin with the number of elements
	r.key = key
	if typ != nil {
		maptrapText(unsafe.Pointer(&r.typ), 254, maptrapTypeString(typ))
	}
	r.sides[0].fill(slot.goid, slot.parent, slot.gopc, slot.start, slot.op, slot.site, slot.pcs[:slot.n])
	r.sides[0].held = now - slot.since
	r.sides[1].fill(uint64(gp.goid), maptrapParent(gp), gp.gopc, gp.startpc, op, pc, stack[:n])
	atomic.Store(&r.state, 1)
	return r
}

// chain remembers that next is to be printed after r; one step can meet several held goroutines.
func (r *maptrapRecord) chain(next *maptrapRecord) {
	if next != nil {
		first := uintptr(unsafe.Pointer(maptrapHeader)) + maptrapRecordsAt
		r.sides[0].next = 1 + uint64((uintptr(unsafe.Pointer(next))-first)/maptrapRecordSize)
	}
}

func (r *maptrapRecord) next() *maptrapRecord {
	if n := r.sides[0].next; n != 0 {
		return maptrapRecordAt(uint32(n - 1))
	}
	return nil
}

func (s *maptrapSide) fill(goid, parent uint64, gopc, start uintptr, op uint32, site uintptr, pcs []uintptr) {
	s.goid, s.parent, s.start, s.op, s.site = goid, parent, uint64(start), op, uint64(site)
	if goid != 1 {
		s.gopc = uint64(gopc)
	}
	s.n = uint32(len(pcs))
	for i, pc := range pcs {
		s.pcs[i] = uint64(pc)
	}
}

// maptrapStackHash leaves out the probe's own frames: they differ between a goroutine that is held and one that comes.
func maptrapStackHash(pcs []uintptr, op uint32) uint64 {
	h := uint64(op)
	for i := len(pcs) - 1; i >= 0; i-- {
		if i < 8 && maptrapOwnFrame(pcs[i]) {
			break
		}
		h = (h ^ uint64(pcs[i])) * 0x100000001B3
	}
	return h
}

func maptrapOwnFrame(pc uintptr) bool {
	return maptrapHasPrefix(funcname(findfunc(pc)), "runtime.maptrap")
}

func maptrapHasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

// maptrapPairRecord is one near miss; the fields are those of docs/event-file.md.
type maptrapPairRecord struct {
	first    uint64
	second   uint64
	firstOp  uint32
	secondOp uint32
	shortest uint64
	longest  uint64
	seen     uint32
	vain     uint32
	met      uint32
	after    uint32
	held     uint64
}

// maptrapPairFor finds or makes the record of a pair of sites. maptrapMu is held.
func maptrapPairFor(first uintptr, firstOp uint32, second uintptr, secondOp uint32) *maptrapPairRecord {
	a, b := uint64(first-firstmoduledata.text), uint64(second-firstmoduledata.text)
	base := uintptr(unsafe.Pointer(maptrapHeader)) + maptrapPairsAt
	h := (a*maptrapHashMul ^ b) * maptrapHashMul >> 53
	for probe := uint64(0); probe < 32; probe++ {
		p := (*maptrapPairRecord)(unsafe.Pointer(base + uintptr((h+probe)%maptrapPairs)*maptrapPairSize))
		if p.seen == 0 {
			p.first, p.second, p.firstOp, p.secondOp, p.shortest = a, b, firstOp, secondOp, ^uint64(0)
			n := (*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrPairs]))
			*n++
			return p
		}
		if p.first == a && p.second == b && p.firstOp == firstOp && p.secondOp == secondOp {
			return p
		}
	}
	return nil
}

// maptrapPair records a near miss: miss was an earlier access on the same map, and now pc comes.
func maptrapPair(miss maptrapMiss, pc uintptr, op uint32, after bool) {
	if miss.gap > 2_000_000_000 {
		return
	}
	lock(&maptrapMu)
	if p := maptrapPairFor(miss.pc, miss.op, pc, op); p != nil {
		p.note(miss, after)
	}
	unlock(&maptrapMu)
}

func (p *maptrapPairRecord) note(miss maptrapMiss, after bool) {
	p.seen++
	if after {
		p.after++
	}
	if miss.gap < 0 {
		return
	}
	if uint64(miss.gap) < p.shortest {
		p.shortest = uint64(miss.gap)
	}
	if uint64(miss.gap) > p.longest {
		p.longest = uint64(miss.gap)
	}
	site := maptrapSiteFor(miss.pc)
	if site.promise == 0 || miss.gap < site.promise {
		site.promise = miss.gap
	}
}

// maptrapPairMet notes that a pair was caught. maptrapMu is held.
func maptrapPairMet(first uintptr, firstOp uint32, second uintptr, secondOp uint32) {
	if p := maptrapPairFor(first, firstOp, second, secondOp); p != nil {
		p.seen++
		p.met++
	}
}

// maptrapVain notes that a site was held and nobody came. maptrapMu is held.
func maptrapVain(pc uintptr, length int64) {
	n := *(*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrPairs]))
	if n == 0 {
		return
	}
	a := uint64(pc - firstmoduledata.text)
	for i := uintptr(0); i < maptrapPairs; i++ {
		p := (*maptrapPairRecord)(unsafe.Pointer(uintptr(unsafe.Pointer(maptrapHeader)) + maptrapPairsAt + i*maptrapPairSize))
		if p.seen != 0 && p.first == a {
			p.vain++
			if uint64(length) > p.held {
				p.held = uint64(length)
			}
		}
	}
}

// maptrapBytes views memory as bytes.
func maptrapBytes(p unsafe.Pointer, n int) []byte {
	return (*[1 << 30]byte)(p)[:n:n]
}
