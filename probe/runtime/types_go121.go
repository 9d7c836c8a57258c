// Package runtime: what is new in Go 1.21.

package runtime

import (
	"internal/abi"
	"unsafe"
)

const maptrapKindOfPCs = 2

func maptrapTypeString(typ unsafe.Pointer) string {
	return toRType((*abi.Type)(typ)).string()
}

func maptrapParent(gp *g) uint64 {
	return gp.parentGoid
}
