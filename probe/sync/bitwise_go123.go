// Package atomic: the bitwise operations, as in atomic.go.

package atomic

//go:noescape
//go:linkname maptrapOrderAndInt32 runtime.maptrapOrderAnd32
func maptrapOrderAndInt32(addr *int32, mask int32) int32

//go:noescape
//go:linkname maptrapOrderAndUint32 runtime.maptrapOrderAnd32
func maptrapOrderAndUint32(addr *uint32, mask uint32) uint32

//go:noescape
//go:linkname maptrapOrderAndInt64 runtime.maptrapOrderAnd64
func maptrapOrderAndInt64(addr *int64, mask int64) int64

//go:noescape
//go:linkname maptrapOrderAndUint64 runtime.maptrapOrderAnd64
func maptrapOrderAndUint64(addr *uint64, mask uint64) uint64

//go:noescape
//go:linkname maptrapOrderAndUintptr runtime.maptrapOrderAnduintptr
func maptrapOrderAndUintptr(addr *uintptr, mask uintptr) uintptr

//go:noescape
//go:linkname maptrapOrderOrInt32 runtime.maptrapOrderOr32
func maptrapOrderOrInt32(addr *int32, mask int32) int32

//go:noescape
//go:linkname maptrapOrderOrUint32 runtime.maptrapOrderOr32
func maptrapOrderOrUint32(addr *uint32, mask uint32) uint32

//go:noescape
//go:linkname maptrapOrderOrInt64 runtime.maptrapOrderOr64
func maptrapOrderOrInt64(addr *int64, mask int64) int64

//go:noescape
//go:linkname maptrapOrderOrUint64 runtime.maptrapOrderOr64
func maptrapOrderOrUint64(addr *uint64, mask uint64) uint64

//go:noescape
//go:linkname maptrapOrderOrUintptr runtime.maptrapOrderOruintptr
func maptrapOrderOrUintptr(addr *uintptr, mask uintptr) uintptr
