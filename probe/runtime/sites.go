// Package runtime: whose code a site is in. Delays are for maps of the program; the standard library's own maps are
// used correctly, and there are many of them (net/http, sync.Map, testing), so that they would eat all delays.

package runtime

const (
	maptrapSiteUnknown  = 0
	maptrapSiteProgram  = 1 // the program's code or a library's
	maptrapSiteStandard = 2 // the standard library's, on a map of its own
	maptrapSiteCarrier  = 3 // a package that uses maps on behalf of its caller: what counts is where it was called
)

const maptrapSiteBits = 11

// maptrapSiteEntry is what one site has cost so far.
type maptrapSiteEntry struct {
	pc      uintptr
	vain    uint32 // holds that nobody came to
	met     uint32
	ordered uint32 // times that another goroutine came right after this one was let go, as under a common lock
	kind    uint32 // whose code it is
	promise int64  // shortest known time after which another goroutine followed on the same map
}

var maptrapSites [1 << maptrapSiteBits]maptrapSiteEntry

// maptrapSiteFor gives the account of a site. Colliding sites share one.
func maptrapSiteFor(pc uintptr) *maptrapSiteEntry {
	s := &maptrapSites[uint64(pc)*maptrapHashMul>>(64-maptrapSiteBits)]
	if s.pc != pc {
		*s = maptrapSiteEntry{pc: pc, kind: maptrapSiteKind(pc)}
	}
	return s
}

// maptrapStandard are the standard library's top folders, each followed by a blank.
const maptrapStandard = "archive bufio bytes cmp compress container context crypto database debug embed encoding errors " +
	"expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp " +
	"runtime slices sort strconv strings structs sync syscall testing text time unicode unique vendor weak "

// maptrapCarriers are the standard packages that use maps of their callers: a map handed to them is still the
// program's. Each is followed by a blank.
const maptrapCarriers = "encoding/json encoding/gob encoding/xml expvar fmt html/template internal/fmtsort iter log/slog maps " +
	"net/textproto net/url reflect slices text/template "

// maptrapSiteKind tells whose code the function at pc is.
func maptrapSiteKind(pc uintptr) uint32 {
	name := funcname(findfunc(pc - 1))
	path := maptrapPackage(name)
	if maptrapListed(maptrapCarriers, path) || path == "net/http" && maptrapHasPrefix(name, "net/http.Header.") {
		return maptrapSiteCarrier
	}
	if path == "runtime" && maptrapMentionsMap(name) {
		return maptrapSiteCarrier // mapaccess1_fat, reflect_mapassign …, which call another map function
	}
	top := path
	for i := 0; i < len(top); i++ {
		if top[i] == '/' {
			top = top[:i]
			break
		}
	}
	if maptrapListed(maptrapStandard, top) {
		return maptrapSiteStandard
	}
	return maptrapSiteProgram
}

func maptrapMentionsMap(name string) bool {
	for i := 0; i+3 <= len(name); i++ {
		if name[i:i+3] == "map" {
			return true
		}
	}
	return false
}

// maptrapCaller finds the place on whose behalf a carrier uses a map: the first frame that is neither the runtime's nor
// a carrier's. It gives pc itself when there is none.
func maptrapCaller(pc uintptr) uintptr {
	var stack [32]uintptr
	n := callers(0, stack[:])
	for _, caller := range stack[:n] {
		name := funcname(findfunc(caller - 1))
		if maptrapHasPrefix(name, "runtime.") || maptrapHasPrefix(name, "internal/runtime/maps.") {
			continue
		}
		if maptrapSiteKind(caller) != maptrapSiteCarrier {
			return caller
		}
	}
	return pc
}

// maptrapPackage cuts the import path off a function's name.
func maptrapPackage(name string) string {
	start := 0
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '/':
			start = i
		case '[':
			// Type arguments of a generic function hold paths of their own.
			name = name[:i]
		}
	}
	for i := start; i < len(name); i++ {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return name
}

// maptrapListed tells whether word stands in a list of words that are each followed by a blank.
func maptrapListed(list, word string) bool {
	start := 0
	for i := 0; i < len(list); i++ {
		if list[i] == ' ' {
			if list[start:i] == word {
				return true
			}
			start = i + 1
		}
	}
	return false
}
