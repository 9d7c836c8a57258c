// Package runtime: the plan of an earlier run, which says where to hold a goroutine and where to leave it alone.

package runtime

import "unsafe"

const (
	maptrapHold          = 1
	maptrapLeaveAlone    = 2
	maptrapPlanMax       = 256
	maptrapPlanEntrySize = 40
	maptrapPlanBits      = 12
)

type maptrapPlanEntry struct {
	pc     uintptr
	delay  int64
	action uint32
	left   int32
}

var (
	maptrapPlanned  uint32 // number of entries for this binary
	maptrapPlan     [maptrapPlanMax]maptrapPlanEntry
	maptrapPlanHash [1 << maptrapPlanBits]bool // may a PC be in the plan?
	maptrapPlanLive [1 << maptrapPlanBits]bool // may it have a hold that has not come up yet? Then each access is looked at.
	maptrapPlanText [16 + maptrapPlanMax*maptrapPlanEntrySize]byte
)

// maptrapPlanHas tells whether a hold may be planned here that has not come up yet. The glance asks it.
//
//go:nosplit
func maptrapPlanHas(pc uintptr) bool {
	return maptrapPlanLive[maptrapPlanIndex(pc)]
}

//go:nosplit
func maptrapPlanIndex(pc uintptr) uint64 {
	return uint64(pc) * maptrapHashMul >> (64 - maptrapPlanBits)
}

// use takes one of the holds. After the last one a busy site costs no more than without a plan.
func (e *maptrapPlanEntry) use() {
	e.left--
	index := maptrapPlanIndex(e.pc)
	for i := uint32(0); i < maptrapPlanned; i++ {
		if other := &maptrapPlan[i]; other.action == maptrapHold && other.left > 0 && maptrapPlanIndex(other.pc) == index {
			return
		}
	}
	maptrapPlanLive[index] = false
}

func maptrapPlanFor(pc uintptr) *maptrapPlanEntry {
	if maptrapPlanned == 0 || !maptrapPlanHash[maptrapPlanIndex(pc)] {
		return nil
	}
	for i := uint32(0); i < maptrapPlanned; i++ {
		if maptrapPlan[i].pc == pc {
			return &maptrapPlan[i]
		}
	}
	return nil
}

// maptrapPlanLeft tells whether a planned hold has not come up yet.
func maptrapPlanLeft() bool {
	for i := uint32(0); i < maptrapPlanned; i++ {
		if e := &maptrapPlan[i]; e.action == maptrapHold && e.left > 0 {
			return true
		}
	}
	return false
}

// maptrapReadPlan takes over the entries that are for this binary.
func maptrapReadPlan(path string) {
	n := maptrapReadFile(path, maptrapPlanText[:])
	if n < 16 || unsafeText(&maptrapPlanText[0], 8) != "MAPPLAN1" {
		maptrapComplain("the plan cannot be read: ", path)
		return
	}
	identity := maptrapIdentity()
	count := int(*(*uint32)(unsafe.Pointer(&maptrapPlanText[8])))
	for i := 0; i < count && 16+(i+1)*maptrapPlanEntrySize <= n && maptrapPlanned < maptrapPlanMax; i++ {
		entry := (*[5]uint64)(unsafe.Pointer(&maptrapPlanText[16+i*maptrapPlanEntrySize]))
		if entry[0] != identity {
			continue
		}
		pc := firstmoduledata.text + uintptr(entry[1])
		e := maptrapPlanEntry{pc, int64(entry[2] & (1<<40 - 1)), uint32(entry[3]), int32(entry[3] >> 32)}
		maptrapPlan[maptrapPlanned] = e
		maptrapPlanHash[maptrapPlanIndex(pc)] = true
		if e.action == maptrapHold && e.left > 0 {
			maptrapPlanLive[maptrapPlanIndex(pc)] = true
		}
		maptrapPlanned++
	}
}
