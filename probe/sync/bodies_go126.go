// Package atomic: from Go 1.26 on the compiler makes bodies for functions without one whose operation it can put in the place of
// a call. With a linkname it does not, and package runtime can define them. Three of them have one already.

package atomic

//go:linkname LoadInt32
//go:linkname LoadUint32
//go:linkname LoadInt64
//go:linkname LoadUint64
//go:linkname LoadUintptr
//go:linkname StoreInt32
//go:linkname StoreUint32
//go:linkname StoreInt64
//go:linkname StoreUint64
//go:linkname SwapInt32
//go:linkname SwapUint32
//go:linkname SwapInt64
//go:linkname SwapUint64
//go:linkname CompareAndSwapInt32
//go:linkname CompareAndSwapUint32
//go:linkname CompareAndSwapInt64
//go:linkname CompareAndSwapUint64
//go:linkname AddInt32
//go:linkname AddUint32
//go:linkname AddInt64
//go:linkname AddUint64
//go:linkname AddUintptr
//go:linkname LoadPointer
//go:linkname AndInt32
//go:linkname AndUint32
//go:linkname AndInt64
//go:linkname AndUint64
//go:linkname AndUintptr
//go:linkname OrInt32
//go:linkname OrUint32
//go:linkname OrInt64
//go:linkname OrUint64
//go:linkname OrUintptr
