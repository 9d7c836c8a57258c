// Package runtime: looks. The probe looks at a goroutine's first accesses at a site on a shared map, and then ever more
// rarely; in between, an access costs a count-down.

package runtime

const maptrapSeenBits = 14

// maptrapSeenEntry is how often one goroutine was looked at, at one site, on one map.
type maptrapSeenEntry struct {
	key   uint64
	looks uint32 // how often it was looked at
	pause uint32 // accesses that pass unlooked until the next look
}

var maptrapSeen [1 << maptrapSeenBits]maptrapSeenEntry

// maptrapSeenKey tells one goroutine at one site on one map.
//
//go:nosplit
func maptrapSeenKey(pc uintptr, goid uint64, m uintptr) uint64 {
	return uint64(pc)*maptrapHashMul + goid*0xD6E8FEB86659FD93 + uint64(m)*0xC2B2AE3D27D4EB4F
}

// maptrapSettled tells whether a goroutine need not be looked at now at this site on this map: it was looked at often
// enough, and the pause until the next look is not over.
//
//go:nosplit
func maptrapSettled(pc uintptr, goid uint64, m uintptr) bool {
	key := maptrapSeenKey(pc, goid, m)
	s := &maptrapSeen[key>>(64-maptrapSeenBits)]
	if s.key != key || s.pause == 0 {
		return false
	}
	s.pause--
	return true
}

// maptrapLooked counts one more look and sets the pause until the next: none after the first two looks, then ever
// longer. It gives the number of looks so far.
func maptrapLooked(pc uintptr, goid uint64, m uintptr) uint32 {
	key := maptrapSeenKey(pc, goid, m)
	s := &maptrapSeen[key>>(64-maptrapSeenBits)]
	if s.key != key {
		*s = maptrapSeenEntry{key: key}
	}
	s.looks++
	if n := s.looks; n > 2 {
		if n > 18 {
			n = 18
		}
		s.pause = 4 << n
	}
	return s.looks
}
