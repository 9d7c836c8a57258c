// Package runtime: the plain functions of sync/atomic, for callers in which the compiler does not put the operation in
// their place (-d=ssa/intrinsics/off). Those of sync/atomic's own assembly are taken away. A build with the race detector has its own.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

//go:linkname maptrapAtomicLoadInt32 sync/atomic.LoadInt32
//go:nosplit
func maptrapAtomicLoadInt32(addr *int32) int32 {
	if maptrapOrdering != 0 {
		return int32(maptrapOrderLoad32((*uint32)(unsafe.Pointer(addr))))
	}
	return int32(atomic.Load((*uint32)(unsafe.Pointer(addr))))
}

//go:linkname maptrapAtomicLoadUint32 sync/atomic.LoadUint32
//go:nosplit
func maptrapAtomicLoadUint32(addr *uint32) uint32 {
	if maptrapOrdering != 0 {
		return maptrapOrderLoad32(addr)
	}
	return atomic.Load(addr)
}

//go:linkname maptrapAtomicLoadInt64 sync/atomic.LoadInt64
//go:nosplit
func maptrapAtomicLoadInt64(addr *int64) int64 {
	if maptrapOrdering != 0 {
		return int64(maptrapOrderLoad64((*uint64)(unsafe.Pointer(addr))))
	}
	return int64(atomic.Load64((*uint64)(unsafe.Pointer(addr))))
}

//go:linkname maptrapAtomicLoadUint64 sync/atomic.LoadUint64
//go:nosplit
func maptrapAtomicLoadUint64(addr *uint64) uint64 {
	if maptrapOrdering != 0 {
		return maptrapOrderLoad64(addr)
	}
	return atomic.Load64(addr)
}

//go:linkname maptrapAtomicLoadUintptr sync/atomic.LoadUintptr
//go:nosplit
func maptrapAtomicLoadUintptr(addr *uintptr) uintptr {
	if maptrapOrdering != 0 {
		return maptrapOrderLoaduintptr(addr)
	}
	return atomic.Loaduintptr(addr)
}

//go:linkname maptrapAtomicLoadPointer sync/atomic.LoadPointer
//go:nosplit
func maptrapAtomicLoadPointer(addr *unsafe.Pointer) unsafe.Pointer {
	if maptrapOrdering != 0 {
		return maptrapOrderLoadp(addr)
	}
	return atomic.Loadp(unsafe.Pointer(addr))
}

//go:linkname maptrapAtomicStoreInt32 sync/atomic.StoreInt32
//go:nosplit
func maptrapAtomicStoreInt32(addr *int32, value int32) {
	if maptrapOrdering != 0 {
		maptrapOrderStore32((*uint32)(unsafe.Pointer(addr)), uint32(value))
		return
	}
	atomic.Store((*uint32)(unsafe.Pointer(addr)), uint32(value))
}

//go:linkname maptrapAtomicStoreUint32 sync/atomic.StoreUint32
//go:nosplit
func maptrapAtomicStoreUint32(addr *uint32, value uint32) {
	if maptrapOrdering != 0 {
		maptrapOrderStore32(addr, value)
		return
	}
	atomic.Store(addr, value)
}

//go:linkname maptrapAtomicStoreInt64 sync/atomic.StoreInt64
//go:nosplit
func maptrapAtomicStoreInt64(addr *int64, value int64) {
	if maptrapOrdering != 0 {
		maptrapOrderStore64((*uint64)(unsafe.Pointer(addr)), uint64(value))
		return
	}
	atomic.Store64((*uint64)(unsafe.Pointer(addr)), uint64(value))
}

//go:linkname maptrapAtomicStoreUint64 sync/atomic.StoreUint64
//go:nosplit
func maptrapAtomicStoreUint64(addr *uint64, value uint64) {
	if maptrapOrdering != 0 {
		maptrapOrderStore64(addr, value)
		return
	}
	atomic.Store64(addr, value)
}

//go:linkname maptrapAtomicStoreUintptr sync/atomic.StoreUintptr
//go:nosplit
func maptrapAtomicStoreUintptr(addr *uintptr, value uintptr) {
	if maptrapOrdering != 0 {
		maptrapOrderStoreuintptr(addr, value)
		return
	}
	atomic.Storeuintptr(addr, value)
}

//go:linkname maptrapAtomicSwapInt32 sync/atomic.SwapInt32
//go:nosplit
func maptrapAtomicSwapInt32(addr *int32, value int32) int32 {
	if maptrapOrdering != 0 {
		return int32(maptrapOrderSwap32((*uint32)(unsafe.Pointer(addr)), uint32(value)))
	}
	return int32(atomic.Xchg((*uint32)(unsafe.Pointer(addr)), uint32(value)))
}

//go:linkname maptrapAtomicSwapUint32 sync/atomic.SwapUint32
//go:nosplit
func maptrapAtomicSwapUint32(addr *uint32, value uint32) uint32 {
	if maptrapOrdering != 0 {
		return maptrapOrderSwap32(addr, value)
	}
	return atomic.Xchg(addr, value)
}

