package runtime

// maptrapExpand appends the PCs of all frames at a return address, innermost first, as runtime.Callers gives them.
func maptrapExpand(pc uintptr, into []uint64, n int) int {
	f := findfunc(pc - 1)
	if !f.valid() {
		return n
	}
	for u, frame := newInlineUnwinder(f, pc-1); frame.valid() && n < len(into); frame = u.next(frame) {
		into[n] = uint64(frame.pc + 1)
		n++
	}
	return n
}
