package format

import (
	"strconv"
	"testing"
)

// Each case takes its format away again when it is done. That was fine while
// the cases ran one after another.
func TestNumber(t *testing.T) {
	tests := []struct {
		name, want string
		base       int
	}{
		{"binary", "101010", 2}, {"ternary", "1120", 3}, {"quaternary", "222", 4}, {"quinary", "132", 5},
		{"senary", "110", 6}, {"octal", "52", 8}, {"decimal", "42", 10}, {"hexadecimal", "2a", 16},
	}
	for _, test := range tests {
		base := test.base
		Register(test.name, func(n int) string { return strconv.FormatInt(int64(n), base) })
	}
	for _, test := range tests {
		test := test
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(func() {
				delete(formats, test.name) // site: B
			})
			if got := Number(test.name, 42); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