//go:linkname maptrapAtomicSwapInt64 sync/atomic.SwapInt64
//go:nosplit
func maptrapAtomicSwapInt64(addr *int64, value int64) int64 {
	if maptrapOrdering != 0 {
		return int64(maptrapOrderSwap64((*uint64)(unsafe.Pointer(addr)), uint64(value)))
	}
	return int64(atomic.Xchg64((*uint64)(unsafe.Pointer(addr)), uint64(value)))
}

//go:linkname maptrapAtomicSwapUint64 sync/atomic.SwapUint64
//go:nosplit
func maptrapAtomicSwapUint64(addr *uint64, value uint64) uint64 {
	if maptrapOrdering != 0 {
		return maptrapOrderSwap64(addr, value)
	}
	return atomic.Xchg64(addr, value)
}

//go:linkname maptrapAtomicSwapUintptr sync/atomic.SwapUintptr
//go:nosplit
func maptrapAtomicSwapUintptr(addr *uintptr, value uintptr) uintptr {
	if maptrapOrdering != 0 {
		return maptrapOrderSwapuintptr(addr, value)
	}
	return atomic.Xchguintptr(addr, value)
}

//go:linkname maptrapAtomicCompareAndSwapInt32 sync/atomic.CompareAndSwapInt32
//go:nosplit
func maptrapAtomicCompareAndSwapInt32(addr *int32, old, value int32) bool {
	if maptrapOrdering != 0 {
		return maptrapOrderCas32((*uint32)(unsafe.Pointer(addr)), uint32(old), uint32(value))
	}
	return atomic.Cas((*uint32)(unsafe.Pointer(addr)), uint32(old), uint32(value))
}

//go:linkname maptrapAtomicCompareAndSwapUint32 sync/atomic.CompareAndSwapUint32
//go:nosplit
func maptrapAtomicCompareAndSwapUint32(addr *uint32, old, value uint32) bool {
	if maptrapOrdering != 0 {
		return maptrapOrderCas32(addr, old, value)
	}
	return atomic.Cas(addr, old, value)
}

//go:linkname maptrapAtomicCompareAndSwapInt64 sync/atomic.CompareAndSwapInt64
//go:nosplit
func maptrapAtomicCompareAndSwapInt64(addr *int64, old, value int64) bool {
	if maptrapOrdering != 0 {
		return maptrapOrderCas64((*uint64)(unsafe.Pointer(addr)), uint64(old), uint64(value))
	}
	return atomic.Cas64((*uint64)(unsafe.Pointer(addr)), uint64(old), uint64(value))
}

//go:linkname maptrapAtomicCompareAndSwapUint64 sync/atomic.CompareAndSwapUint64
//go:nosplit
func maptrapAtomicCompareAndSwapUint64(addr *uint64, old, value uint64) bool {
	if maptrapOrdering != 0 {
		return maptrapOrderCas64(addr, old, value)
	}
	return atomic.Cas64(addr, old, value)
}

//go:linkname maptrapAtomicCompareAndSwapUintptr sync/atomic.CompareAndSwapUintptr
//go:nosplit
func maptrapAtomicCompareAndSwapUintptr(addr *uintptr, old, value uintptr) bool {
	if maptrapOrdering != 0 {
		return maptrapOrderCasuintptr(addr, old, value)
	}
	return atomic.Casuintptr(addr, old, value)
}

//go:linkname maptrapAtomicAddInt32 sync/atomic.AddInt32
//go:nosplit
func maptrapAtomicAddInt32(addr *int32, delta int32) int32 {
	if maptrapOrdering != 0 {
		return int32(maptrapOrderAdd32((*uint32)(unsafe.Pointer(addr)), uint32(delta)))
	}
	return int32(atomic.Xadd((*uint32)(unsafe.Pointer(addr)), delta))
}

//go:linkname maptrapAtomicAddUint32 sync/atomic.AddUint32
//go:nosplit
func maptrapAtomicAddUint32(addr *uint32, delta uint32) uint32 {
	if maptrapOrdering != 0 {
		return maptrapOrderAdd32(addr, delta)
	}
	return atomic.Xadd(addr, int32(delta))
}

//go:linkname maptrapAtomicAddInt64 sync/atomic.AddInt64
//go:nosplit
func maptrapAtomicAddInt64(addr *int64, delta int64) int64 {
	if maptrapOrdering != 0 {
		return int64(maptrapOrderAdd64((*uint64)(unsafe.Pointer(addr)), uint64(delta)))
	}
	return int64(atomic.Xadd64((*uint64)(unsafe.Pointer(addr)), delta))
}

//go:linkname maptrapAtomicAddUint64 sync/atomic.AddUint64
//go:nosplit
func maptrapAtomicAddUint64(addr *uint64, delta uint64) uint64 {
	if maptrapOrdering != 0 {
		return maptrapOrderAdd64(addr, delta)
	}
	return atomic.Xadd64(addr, int64(delta))
}

//go:linkname maptrapAtomicAddUintptr sync/atomic.AddUintptr
//go:nosplit
func maptrapAtomicAddUintptr(addr *uintptr, delta uintptr) uintptr {
	if maptrapOrdering != 0 {
		return maptrapOrderAdduintptr(addr, delta)
	}
	return atomic.Xadduintptr(addr, delta)
}
