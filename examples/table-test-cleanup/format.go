// Package format writes a number in the way a named format wants it.
package format

import "strconv"

// Formats are registered at the start of the program and then only looked up.
var formats = map[string]func(int) string{}

// Register adds a format.
func Register(name string, f func(int) string) {
	formats[name] = f
}

// Number writes n in the named format.
func Number(name string, n int) string {
	f := formats[name] // site: A
	if f == nil {
		return strconv.Itoa(n)
	}
	return f(n)
}
