// Package runtime: the depot of stacks. A stack is walked by frame pointers: its hash first, and only one that is not in the depot
// yet is walked once more and kept. What is kept are return addresses as they are; inlined calls are told apart by who reads them.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

const (
	maptrapStacks    = 8192
	maptrapStackSize = 32
	maptrapDepotPCs  = 131072
	maptrapWalkDepth = 96 // frames that the hash covers

	maptrapHdrStacks = 204 // how many stacks were met
	maptrapHdrPCs    = 220 // how many PCs are used
)

// maptrapStackRecord is one stack of the depot.
type maptrapStackRecord struct {
	hash  uint64
	first uint32
	n     uint32
	state uint32 // 1: being written, 2: complete
	flags uint32
	_     uint64
}

func maptrapStackAt(i uint32) *maptrapStackRecord {
	return (*maptrapStackRecord)(unsafe.Pointer(uintptr(unsafe.Pointer(maptrapHeader)) + maptrapDepotAt() + uintptr(i)*maptrapStackSize))
}

func maptrapPCsAt(first uint32) unsafe.Pointer {
	return unsafe.Pointer(uintptr(unsafe.Pointer(maptrapHeader)) + maptrapDepotAt() + maptrapStacks*maptrapStackSize + uintptr(first)*8)
}

var (
	maptrapDepotFull uint32 // not zero once a stack had no room
	maptrapPCsUsed   uint32
)

// maptrapWalk walks up a stack by frame pointers, from fp. Every pointer is checked to lie in the stack and above the last one, so a
// frame without one ends or shortens the walk and does no harm. It goes up most frames at the most, gives the hash of the return addresses
// and their number, and stores as many as have room. The hash is 0 where frame pointers are not to be had.
//
//go:nosplit
func maptrapWalk(fp, lo, hi uintptr, into *[maptrapWalkDepth]uint64, room, most int) (hash uint64, n int) {
	for n < most && fp >= lo && fp <= hi-16 && fp&7 == 0 {
		pc := uint64(*(*uintptr)(unsafe.Pointer(fp + 8)))
		if n < room {
			into[n] = pc
		}
		hash = maptrapHashPC(hash, pc)
		n++
		lo = fp + 16
		fp = *(*uintptr)(unsafe.Pointer(fp))
	}
	return hash, n
}

// maptrapHashPC adds a return address to the hash of those before it.
//
//go:nosplit
func maptrapHashPC(hash, pc uint64) uint64 {
	hash = (hash ^ pc) * maptrapHashMul
	return hash ^ hash>>29
}

// capture gives the id of the goroutine's stack; 0 when it is not known.
func (by *maptrapOnBehalf) capture() uint32 {
	hash, _ := maptrapWalk(by.fp, by.gp.stack.lo, by.gp.stack.hi, nil, 0, maptrapWalkDepth)
	if hash == 0 {
		return 0
	}
	if id := maptrapFindStack(hash); id != 0 || maptrapDepotFull != 0 {
		return id
	}
	lock(&maptrapMu)
	id := maptrapAddStack(hash, by.fp, by.gp)
	unlock(&maptrapMu)
	return id
}

// maptrapFindStack looks a stack up. A hash of 64 bits stands for the stack: two of 8192 stacks share one with a chance of
// one in 10^11.
func maptrapFindStack(hash uint64) uint32 {
	for i := uint64(0); i < 32; i++ {
		index := uint32(hash>>32+i) % maptrapStacks
		s := maptrapStackAt(index)
		if atomic.Load(&s.state) == 0 {
			return 0
		}
		if s.hash == hash && atomic.Load(&s.state) == 2 {
			return index + 1
		}
	}
	return 0
}

// maptrapAddStack puts a stack into the depot. maptrapMu is held.
func maptrapAddStack(hash uint64, fp uintptr, gp *g) uint32 {
	if id := maptrapFindStack(hash); id != 0 {
		return id
	}
	met := (*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrStacks]))
	*met++
	for i := uint64(0); i < 32 && maptrapPCsUsed < maptrapDepotPCs; i++ {
		index := uint32(hash>>32+i) % maptrapStacks
		s := maptrapStackAt(index)
		if s.state != 0 {
			continue
		}
		room := maptrapDepotPCs - int(maptrapPCsUsed)
		_, n := maptrapWalk(fp, gp.stack.lo, gp.stack.hi, (*[maptrapWalkDepth]uint64)(maptrapPCsAt(maptrapPCsUsed)), room, maptrapWalkDepth)
		if n > room {
			n = room
		}
		s.hash, s.first, s.n = hash, maptrapPCsUsed, uint32(n)
		maptrapPCsUsed += uint32(n)
		maptrapHeader.set32(maptrapHdrPCs, maptrapPCsUsed)
		atomic.Store(&s.state, 2)
		return index + 1
	}
	maptrapDepotFull = 1
	return 0
}

// maptrapStackPCs gives the PCs of a stack of the depot as runtime.Callers would: one for each frame, inlined ones too.
func maptrapStackPCs(id uint32, into []uint64) int {
	if id == 0 || id > maptrapStacks {
		return 0
	}
	s := maptrapStackAt(id - 1)
	if atomic.Load(&s.state) != 2 || s.n > maptrapWalkDepth || s.first > maptrapDepotPCs-s.n {
		return 0
	}
	n := 0
	for _, pc := range (*[maptrapWalkDepth]uint64)(maptrapPCsAt(s.first))[:s.n] {
		if n == 0 && maptrapOwnFrame(uintptr(pc)-1) {
			continue
		}
		n = maptrapExpand(uintptr(pc), into, n)
	}
	return n
}
