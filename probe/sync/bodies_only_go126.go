// Package atomic: the three functions that have a linkname of their own from Go 1.27 on; see bodies_go126.go.

package atomic

//go:linkname StoreUintptr
//go:linkname SwapUintptr
//go:linkname CompareAndSwapUintptr
