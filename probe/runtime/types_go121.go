// Package runtime: what is new in Go 1.21.

package runtime

import (
	"internal/abi"
	"unsafe"
)

func maptrapTypeString(typ unsafe.Pointer) string {
	return toRType((*abi.Type)(typ)).string()
}

func maptrapParent(gp *g) uint64 {
	return gp.parentGoid
}
