// Package runtime: Go 1.24 and newer, whose maps live in internal/runtime/maps.

package runtime

import (
	"internal/runtime/maps"
	"unsafe"
)

const maptrapKindOfMap = 1

// maptrapSwitchMaps tells the maps' own package that the probe is on.
func maptrapSwitchMaps() {
	maps.MaptrapOn = 1
}

// maptrapMade is told of every new map and gives it back.
func maptrapMade(m *maps.Map) *maps.Map {
	if maptrapOn != 0 {
		maptrapOwn(uintptr(unsafe.Pointer(m)))
	}
	return m
}
