package turns

import (
	"syscall"
	"unsafe"
)

const processClock = 2 // CLOCK_PROCESS_CPUTIME_ID

// CPU is the CPU time of the whole process so far, in nanoseconds.
func CPU() int64 {
	var now syscall.Timespec
	_, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, processClock, uintptr(unsafe.Pointer(&now)), 0)
	if errno != 0 {
		panic(errno)
	}
	return now.Nano()
}
