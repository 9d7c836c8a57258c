// Package runtime: atomic operations while order events are recorded.
//
// The methods of sync/atomic's types and its plain functions come here. Each function is one operation, made in a place of
// its address (maptrapOrderAtomic), so that the operations on an address follow one another as their events do. The address is touched before
// that place is entered: where it is bad, the program gets its own fault. A load enters it only where there is something to learn, and then loads again.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// maptrapOrderSkips tells whether an atomic operation orders nobody: it is a part of something that is told as a whole, or its address is on the
// goroutine's own stack, where no other one can come by, or is a counter's of test coverage.
//
//go:nosplit
func maptrapOrderSkips(addr unsafe.Pointer) bool {
	gp := getg()
	return gp.raceignore != 0 || uintptr(addr)-gp.stack.lo < gp.stack.hi-gp.stack.lo || maptrapOrderCounts(addr)
}

//go:linkname maptrapOrderLoad32
func maptrapOrderLoad32(addr *uint32) uint32 {
	value := atomic.Load(addr)
	if !maptrapOrderSkips(unsafe.Pointer(addr)) && maptrapOrderAtomicLoad(unsafe.Pointer(addr)) {
		value = atomic.Load(addr)
		maptrapOrderAtomicDone(unsafe.Pointer(addr), true, false)
	}
	return value
}

//go:linkname maptrapOrderLoad64
func maptrapOrderLoad64(addr *uint64) uint64 {
	value := atomic.Load64(addr)
	if !maptrapOrderSkips(unsafe.Pointer(addr)) && maptrapOrderAtomicLoad(unsafe.Pointer(addr)) {
		value = atomic.Load64(addr)
		maptrapOrderAtomicDone(unsafe.Pointer(addr), true, false)
	}
	return value
}

//go:linkname maptrapOrderLoaduintptr
func maptrapOrderLoaduintptr(addr *uintptr) uintptr {
	value := atomic.Loaduintptr(addr)
	if !maptrapOrderSkips(unsafe.Pointer(addr)) && maptrapOrderAtomicLoad(unsafe.Pointer(addr)) {
		value = atomic.Loaduintptr(addr)
		maptrapOrderAtomicDone(unsafe.Pointer(addr), true, false)
	}
	return value
}

//go:linkname maptrapOrderLoadp
func maptrapOrderLoadp(addr *unsafe.Pointer) unsafe.Pointer {
	value := atomic.Loadp(unsafe.Pointer(addr))
	if !maptrapOrderSkips(unsafe.Pointer(addr)) && maptrapOrderAtomicLoad(unsafe.Pointer(addr)) {
		value = atomic.Loadp(unsafe.Pointer(addr))
		maptrapOrderAtomicDone(unsafe.Pointer(addr), true, false)
	}
	return value
}

//go:linkname maptrapOrderStore32
func maptrapOrderStore32(addr *uint32, value uint32) {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		atomic.Store(addr, value)
		return
	}
	atomic.Load(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	atomic.Store(addr, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), false, true)
}

//go:linkname maptrapOrderStore64
func maptrapOrderStore64(addr *uint64, value uint64) {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		atomic.Store64(addr, value)
		return
	}
	atomic.Load64(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	atomic.Store64(addr, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), false, true)
}

//go:linkname maptrapOrderStoreuintptr
func maptrapOrderStoreuintptr(addr *uintptr, value uintptr) {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		atomic.Storeuintptr(addr, value)
		return
	}
	atomic.Loaduintptr(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	atomic.Storeuintptr(addr, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), false, true)
}

//go:linkname maptrapOrderSwap32
func maptrapOrderSwap32(addr *uint32, value uint32) uint32 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Xchg(addr, value)
	}
	atomic.Load(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Xchg(addr, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderSwap64
func maptrapOrderSwap64(addr *uint64, value uint64) uint64 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Xchg64(addr, value)
	}
	atomic.Load64(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Xchg64(addr, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderSwapuintptr
func maptrapOrderSwapuintptr(addr *uintptr, value uintptr) uintptr {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Xchguintptr(addr, value)
	}
	atomic.Loaduintptr(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Xchguintptr(addr, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderCas32
func maptrapOrderCas32(addr *uint32, old, value uint32) bool {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Cas(addr, old, value)
	}
	atomic.Load(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	swapped := atomic.Cas(addr, old, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, swapped)
	return swapped
}

//go:linkname maptrapOrderCas64
func maptrapOrderCas64(addr *uint64, old, value uint64) bool {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Cas64(addr, old, value)
	}
	atomic.Load64(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	swapped := atomic.Cas64(addr, old, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, swapped)
	return swapped
}

//go:linkname maptrapOrderCasuintptr
func maptrapOrderCasuintptr(addr *uintptr, old, value uintptr) bool {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Casuintptr(addr, old, value)
	}
	atomic.Loaduintptr(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	swapped := atomic.Casuintptr(addr, old, value)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, swapped)
	return swapped
}

//go:linkname maptrapOrderAdd32
func maptrapOrderAdd32(addr *uint32, delta uint32) uint32 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Xadd(addr, int32(delta))
	}
	atomic.Load(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	sum := atomic.Xadd(addr, int32(delta))
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return sum
}

//go:linkname maptrapOrderAdd64
func maptrapOrderAdd64(addr *uint64, delta uint64) uint64 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Xadd64(addr, int64(delta))
	}
	atomic.Load64(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	sum := atomic.Xadd64(addr, int64(delta))
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return sum
}

//go:linkname maptrapOrderAdduintptr
func maptrapOrderAdduintptr(addr *uintptr, delta uintptr) uintptr {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Xadduintptr(addr, delta)
	}
	atomic.Loaduintptr(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	sum := atomic.Xadduintptr(addr, delta)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return sum
}
