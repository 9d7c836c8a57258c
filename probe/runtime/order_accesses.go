// Package runtime: map accesses as order events.

package runtime

import "unsafe"

// maptrapOrderAccess notes an access to a map, unless this goroutine has made it at this place already since its last release.
//
//go:nosplit
func maptrapOrderAccess(typ unsafe.Pointer, m uintptr, op uint32, pc uintptr) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo || !maptrapMayNote(gp) {
		return
	}
	st := maptrapOrderSelf()
	if st == nil {
		return
	}
	life := maptrapSeed(m)
	key := (uint64(m)*0xC2B2AE3D27D4EB4F ^ uint64(pc)*0xD6E8FEB86659FD93 ^ st.goid<<32 ^ uint64(st.epoch)) * maptrapHashMul
	key ^= key>>29 ^ uint64(life)<<16
	w := maptrapOrderWriterOf(gp.m.p.ptr())
	if w.done != nil && w.done[key>>(64-maptrapOrderDoneBits)] == key {
		return
	}
	by := maptrapOnBehalf{gp, maptrapFramePointer()}
	systemstack(func() {
		w := maptrapOrderEnter()
		if w.ready() {
			st.list(w)
			last := w.defined
			stack := w.stack(&by, pc, maptrapWalkDepth)
			if w.defined != last && typ != nil {
				w.typeAt(stack, maptrapTypeString(typ))
			}
			w.emit(st, maptrapOrderKindAccess+uint64(op), uint64(m), life, stack)
			st.accessed()
			if w.done != nil {
				w.done[key>>(64-maptrapOrderDoneBits)] = key
			}
		}
		w.leave()
	})
}

// maptrapOrderReseeding is called before a map gets a new seed, and with done afterwards.
//
//go:nosplit
func maptrapOrderReseeding(m uintptr, done bool) {
	gp := getg()
	if m-gp.stack.lo < gp.stack.hi-gp.stack.lo || !maptrapMayNote(gp) {
		return
	}
	st := maptrapOrderSelf()
	if st == nil {
		return
	}
	if !done {
		st.seed = maptrapSeed(m)
		return
	}
	now := maptrapSeed(m)
	systemstack(func() {
		w := maptrapOrderEnter()
		if w.ready() {
			w.emit(st, maptrapOrderKindReseeded, uint64(m), now, st.seed)
		}
		w.leave()
	})
}
