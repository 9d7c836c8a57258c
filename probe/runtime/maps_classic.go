// Package runtime: maps that live in package runtime itself, up to Go 1.23 and with GOEXPERIMENT=noswissmap.

package runtime

import "unsafe"

const maptrapKindOfMap = 0

func maptrapSwitchMaps() {}

// maptrapMade is told of every new map and gives it back.
func maptrapMade(h *hmap) *hmap {
	if maptrapOn != 0 {
		maptrapOwn(uintptr(unsafe.Pointer(h)))
	}
	return h
}
