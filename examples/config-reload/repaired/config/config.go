// Package config holds the settings of the program.
package config

import "sync"

var (
	mu       sync.RWMutex
	settings = map[string]string{"greeting": "hello", "language": "en", "limit": "10"}
)

// Get returns one setting.
func Get(name string) string {
	mu.RLock()
	defer mu.RUnlock()
	return settings[name]
}

// Reload takes over what a new version of the file says.
func Reload(file map[string]string) {
	mu.Lock()
	defer mu.Unlock()
	for name, value := range file {
		settings[name] = value
	}
}
