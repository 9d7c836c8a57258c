// Package runtime: starts and ends of goroutines.

package runtime

// Kinds of event, as docs/event-file.md numbers them.
const (
	maptrapKindStart = 50
	maptrapKindEnd   = 51
)

// maptrapStarts is called on the system stack by a go statement, when the new goroutine has its number. pc is the place
// after the statement, in the code of the goroutine parent.
func maptrapStarts(gp, parent *g, pc uintptr, fn *funcval) {
	if maptrapOrdering != 0 {
		maptrapOrderStarts(gp, parent, pc, fn)
		return
	}
	maptrapEmitGoroutine(maptrapKindStart, uint64(gp.goid), fn.fn, uint64(parent.goid), uint64(pc))
}

// maptrapEnds is called on the system stack when a goroutine is over.
func maptrapEnds(gp *g) {
	if maptrapOrdering != 0 {
		maptrapOrderEnds(gp)
		return
	}
	maptrapEmitGoroutine(maptrapKindEnd, uint64(gp.goid), 0, 0, 0)
}
