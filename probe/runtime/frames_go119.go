package runtime

import "unsafe"

// maptrapFramePointer gives the frame pointer of its caller. On amd64 a function with a frame keeps it right below its own return
// address; elsewhere there is no way to it in Go 1.19.
//
//go:noinline
//go:nosplit
func maptrapFramePointer() uintptr {
	var frame [2]uintptr // so that there is a frame
	maptrapTouch(&frame)
	if GOARCH != "amd64" {
		return 0
	}
	return *(*uintptr)(unsafe.Pointer(getcallersp() - 16))
}

// maptrapOrderFrame gives the frame pointer of its caller, as maptrapFramePointer does.
//
//go:noinline
//go:nosplit
func maptrapOrderFrame() uintptr {
	var frame [2]uintptr
	maptrapTouch(&frame)
	if GOARCH != "amd64" {
		return 0
	}
	return *(*uintptr)(unsafe.Pointer(getcallersp() - 16))
}

//go:noinline
//go:nosplit
func maptrapTouch(frame *[2]uintptr) {
	frame[0] = frame[1]
}

// maptrapExpand appends the PCs of all frames at a return address, innermost first, as runtime.Callers gives them.
func maptrapExpand(pc uintptr, into []uint64, n int) int {
	f := findfunc(pc - 1)
	if !f.valid() {
		return n
	}
	inldata := funcdata(f, _FUNCDATA_InlTree)
	for at := pc - 1; n < len(into); {
		into[n] = uint64(at + 1)
		n++
		if inldata == nil {
			return n
		}
		index := pcdatavalue1(f, _PCDATA_InlTreeIndex, at, nil, false)
		if index < 0 {
			return n
		}
		at = f.entry() + uintptr((*[1 << 20]inlinedCall)(inldata)[index].parentPc)
	}
	return n
}
