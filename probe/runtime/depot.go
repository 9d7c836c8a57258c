// Package runtime: the depot of stacks. A stack is walked by frame pointers, which gives its hash; only a stack that is not in
// the depot yet is walked a second time, by the runtime's own means, which knows of inlined calls.

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

// maptrapWalk hashes the return addresses of this goroutine's stack, from the frame whose frame pointer is fp. Every pointer
// is checked to lie in the stack and above the last one, so a frame without one ends or shortens the walk and does no harm.
// It gives 0 where frame pointers are not to be had.
//
//go:nosplit
func maptrapWalk(fp uintptr) uint64 {
	gp := getg()
	lo, hi := gp.stack.lo, gp.stack.hi-2*unsafe.Sizeof(fp)
	h := uint64(0)
	for i := 0; i < maptrapWalkDepth && fp >= lo && fp <= hi && fp&7 == 0; i++ {
		h = (h ^ uint64(*(*uintptr)(unsafe.Pointer(fp + 8)))) * maptrapHashMul
		h ^= h >> 29
		lo = fp + 16
		fp = *(*uintptr)(unsafe.Pointer(fp))
	}
	return h
}

// maptrapCapture gives the id of this goroutine's stack, 0 when there is no room for it. fp is a frame pointer of the caller.
func maptrapCapture(fp uintptr) uint32 {
	hash := maptrapWalk(fp)
	if hash != 0 {
		if id := maptrapFindStack(hash); id != 0 {
			return id
		}
	}
	var pcs [maptrapPCs]uintptr
	n := callers(0, pcs[:])
	first := 0
	for first < n && maptrapOwnFrame(pcs[first]) {
		first++
	}
	if hash == 0 {
		for _, pc := range pcs[first:n] {
			hash = (hash ^ uint64(pc)) * maptrapHashMul
			hash ^= hash >> 29
		}
		hash |= 1
	}
	return maptrapAddStack(hash, pcs[first:n])
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

func maptrapAddStack(hash uint64, pcs []uintptr) uint32 {
	lock(&maptrapMu)
	id := maptrapAddLocked(hash, pcs)
	unlock(&maptrapMu)
	return id
}

func maptrapAddLocked(hash uint64, pcs []uintptr) uint32 {
	if id := maptrapFindStack(hash); id != 0 {
		return id
	}
	met := (*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrStacks]))
	used := (*uint32)(unsafe.Pointer(&maptrapHeader[maptrapHdrPCs]))
	*met++
	for i := uint64(0); i < 32; i++ {
		index := uint32(hash>>32+i) % maptrapStacks
		s := maptrapStackAt(index)
		if s.state != 0 {
			continue
		}
		if int(*used)+len(pcs) > maptrapDepotPCs {
			return 0
		}
		into := (*[maptrapPCs]uint64)(maptrapPCsAt(*used))
		for j, pc := range pcs {
			into[j] = uint64(pc)
		}
		s.hash, s.first, s.n, s.flags = hash, *used, uint32(len(pcs)), 2
		*used += uint32(len(pcs))
		atomic.Store(&s.state, 2)
		return index + 1
	}
	return 0
}

// maptrapStackPCs copies the PCs of a stack of the depot.
func maptrapStackPCs(id uint32, into []uint64) int {
	if id == 0 || id > maptrapStacks {
		return 0
	}
	s := maptrapStackAt(id - 1)
	if atomic.Load(&s.state) != 2 {
		return 0
	}
	return copy(into, (*[maptrapPCs]uint64)(maptrapPCsAt(s.first))[:s.n])
}
