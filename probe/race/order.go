// Package race: the way from what orders goroutines outside of package runtime to the probe.

package race

import "unsafe"

// MaptrapOrdering is not 0 while order events are recorded. It is the runtime's own variable.
//
//go:linkname MaptrapOrdering runtime.maptrapOrdering
var MaptrapOrdering uint32

// MaptrapOff is true in a process that records no order events. It is the runtime's own variable, and has its value before any goroutine
// runs. Inlined code looks at it: there is no room for more.
//
//go:linkname MaptrapOff runtime.maptrapOrderOff
var MaptrapOff bool

//go:linkname MaptrapAcquire runtime.maptrapOrderAcquire
//go:noescape
func MaptrapAcquire(addr unsafe.Pointer)

//go:linkname MaptrapRelease runtime.maptrapOrderRelease
//go:noescape
func MaptrapRelease(addr unsafe.Pointer)

//go:linkname MaptrapMerge runtime.maptrapOrderMerge
//go:noescape
func MaptrapMerge(addr unsafe.Pointer)

//go:linkname MaptrapIgnore runtime.maptrapOrderIgnore
func MaptrapIgnore(by int8)

//go:linkname MaptrapLocked runtime.maptrapOrderLocked
//go:noescape
func MaptrapLocked(addr unsafe.Pointer, reading bool)

//go:linkname MaptrapUnlocked runtime.maptrapOrderUnlocked
//go:noescape
func MaptrapUnlocked(addr unsafe.Pointer, reading bool)

// MaptrapLock notes that this goroutine has locked a Mutex.
func MaptrapLock(addr unsafe.Pointer) {
	MaptrapAcquire(addr)
	MaptrapLocked(addr, false)
}

// MaptrapUnlock notes that this goroutine is about to unlock a Mutex.
func MaptrapUnlock(addr unsafe.Pointer) {
	MaptrapUnlocked(addr, false)
	MaptrapRelease(addr)
}

// maptrapIO is the address of everything that is written to files and sockets, and read from them.
var maptrapIO uint64

// MaptrapSend notes that something is about to be written, or that a file is closed.
func MaptrapSend() {
	MaptrapMerge(unsafe.Pointer(&maptrapIO))
}

// MaptrapReceive notes that something was read.
func MaptrapReceive() {
	MaptrapAcquire(unsafe.Pointer(&maptrapIO))
}

// MaptrapSignals notes that a signal is about to be sent, perhaps to this process.
//
//go:linkname MaptrapSignals runtime.maptrapOrderSignals
func MaptrapSignals()
