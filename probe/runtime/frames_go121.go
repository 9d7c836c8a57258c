package runtime

import "unsafe"

// maptrapFramePointer gives a frame pointer of its caller, or of its caller's caller when it is inlined; 0 where the processor
// has none.
//
//go:nosplit
func maptrapFramePointer() uintptr {
	fp := getfp()
	if fp == 0 {
		return 0
	}
	return *(*uintptr)(unsafe.Pointer(fp))
}

// maptrapOrderFrame gives the frame pointer of its caller.
//
//go:noinline
//go:nosplit
func maptrapOrderFrame() uintptr {
	fp := getfp()
	if fp == 0 {
		return 0
	}
	return *(*uintptr)(unsafe.Pointer(fp))
}
