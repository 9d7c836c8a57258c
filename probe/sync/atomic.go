// Package atomic: the way to the operations that are told as order events (probe/runtime/order_atomics.go), for the methods of the
// types. A method asks itself whether there is anything to tell, so that it is inlined in every package as before.

package atomic

import "unsafe"

//go:linkname maptrapOrdering runtime.maptrapOrdering
var maptrapOrdering uint32

// maptrapLoadPointer is LoadPointer, told.
func maptrapLoadPointer(addr *unsafe.Pointer) unsafe.Pointer {
	if maptrapOrdering != 0 {
		return maptrapOrderLoadPointer(addr)
	}
	return LoadPointer(addr)
}

//go:noinline
func maptrapOrderStoreBool(addr *uint32, value bool) {
	maptrapOrderStoreUint32(addr, b32(value))
}

//go:noinline
func maptrapOrderSwapBool(addr *uint32, value bool) bool {
	return maptrapOrderSwapUint32(addr, b32(value)) != 0
}

//go:noinline
func maptrapOrderCompareAndSwapBool(addr *uint32, old, value bool) bool {
	return maptrapOrderCompareAndSwapUint32(addr, b32(old), b32(value))
}

//go:noescape
//go:linkname maptrapOrderLoadInt32 runtime.maptrapOrderLoad32
func maptrapOrderLoadInt32(addr *int32) int32

//go:noescape
//go:linkname maptrapOrderLoadUint32 runtime.maptrapOrderLoad32
func maptrapOrderLoadUint32(addr *uint32) uint32

//go:noescape
//go:linkname maptrapOrderLoadInt64 runtime.maptrapOrderLoad64
func maptrapOrderLoadInt64(addr *int64) int64

//go:noescape
//go:linkname maptrapOrderLoadUint64 runtime.maptrapOrderLoad64
func maptrapOrderLoadUint64(addr *uint64) uint64

//go:noescape
//go:linkname maptrapOrderLoadUintptr runtime.maptrapOrderLoaduintptr
func maptrapOrderLoadUintptr(addr *uintptr) uintptr

//go:noescape
//go:linkname maptrapOrderLoadPointer runtime.maptrapOrderLoadp
func maptrapOrderLoadPointer(addr *unsafe.Pointer) unsafe.Pointer

//go:noescape
//go:linkname maptrapOrderStoreInt32 runtime.maptrapOrderStore32
func maptrapOrderStoreInt32(addr *int32, value int32)

//go:noescape
//go:linkname maptrapOrderStoreUint32 runtime.maptrapOrderStore32
func maptrapOrderStoreUint32(addr *uint32, value uint32)

//go:noescape
//go:linkname maptrapOrderStoreInt64 runtime.maptrapOrderStore64
func maptrapOrderStoreInt64(addr *int64, value int64)

//go:noescape
//go:linkname maptrapOrderStoreUint64 runtime.maptrapOrderStore64
func maptrapOrderStoreUint64(addr *uint64, value uint64)

//go:noescape
//go:linkname maptrapOrderStoreUintptr runtime.maptrapOrderStoreuintptr
func maptrapOrderStoreUintptr(addr *uintptr, value uintptr)

//go:noescape
//go:linkname maptrapOrderSwapInt32 runtime.maptrapOrderSwap32
func maptrapOrderSwapInt32(addr *int32, value int32) int32

//go:noescape
//go:linkname maptrapOrderSwapUint32 runtime.maptrapOrderSwap32
func maptrapOrderSwapUint32(addr *uint32, value uint32) uint32

//go:noescape
//go:linkname maptrapOrderSwapInt64 runtime.maptrapOrderSwap64
func maptrapOrderSwapInt64(addr *int64, value int64) int64

//go:noescape
//go:linkname maptrapOrderSwapUint64 runtime.maptrapOrderSwap64
func maptrapOrderSwapUint64(addr *uint64, value uint64) uint64

//go:noescape
//go:linkname maptrapOrderSwapUintptr runtime.maptrapOrderSwapuintptr
func maptrapOrderSwapUintptr(addr *uintptr, value uintptr) uintptr

//go:noescape
//go:linkname maptrapOrderCompareAndSwapInt32 runtime.maptrapOrderCas32
func maptrapOrderCompareAndSwapInt32(addr *int32, old, value int32) bool

//go:noescape
//go:linkname maptrapOrderCompareAndSwapUint32 runtime.maptrapOrderCas32
func maptrapOrderCompareAndSwapUint32(addr *uint32, old, value uint32) bool

//go:noescape
//go:linkname maptrapOrderCompareAndSwapInt64 runtime.maptrapOrderCas64
func maptrapOrderCompareAndSwapInt64(addr *int64, old, value int64) bool

//go:noescape
//go:linkname maptrapOrderCompareAndSwapUint64 runtime.maptrapOrderCas64
func maptrapOrderCompareAndSwapUint64(addr *uint64, old, value uint64) bool

//go:noescape
//go:linkname maptrapOrderCompareAndSwapUintptr runtime.maptrapOrderCasuintptr
func maptrapOrderCompareAndSwapUintptr(addr *uintptr, old, value uintptr) bool

//go:noescape
//go:linkname maptrapOrderAddInt32 runtime.maptrapOrderAdd32
func maptrapOrderAddInt32(addr *int32, delta int32) int32

//go:noescape
//go:linkname maptrapOrderAddUint32 runtime.maptrapOrderAdd32
func maptrapOrderAddUint32(addr *uint32, delta uint32) uint32

//go:noescape
//go:linkname maptrapOrderAddInt64 runtime.maptrapOrderAdd64
func maptrapOrderAddInt64(addr *int64, delta int64) int64

//go:noescape
//go:linkname maptrapOrderAddUint64 runtime.maptrapOrderAdd64
func maptrapOrderAddUint64(addr *uint64, delta uint64) uint64

//go:noescape
//go:linkname maptrapOrderAddUintptr runtime.maptrapOrderAdduintptr
func maptrapOrderAddUintptr(addr *uintptr, delta uintptr) uintptr
