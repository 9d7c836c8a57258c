// Package runtime: the bitwise plain functions of sync/atomic. See order_plain_atomics.go.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

//go:linkname maptrapAtomicAndInt32 sync/atomic.AndInt32
//go:nosplit
func maptrapAtomicAndInt32(addr *int32, mask int32) int32 {
	if maptrapOrdering != 0 {
		return int32(maptrapOrderAnd32((*uint32)(unsafe.Pointer(addr)), uint32(mask)))
	}
	return int32(atomic.And32((*uint32)(unsafe.Pointer(addr)), uint32(mask)))
}

//go:linkname maptrapAtomicAndUint32 sync/atomic.AndUint32
//go:nosplit
func maptrapAtomicAndUint32(addr *uint32, mask uint32) uint32 {
	if maptrapOrdering != 0 {
		return maptrapOrderAnd32(addr, mask)
	}
	return atomic.And32(addr, mask)
}

//go:linkname maptrapAtomicAndInt64 sync/atomic.AndInt64
//go:nosplit
func maptrapAtomicAndInt64(addr *int64, mask int64) int64 {
	if maptrapOrdering != 0 {
		return int64(maptrapOrderAnd64((*uint64)(unsafe.Pointer(addr)), uint64(mask)))
	}
	return int64(atomic.And64((*uint64)(unsafe.Pointer(addr)), uint64(mask)))
}

//go:linkname maptrapAtomicAndUint64 sync/atomic.AndUint64
//go:nosplit
func maptrapAtomicAndUint64(addr *uint64, mask uint64) uint64 {
	if maptrapOrdering != 0 {
		return maptrapOrderAnd64(addr, mask)
	}
	return atomic.And64(addr, mask)
}

//go:linkname maptrapAtomicAndUintptr sync/atomic.AndUintptr
//go:nosplit
func maptrapAtomicAndUintptr(addr *uintptr, mask uintptr) uintptr {
	if maptrapOrdering != 0 {
		return maptrapOrderAnduintptr(addr, mask)
	}
	return atomic.Anduintptr(addr, mask)
}

//go:linkname maptrapAtomicOrInt32 sync/atomic.OrInt32
//go:nosplit
func maptrapAtomicOrInt32(addr *int32, mask int32) int32 {
	if maptrapOrdering != 0 {
		return int32(maptrapOrderOr32((*uint32)(unsafe.Pointer(addr)), uint32(mask)))
	}
	return int32(atomic.Or32((*uint32)(unsafe.Pointer(addr)), uint32(mask)))
}

//go:linkname maptrapAtomicOrUint32 sync/atomic.OrUint32
//go:nosplit
func maptrapAtomicOrUint32(addr *uint32, mask uint32) uint32 {
	if maptrapOrdering != 0 {
		return maptrapOrderOr32(addr, mask)
	}
	return atomic.Or32(addr, mask)
}

//go:linkname maptrapAtomicOrInt64 sync/atomic.OrInt64
//go:nosplit
func maptrapAtomicOrInt64(addr *int64, mask int64) int64 {
	if maptrapOrdering != 0 {
		return int64(maptrapOrderOr64((*uint64)(unsafe.Pointer(addr)), uint64(mask)))
	}
	return int64(atomic.Or64((*uint64)(unsafe.Pointer(addr)), uint64(mask)))
}

//go:linkname maptrapAtomicOrUint64 sync/atomic.OrUint64
//go:nosplit
func maptrapAtomicOrUint64(addr *uint64, mask uint64) uint64 {
	if maptrapOrdering != 0 {
		return maptrapOrderOr64(addr, mask)
	}
	return atomic.Or64(addr, mask)
}

//go:linkname maptrapAtomicOrUintptr sync/atomic.OrUintptr
//go:nosplit
func maptrapAtomicOrUintptr(addr *uintptr, mask uintptr) uintptr {
	if maptrapOrdering != 0 {
		return maptrapOrderOruintptr(addr, mask)
	}
	return atomic.Oruintptr(addr, mask)
}
