// Package runtime: the bitwise atomic operations, which Go 1.23 brought, while order events are recorded. See order_atomics.go.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

//go:linkname maptrapOrderAnd32
func maptrapOrderAnd32(addr *uint32, mask uint32) uint32 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.And32(addr, mask)
	}
	atomic.Load(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.And32(addr, mask)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderAnd64
func maptrapOrderAnd64(addr *uint64, mask uint64) uint64 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.And64(addr, mask)
	}
	atomic.Load64(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.And64(addr, mask)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderAnduintptr
func maptrapOrderAnduintptr(addr *uintptr, mask uintptr) uintptr {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Anduintptr(addr, mask)
	}
	atomic.Loaduintptr(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Anduintptr(addr, mask)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderOr32
func maptrapOrderOr32(addr *uint32, mask uint32) uint32 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Or32(addr, mask)
	}
	atomic.Load(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Or32(addr, mask)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderOr64
func maptrapOrderOr64(addr *uint64, mask uint64) uint64 {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Or64(addr, mask)
	}
	atomic.Load64(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Or64(addr, mask)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}

//go:linkname maptrapOrderOruintptr
func maptrapOrderOruintptr(addr *uintptr, mask uintptr) uintptr {
	if maptrapOrderSkips(unsafe.Pointer(addr)) {
		return atomic.Oruintptr(addr, mask)
	}
	atomic.Loaduintptr(addr)
	maptrapOrderAtomic(unsafe.Pointer(addr))
	old := atomic.Oruintptr(addr, mask)
	maptrapOrderAtomicDone(unsafe.Pointer(addr), true, true)
	return old
}
