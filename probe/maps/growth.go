// Package maps: the growth of swiss maps. Each step, be it the growth of one table, is done in the midst of one change of the
// map, with the map marked as being changed; it is told of when the new tables are in their places.

package maps

import "unsafe"

// Kinds of event, as docs/event-file.md numbers them.
const (
	maptrapKindTable       = 20 // the map's single group became a table
	maptrapKindTableGrowth = 21
	maptrapKindSplit       = 22
	maptrapKindDirectory   = 23
	maptrapKindPruned      = 24
	maptrapKindClear       = 30
)

// maptrapRecords is the value of MaptrapOn while the recorder is on.
const maptrapRecords = 2

//go:linkname maptrapGrowthEvent runtime.maptrapGrowthEvent
func maptrapGrowthEvent(kind uint32, m uintptr, a, b uint64)

// maptrapGrew writes an event of the map's growth.
func (m *Map) maptrapGrew(kind uint32, a, b uint64) {
	maptrapGrowthEvent(kind, uintptr(unsafe.Pointer(m)), a, b)
}
