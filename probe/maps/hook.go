// Package maps: the way from Go's swiss maps to maptrap's probe in package runtime.

package maps

import (
	"internal/abi"
	"unsafe"
)

// MaptrapOn is 1 while the trap is on or order is observed, 2 while the recorder is. The runtime sets it before any goroutine runs.
var MaptrapOn uint32

//go:linkname maptrapAccess runtime.maptrapAccess
//go:noescape
func maptrapAccess(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr)

//go:linkname maptrapMark runtime.maptrapMark
func maptrapMark(m uintptr, op uint32, pc uintptr)

//go:linkname maptrapFrom runtime.maptrapFrom
func maptrapFrom(pc uintptr)

//go:linkname maptrapReseeding runtime.maptrapReseeding
func maptrapReseeding(m uintptr, done bool)

//go:linkname maptrapFatal runtime.maptrapFatal
//go:noescape
func maptrapFatal(typ unsafe.Pointer, m uintptr, message, op uint32)

// MaptrapAccess is for package reflect, which has iteration functions of its own.
func MaptrapAccess(typ unsafe.Pointer, m *Map, op uint32, pc uintptr) {
	maptrapAccess(typ, uintptr(unsafe.Pointer(m)), op, pc)
}

// MaptrapType gives the type of the map that is iterated over.
func (it *Iter) MaptrapType() unsafe.Pointer {
	return unsafe.Pointer((*abi.Type)(unsafe.Pointer(it.typ)))
}

// MaptrapDue tells whether the recorder looks at this step of an iteration: it does at every eighth slot.
func (it *Iter) MaptrapDue() bool {
	return it.entryIdx&7 == 0
}
