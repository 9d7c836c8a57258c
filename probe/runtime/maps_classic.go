// Package runtime: maps that live in package runtime itself, up to Go 1.23 and with GOEXPERIMENT=noswissmap.

package runtime

import "unsafe"

const maptrapKindOfMap = 0

func maptrapSwitchMaps() {}

// maptrapMade is told of every new map and gives it back.
func maptrapMade(h *hmap) *hmap {
	if maptrapOn == 1 {
		maptrapOwn(uintptr(unsafe.Pointer(h)))
	} else if maptrapOn == 2 {
		maptrapNewMap(uintptr(unsafe.Pointer(h)))
	}
	return h
}

// maptrapSeed is the low half of the map's random seed.
//
//go:nosplit
func maptrapSeed(m uintptr) uint32 {
	return (*hmap)(unsafe.Pointer(m)).hash0
}

// maptrapGrowth tells whether the map is growing, and how far it has come.
func maptrapGrowth(m uintptr) (kind uint32, evacuated, old uint64, depth uint32) {
	h := (*hmap)(unsafe.Pointer(m))
	depth = uint32(h.B)
	if h.oldbuckets == nil || depth > 48 {
		return 0, 0, 0, depth
	}
	if h.flags&sameSizeGrow != 0 {
		return 2, uint64(h.nevacuate), 1 << depth, depth
	}
	return 1, uint64(h.nevacuate), 1 << depth >> 1, depth
}
