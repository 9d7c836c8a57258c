package runtime

import "unsafe"

// maptrapFramePointer gives the frame pointer of its caller. On amd64 a function with a frame keeps it right below its own return
// address; elsewhere there is no way to it in Go 1.19.
//
//go:noinline
func maptrapFramePointer() uintptr {
	var frame [2]uintptr // so that there is a frame
	maptrapTouch(&frame)
	if GOARCH != "amd64" {
		return 0
	}
	return *(*uintptr)(unsafe.Pointer(getcallersp() - 16))
}

//go:noinline
func maptrapTouch(frame *[2]uintptr) {
	frame[0] = frame[1]
}
