// Package runtime: maps that live in package runtime itself, up to Go 1.23 and with GOEXPERIMENT=noswissmap.

package runtime

const maptrapKindOfMap = 0

func maptrapSwitchMaps() {}
