// Package runtime: Go 1.24 and newer, whose maps live in internal/runtime/maps.

package runtime

import "internal/runtime/maps"

const maptrapKindOfMap = 1

// maptrapSwitchMaps tells the maps' own package that the probe is on.
func maptrapSwitchMaps() {
	maps.MaptrapOn = 1
}
