// Package runtime: the event file, on Linux.

package runtime

import (
	"unsafe"

	syscall "maptrap.invalid/syscall"
)

const (
	maptrapCreate = 0x2 | 0x40 | 0x80 | 0x80000 // O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, equal on amd64 and arm64
	maptrapAtCwd  = ^uintptr(99)                // AT_FDCWD, -100
)

// maptrapCall gives one of two system call numbers: those of Linux's tables for x86-64 and for arm64. On other
// processors the probe prints its findings and records nothing.
func maptrapCall(amd64, arm64 uintptr) uintptr {
	if GOARCH == "amd64" {
		return amd64
	}
	return arm64
}

const maptrapRecords64 = GOARCH == "amd64" || GOARCH == "arm64"

var maptrapPath [4096]byte

// maptrapMemory makes the event file and maps it: the one that MAPTRAP_FILE names, or one in the folder dir. Without either, or
// when that fails, plain memory.
func maptrapMemory(dir string) unsafe.Pointer {
	file := ""
	if maptrapRecording != 0 || maptrapOrderMode {
		file = gogetenv("MAPTRAP_FILE")
	}
	if dir == "" && file == "" {
		return maptrapPlainMemory()
	}
	if !maptrapRecords64 {
		maptrapComplain("findings are printed, not recorded, on linux/", GOARCH)
		return maptrapPlainMemory()
	}
	if len(dir)+64 > len(maptrapPath) || len(file)+64 > len(maptrapPath) {
		maptrapNoFile("the path in MAPTRAP_DIR or MAPTRAP_FILE is too long", "")
		return maptrapPlainMemory()
	}
	if maptrapFileTooLarge() {
		maptrapNoFile("the event file is larger than a file may be here (ulimit -f)", "")
		return maptrapPlainMemory()
	}
	fd, name := maptrapCreateFile(dir, file)
	if fd < 0 {
		maptrapNoFile("cannot create the event file", name)
		return maptrapPlainMemory()
	}
	memory := maptrapMap(fd)
	closefd(fd)
	if memory == nil {
		maptrapRemove()
		maptrapNoFile("cannot size and map the event file", name)
		return maptrapPlainMemory()
	}
	return memory
}

// maptrapCreateFile creates a file that is not there yet, and gives its name.
func maptrapCreateFile(dir, file string) (fd int32, name string) {
	p := maptrapPrinter{b: maptrapPath[:]}
	if file != "" {
		p.text(file)
		fd, name = maptrapCreateNamed(&p)
		if fd >= 0 || !maptrapIsFile() {
			return fd, name
		}
		// Another process has it, or an earlier one left it: both must be kept.
		p.n = 0
		p.text(maptrapWithout(file, ".maptrap"))
		p.text("-")
		p.number(uint64(getpid()))
		p.text(".maptrap")
		fd, name = maptrapCreateNamed(&p)
		if fd >= 0 {
			maptrapComplain("the file in MAPTRAP_FILE is there already; recording into ", name)
		}
		return fd, name
	}
	sec, nsec, _ := time_now()
	p.text(dir)
	p.text("/")
	p.number(uint64(getpid()))
	p.text("-")
	p.number(uint64(sec)*1_000_000_000 + uint64(nsec))
	p.text(".maptrap")
	return maptrapCreateNamed(&p)
}

func maptrapCreateNamed(p *maptrapPrinter) (int32, string) {
	n := p.n
	maptrapPath[n] = 0
	return open(&maptrapPath[0], maptrapCreate, 0o600), unsafeText(&maptrapPath[0], n)
}

// maptrapIsFile tells whether there is an ordinary file of the name that was tried last. Where there is something else (/dev/null, a
// pipe) nothing is made beside it.
func maptrapIsFile() bool {
	var stat [256]byte // struct stat; st_mode is at 24 on amd64, at 16 on arm64
	_, _, errno := syscall.Syscall6(maptrapCall(262, 79), maptrapAtCwd, uintptr(unsafe.Pointer(&maptrapPath)), uintptr(unsafe.Pointer(&stat)), 0, 0, 0)
	mode := *(*uint32)(unsafe.Pointer(&stat[maptrapCall(24, 16)]))
	return errno == 0 && mode&0xF000 == 0x8000
}

// maptrapRemove takes away the file that was created last.
func maptrapRemove() {
	syscall.Syscall6(maptrapCall(263, 35), maptrapAtCwd, uintptr(unsafe.Pointer(&maptrapPath)), 0, 0, 0, 0) // unlinkat
}

func maptrapWithout(s, end string) string {
	if len(s) > len(end) && s[len(s)-len(end):] == end {
		return s[:len(s)-len(end)]
	}
	return s
}

// maptrapFileTooLarge tells whether the process may not make a file of that size. It is not enough to try: the attempt
// brings SIGXFSZ, which ends the program.
func maptrapFileTooLarge() bool {
	var limit [2]uint64 // RLIMIT_FSIZE is 1
	_, _, errno := syscall.Syscall6(maptrapCall(302, 261), 0, 1, 0, uintptr(unsafe.Pointer(&limit)), 0, 0)
	return errno == 0 && limit[0] < uint64(maptrapFileSize)
}

