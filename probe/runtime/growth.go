// Package runtime: what is told of a map's growth, whichever kind the map is.

package runtime

// Kinds of event, as docs/event-file.md numbers them.
const (
	maptrapKindGrowth         = 10
	maptrapKindSameSizeGrowth = 11
	maptrapKindEvacuation     = 12
	maptrapKindGrown          = 13
	maptrapKindClear          = 30
)

// maptrapGrowthEvent writes an event of a map's growth. The linkname lets internal/runtime/maps call it.
//
//go:linkname maptrapGrowthEvent
//go:nosplit
//go:nowritebarrierrec
func maptrapGrowthEvent(kind uint32, m uintptr, a, b uint64) {
	maptrapEmit(maptrapClassGrowth, kind, m, a, b)
}
