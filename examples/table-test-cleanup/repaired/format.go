// Package format writes a number in the way a named format wants it.
package format

import (
	"strconv"
	"sync"
)

// Formats may be added, looked up and removed at any time.
var (
	mu      sync.RWMutex
	formats = map[string]func(int) string{}
)

// Register adds a format.
func Register(name string, f func(int) string) {
	mu.Lock()
	defer mu.Unlock()
	formats[name] = f
}

// Unregister removes a format.
func Unregister(name string) {
	mu.Lock()
	defer mu.Unlock()
	delete(formats, name)
}

// Number writes n in the named format.
func Number(name string, n int) string {
	mu.RLock()
	f := formats[name]
	mu.RUnlock()
	if f == nil {
		return strconv.Itoa(n)
	}
	return f(n)
}
