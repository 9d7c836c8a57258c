// Package maps: the way from Go's swiss maps to maptrap's probe in package runtime.

package maps

import (
	"internal/abi"
	"unsafe"
)

// MaptrapOn is not zero while the probe is on. The runtime sets it before any goroutine runs.
var MaptrapOn uint32

//go:linkname maptrapAccess runtime.maptrapAccess
//go:noescape
func maptrapAccess(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr)

// MaptrapAccess is for package reflect, which has iteration functions of its own.
func MaptrapAccess(typ unsafe.Pointer, m *Map, op uint32, pc uintptr) {
	maptrapAccess(typ, uintptr(unsafe.Pointer(m)), op, pc)
}

// MaptrapType gives the type of the map that is iterated over.
func (it *Iter) MaptrapType() unsafe.Pointer {
	return unsafe.Pointer((*abi.Type)(unsafe.Pointer(it.typ)))
}
