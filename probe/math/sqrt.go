// Package math: the square root for packages in which the compiler does not put the processor's instruction in the place of a call.
//
// Such a call ends at sqrt, which computes the root bit by bit. Within package math the instruction is put in place, if the
// processor has one: then sqrt may call itself. Whether it is so is tried once.

package math

var (
	maptrapSqrtTrying bool
	maptrapSqrtTaken  bool // sqrt within this package is an instruction
)

func init() {
	maptrapSqrtTrying = true
	maptrapSqrtTaken = maptrapSqrtOf(4) == 2
	maptrapSqrtTrying = false
}

//go:noinline
func maptrapSqrtOf(x float64) float64 {
	return sqrt(x)
}
