// Package runtime: the probe's report on stderr, in the manner of the race detector's.

package runtime

import (
	"unsafe"

	atomic "maptrap.invalid/atomic"
)

// maptrapPrinter builds a text in a record's text field, so that the file holds what was printed.
type maptrapPrinter struct {
	b []byte
	n int
}

func (p *maptrapPrinter) text(s string) {
	p.n += copy(p.b[p.n:], s)
}

func (p *maptrapPrinter) number(v uint64) {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + v%10)
		v /= 10
		if v == 0 {
			break
		}
	}
	p.n += copy(p.b[p.n:], digits[i:])
}

func (p *maptrapPrinter) hex(v uint64) {
	p.text("0x")
	var digits [16]byte
	i := len(digits)
	for {
		i--
		digits[i] = "0123456789abcdef"[v&15]
		v >>= 4
		if v == 0 {
			break
		}
	}
	p.n += copy(p.b[p.n:], digits[i:])
}

func maptrapOperation(op uint32) string {
	switch op {
	case maptrapRead:
		return "Read"
	case maptrapAssign:
		return "Write"
	case maptrapDelete:
		return "Delete"
	case maptrapIterate, maptrapIterateNext:
		return "Iteration"
	case maptrapClear:
		return "Clear"
	case maptrapClone:
		return "Clone"
	}
	return "Length"
}

const maptrapRule = "==================\n"

var maptrapWaiting int64 // since when a report waits to be printed; 0: none does

// finish writes the report of this conflict, and of those that were met in the same step, into the records. It runs on
// the user's goroutine without locks: walking frames may allocate.
//
// The report is printed a second later, or when the program ends: a fatal error's own text then comes first, as
// programs expect that read it, and nothing is printed into the middle of a line of the program's.
func (r *maptrapRecord) finish() {
	if r == nil {
		return
	}
	for r != nil {
		p := maptrapPrinter{b: r.text[2:]}
		r.describe(&p)
		r.text[0], r.text[1] = byte(p.n), byte(p.n>>8)
		atomic.Store(&r.print, 1)
		r = r.next()
	}
	if maptrapHalt {
		maptrapFlush()
		maptrapHeader.exited(66)
		exit(66)
	}
	if maptrapWaiting == 0 {
		maptrapWaiting = nanotime()
	}
}

// maptrapFlush prints the reports that wait. It is also called while the program dies, with the world stopped: it
// takes no lock and allocates nothing.
func maptrapFlush() {
	if maptrapOn == 0 {
		return
	}
	maptrapWaiting = 0
	for i := uint32(0); i < maptrapRecords; i++ {
		r := maptrapRecordAt(i)
		if r.state == 0 {
			if maptrapRecording != 0 {
				continue // its goroutine was stopped over it; another one may have finished
			}
			return
		}
		if atomic.Cas(&r.print, 1, 2) && !maptrapQuiet {
			maptrapWrite(unsafe.Pointer(&r.text[2]), int32(r.text[0])|int32(r.text[1])<<8)
		}
	}
}

// maptrapWrite writes to stderr. A goroutine makes it a system call as those of package syscall are: stderr can be a
// full pipe that another goroutine of this program reads, which needs the processor, and so does a garbage collection.
// Between entersyscall and exitsyscall the goroutine's stack must not grow.
//
//go:nosplit
func maptrapWrite(text unsafe.Pointer, n int32) {
	gp := getg()
	mp := gp.m
	if gp != mp.curg || mp.locks != 0 || mp.dying != 0 || mp.throwing != 0 || mp.preemptoff != "" {
		write(2, text, n) // the program dies
		return
	}
	entersyscall()
	systemstack(func() {
		write(2, text, n)
	})
	exitsyscall()
}

// maptrapFlushLate prints reports that have waited for a second.
func maptrapFlushLate(now int64) {
	if since := maptrapWaiting; since != 0 && now-since > 1_000_000_000 {
		maptrapFlush()
	}
}

func (r *maptrapRecord) describe(p *maptrapPrinter) {
	p.text(maptrapRule)
	p.text("WARNING: CONCURRENT MAP USE (maptrap, ")
	p.text(r.certainty())
	p.text(")\n")
	if n := int(r.typ[0]); n > 0 {
		p.text(unsafeText(&r.typ[2], n))
	} else {
		p.text("map")
	}
	p.text(" at ")
	p.hex(r.addr)
	p.text(", ")
	p.number(r.elements)
	p.text(" elements")
	r.details.printGrowth(p)
	p.text("\n")
	if r.details.foundBy == maptrapFoundByGo {
		r.printFatal(p)
	} else {
		r.sides[1].print(p)
		r.sides[0].print(p)
	}
	r.sides[1].printStart(p)
	r.sides[0].printStart(p)
	if p.n > len(p.b)-len(maptrapRule) {
		p.n = len(p.b) - len(maptrapRule) // cut, but end with the rule
	}
	p.text(maptrapRule)
}

