// Package runtime: go statements, by which maps come into other hands.

package runtime

const maptrapGoBits = 10

// maptrapGo counts how often a go statement was executed.
type maptrapGoEntry struct {
	pc    uintptr
	count uint32
}

var maptrapGo [1 << maptrapGoBits]maptrapGoEntry

// maptrapGoFor gives the count of a go statement, or nil when there are too many. Two statements never share one, as two
// busy ones would then each take the other for new again and again.
func maptrapGoFor(pc uintptr) *maptrapGoEntry {
	first := uint64(pc) * maptrapHashMul >> (64 - maptrapGoBits)
	for i := uint64(0); i < 16; i++ {
		e := &maptrapGo[(first+i)%uint64(len(maptrapGo))]
		if e.pc == pc {
			return e
		}
		if e.pc == 0 {
			e.pc = pc
			return e
		}
	}
	return nil
}

// maptrapSpawned is called by go statements. The new goroutine may have been given any map of this one's, so for the
// first times that a go statement is executed this goroutine's maps no longer count as its own alone: its next accesses
// are looked at. Without that a constructor that starts a goroutine and goes on filling its map would pass unseen.
func maptrapSpawned(pc uintptr) {
	gp := getg()
	if gp != gp.m.curg {
		return
	}
	e := maptrapGoFor(pc)
	if e == nil || e.count >= 2 {
		return
	}
	e.count++
	goid := uint64(gp.goid)
	maptrapSpawners[goid%uint64(len(maptrapSpawners))] = maptrapSpawner{goid, 3}
	for i := range maptrapCells {
		if c := &maptrapCells[i]; c.owner == goid {
			c.owner = maptrapShared
		}
	}
}

// maptrapSpawner is a goroutine that has just started another one by a go statement that was executed for the first
// times. Its next accesses may be the ones that it should have made before: they are held though their sites have been
// held in vain, for one site may be passed a thousand times and go wrong only after that go statement.
type maptrapSpawner struct {
	goid uint64
	left uint32
}

var maptrapSpawners [64]maptrapSpawner

// maptrapHasSpawned tells whether this is one of the next accesses after such a go statement.
func maptrapHasSpawned(goid uint64) bool {
	s := &maptrapSpawners[goid%uint64(len(maptrapSpawners))]
	if s.goid != goid || s.left == 0 {
		return false
	}
	s.left--
	return true
}
