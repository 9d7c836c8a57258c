// Package runtime: the growth of classic maps. A map that grows gets a new array of buckets at once; the old array is
// evacuated into it little by little, up to two buckets with each change of the map. The functions here are called in the
// midst of that, with the map marked as being changed.
//
//	B            log2 of the number of buckets
//	mark         h.nevacuate: all old buckets below it are evacuated, and perhaps some above it

package runtime

import "unsafe"

// maptrapGrowthBegins is called right before the new array takes the old one's place. bigger is 1 when there are twice as
// many buckets, 0 when only overflow buckets are to be got rid of.
func maptrapGrowthBegins(h *hmap, bigger uint8) {
	kind := uint32(maptrapKindGrowth)
	if bigger == 0 {
		kind = maptrapKindSameSizeGrowth
	}
	maptrapGrowthEvent(kind, uintptr(unsafe.Pointer(h)), uint64(h.B), uint64(h.count))
}

// maptrapEvacuated is called when the mark has moved on from before and has not reached the end. An event is written when it
// came into another eighth of the old buckets; an array of up to eight has no more steps than that.
func maptrapEvacuated(h *hmap, before, buckets uintptr) {
	step := buckets / 8
	if step == 0 {
		step = 1
	}
	if h.nevacuate != buckets && h.nevacuate/step != before/step {
		maptrapGrowthEvent(maptrapKindEvacuation, uintptr(unsafe.Pointer(h)), uint64(h.nevacuate), uint64(buckets))
	}
}

// maptrapGrown is called when the old array was given up.
func maptrapGrown(h *hmap, buckets uintptr) {
	maptrapGrowthEvent(maptrapKindGrown, uintptr(unsafe.Pointer(h)), uint64(buckets), uint64(h.count))
}

// maptrapCleared is called right before the elements go. A growth that was going on ends with that, too.
func maptrapCleared(h *hmap) {
	buckets := uintptr(0)
	if h.oldbuckets != nil {
		buckets = h.noldbuckets()
	}
	maptrapGrowthEvent(maptrapKindClear, uintptr(unsafe.Pointer(h)), uint64(h.count), uint64(buckets))
}