// printFatal prints the two sides of a conflict that Go's check has found, the one first that Go does not tell of.
func (r *maptrapRecord) printFatal(p *maptrapPrinter) {
	if r.details.otherSide == 0 {
		p.text("The other side was not recorded.\n")
	} else {
		p.text(maptrapOperation(r.sides[0].op))
		p.text(" (the other side")
		if age := r.details.age; age != maptrapUnknownAge {
			p.text("; its changes began ")
			p.number(age / 1000)
			p.text("µs before")
		}
		p.text(") by goroutine ")
		p.number(r.sides[0].goid)
		p.text(":\n")
		maptrapFrames(p, r.sides[0].stack())
		if r.sides[0].n == 1 {
			p.text("  (callers were not recorded)\n")
		} else if later := r.details.later; later != 0 {
			p.text("  (callers as they were ")
			p.number(uint64(later))
			p.text(" changes before)\n")
		}
	}
	p.text(maptrapOperation(r.sides[1].op))
	p.text(" (the side that noticed) by goroutine ")
	p.number(r.sides[1].goid)
	p.text(":\n")
	maptrapFrames(p, r.sides[1].stack())
}

func (r *maptrapRecord) certainty() string {
	if r.details.foundBy != maptrapFoundByGo {
		return "caught"
	}
	if r.details.otherSide == maptrapByMark {
		return "recorded"
	}
	return "inferred"
}

func (d *maptrapDetails) printGrowth(p *maptrapPrinter) {
	switch d.growth {
	case 0:
		return
	case 1:
		p.text(", growing (")
	case 2:
		p.text(", growing to the same size (")
	}
	p.number(d.evacuated)
	p.text(" of ")
	p.number(d.old)
	p.text(" old buckets evacuated)")
}

func unsafeText(p *byte, n int) string {
	s := maptrapString{unsafe.Pointer(p), n}
	return *(*string)(unsafe.Pointer(&s))
}

type maptrapString struct {
	p unsafe.Pointer
	n int
}

func (s *maptrapSide) print(p *maptrapPrinter) {
	p.text(maptrapOperation(s.op))
	if s.held > 0 {
		p.text(" (held in a trap for ")
		p.number(uint64(s.held) / 1000)
		p.text("µs)")
	}
	p.text(" by goroutine ")
	p.number(s.goid)
	p.text(":\n")
	maptrapFrames(p, s.stack())
}

// stack gives the PCs of a side. A record's PCs have 64 bits also where addresses have 32.
func (s *maptrapSide) stack() []uintptr {
	if unsafe.Sizeof(uintptr(0)) == 8 {
		return (*[maptrapPCs]uintptr)(unsafe.Pointer(&s.pcs))[:s.n]
	}
	pcs := make([]uintptr, s.n)
	for i := range pcs {
		pcs[i] = uintptr(s.pcs[i])
	}
	return pcs
}

func (s *maptrapSide) printStart(p *maptrapPrinter) {
	if s.gopc == 0 {
		return
	}
	p.text("Goroutine ")
	p.number(s.goid)
	p.text(" was started ")
	if s.parent != 0 {
		p.text("by goroutine ")
		p.number(s.parent)
		p.text(" ")
	}
	p.text("at:\n")
	maptrapFrames(p, (*[1]uintptr)(unsafe.Pointer(&s.gopc))[:])
}

// maptrapFramesRoom is for the frames of one stack, in bytes: a side with many callers must leave room for the other one.
const maptrapFramesRoom = 1900

// maptrapFrames prints frames as a traceback does, without those of the runtime itself.
func maptrapFrames(p *maptrapPrinter, pcs []uintptr) {
	frames := CallersFrames(pcs)
	end := p.n + maptrapFramesRoom
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !maptrapHasPrefix(frame.Function, "runtime.") && !maptrapHasPrefix(frame.Function, "internal/runtime/maps.") {
			p.text("  ")
			p.text(frame.Function)
			p.text("()\n      ")
			p.text(frame.File)
			p.text(":")
			p.number(uint64(frame.Line))
			p.text("\n")
		}
		if !more {
			return
		}
		if p.n > end {
			p.text("  ...additional frames elided...\n")
			return
		}
	}
}