// maptrapMap gives the file its size and maps it. The blocks are asked for now: on a full disk the file is refused
// here, where a later store into the mapping would kill the program.
func maptrapMap(fd int32) unsafe.Pointer {
	if maptrapOrderMode {
		// Blocks are taken as chunks are begun: most of them never are.
		if _, _, errno := syscall.Syscall6(maptrapCall(77, 46), uintptr(fd), maptrapFileSize, 0, 0, 0, 0); errno != 0 {
			return nil
		}
	} else if _, _, errno := syscall.Syscall6(maptrapCall(285, 47), uintptr(fd), 0, 0, maptrapFileSize, 0, 0); errno != 0 {
		if !maptrapWriteZeros(fd) {
			return nil
		}
	}
	memory, errno := mmap(nil, maptrapFileSize, _PROT_READ|_PROT_WRITE, 0x01 /* MAP_SHARED */, fd, 0)
	if errno != 0 {
		return nil
	}
	maptrapMapped = true
	return memory
}

// maptrapBus is called on SIGBUS. An event file that somebody cuts short while it is mapped must not end the program: then plain
// memory takes its place, in which the records begin anew. It runs in the signal handler.
//
//go:nowritebarrierrec
func maptrapBus(info *siginfo, ctxt unsafe.Pointer) bool {
	c := sigctxt{info, ctxt}
	if !maptrapMapped || uintptr(c.sigaddr())-uintptr(unsafe.Pointer(maptrapHeader)) >= maptrapFileSize {
		return false
	}
	const fixedPrivateAnonymous = 0x10 | 0x02 | 0x20
	at := uintptr(unsafe.Pointer(maptrapHeader))
	if maptrapOrderMode && uintptr(c.sigaddr())-at >= maptrapOrderChunksAt {
		// The disk is full. What is in the file stays; what other threads are writing goes nowhere.
		maptrapOrderCut(maptrapOrderCutBus)
		at += maptrapOrderChunksAt
	}
	_, _, errno := syscall.Syscall6(maptrapCall(9, 222), at, maptrapFileSize-(at-uintptr(unsafe.Pointer(maptrapHeader))), _PROT_READ|_PROT_WRITE, fixedPrivateAnonymous, ^uintptr(0), 0)
	if errno != 0 {
		return false
	}
	if at == uintptr(unsafe.Pointer(maptrapHeader)) {
		maptrapMapped, maptrapOrderStopped = false, 1
		maptrapHeader.fillHeader()
	}
	return true
}

var maptrapMapped bool // the records are in a file

// maptrapWriteZeros sizes the file where the file system has no fallocate.
func maptrapWriteZeros(fd int32) bool {
	for at := uintptr(0); at < maptrapFileSize; at += maptrapHeaderSize {
		if write1(uintptr(fd), unsafe.Pointer(&maptrapNoHeader), maptrapHeaderSize) != maptrapHeaderSize {
			return false
		}
	}
	return true
}

// maptrapDescribe adds to the header what only this system knows: the process id and the executable's path.
func maptrapDescribe(h *maptrapHead) {
	h.set32(24, uint32(getpid()))
	if !maptrapRecords64 {
		return
	}
	link := [...]byte{'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'e', 'x', 'e', 0}
	n, _, errno := syscall.Syscall6(maptrapCall(267, 78), maptrapAtCwd, uintptr(unsafe.Pointer(&link)), uintptr(unsafe.Pointer(&maptrapPath)), 1022, 0, 0)
	if errno == 0 && n <= 1022 {
		h.text(512, 1022, unsafeText(&maptrapPath[0], int(n)))
	}
}

// maptrapReadFile reads the start of a file, as much as fits.
func maptrapReadFile(path string, into []byte) int {
	if len(path)+1 > len(maptrapPath) {
		return -1
	}
	copy(maptrapPath[:], path)
	maptrapPath[len(path)] = 0
	fd := open(&maptrapPath[0], 0x80000 /* O_RDONLY | O_CLOEXEC */, 0)
	if fd < 0 {
		return -1
	}
	n := int32(0)
	for int(n) < len(into) {
		got := read(fd, unsafe.Pointer(&into[n]), int32(len(into))-n)
		if got <= 0 {
			break
		}
		n += got
	}
	closefd(fd)
	return int(n)
}

// maptrapOrderPopulate has the memory of a chunk ready before it is used, which costs less than page by page.
func maptrapOrderPopulate(chunk uintptr) {
	syscall.Syscall6(maptrapCall(28, 233), chunk, maptrapOrderChunk, 23 /* MADV_POPULATE_WRITE; older kernels refuse it */, 0, 0, 0)
}

// maptrapOrderForget gives the memory of a chunk that is full back to the system; the file keeps it. end is the chunk's end, 0 for none.
func maptrapOrderForget(end uintptr) {
	if end != 0 {
		syscall.Syscall6(maptrapCall(28, 233), end-maptrapOrderChunk, maptrapOrderChunk, 4 /* MADV_DONTNEED */, 0, 0, 0)
	}
}
