// Package runtime: order events of channels and signals, where they are other than what the race detector is told.

package runtime

import "unsafe"

// maptrapOrderSync notes that this goroutine and gp, which is parked, come after each other: an unbuffered channel, whose lock is held.
//
//go:noinline
func maptrapOrderSync(addr unsafe.Pointer, gp *g) {
	maptrapOrderRelease(addr)
	maptrapOrderSwapFor(gp, addr)
	maptrapOrderAcquire(addr)
}

// maptrapOrderNotify notes a send to a slot of a buffered channel or a receive from it, by this goroutine or by the one of sg.
func maptrapOrderNotify(c *hchan, idx uint, sg *sudog) {
	slot := chanbuf(c, idx)
	if c.elemsize == 0 {
		slot = maptrapOrderSlot(c, idx)
	}
	switch {
	case slot == nil && sg == nil:
		maptrapOrderAcquire(c.buf)
		maptrapOrderRelease(c.buf)
	case slot == nil:
		maptrapOrderAcquireFor(sg.g, c.buf)
		maptrapOrderReleaseFor(sg.g, c.buf)
	case sg == nil:
		maptrapOrderSwap(slot)
	default:
		maptrapOrderSwapFor(sg.g, slot)
	}
}

// maptrapOrderSlot gives an address for a slot of a channel whose elements have size 0: its slots lie all at one place. No object can be
// there: the 53rd bit is set. On machines of 32 bits, which have no such addresses, it is nil.
func maptrapOrderSlot(c *hchan, idx uint) unsafe.Pointer {
	if unsafe.Sizeof(idx) < 8 {
		return nil
	}
	a := (uint64(uintptr(unsafe.Pointer(c))) + uint64(idx)*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	a ^= a >> 32
	slot := uintptr(a&(1<<52-1) | 1<<52)
	return *(*unsafe.Pointer)(unsafe.Pointer(&slot))
}

// maptrapOrderSignals notes that a signal is about to be sent, perhaps to this process.
//
//go:linkname maptrapOrderSignals
func maptrapOrderSignals() {
	maptrapOrderMerge(unsafe.Pointer(&sig))
}

// maptrapOrderSignalled notes that a signal has arrived in package os/signal.
func maptrapOrderSignalled() {
	maptrapOrderAcquire(unsafe.Pointer(&sig))
}
