// Package runtime: Go 1.24 and newer, whose maps live in internal/runtime/maps.

package runtime

import (
	"internal/runtime/maps"
	"unsafe"
)

const maptrapKindOfMap = 1

// maptrapSwitchMaps tells the maps' own package that the probe is on.
func maptrapSwitchMaps() {
	maps.MaptrapOn = maptrapOn
}

// maptrapMade is told of every new map and gives it back.
func maptrapMade(m *maps.Map) *maps.Map {
	if maptrapOn == 1 {
		maptrapOwn(uintptr(unsafe.Pointer(m)))
	} else if maptrapOn == 2 {
		maptrapNewMap(uintptr(unsafe.Pointer(m)))
	}
	return m
}

// maptrapSeed is the low half of the map's random seed, which stands behind the number of elements.
//
//go:nosplit
func maptrapSeed(m uintptr) uint32 {
	return *(*uint32)(unsafe.Pointer(m + 8))
}

// maptrapGrowth: swiss maps do not grow in steps, so there is only their global depth to tell. It stands behind the number of
// elements, the seed, and the pointer and length of the directory.
func maptrapGrowth(m uintptr) (kind uint32, evacuated, old uint64, depth uint32) {
	return 0, 0, 0, uint32(*(*uint8)(unsafe.Pointer(m + 8 + 3*unsafe.Sizeof(m))))
}
