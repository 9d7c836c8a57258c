// Package config holds the settings of the program.
package config

// It began as a map filled once at the start, which everybody may read. Reload
// came a year later, so that nobody has to restart the service.
var settings = map[string]string{"greeting": "hello", "language": "en", "limit": "10"}

// Get returns one setting.
func Get(name string) string {
	return settings[name] // site: A
}

// Reload takes over what a new version of the file says.
func Reload(file map[string]string) {
	for name, value := range file {
		settings[name] = value // site: B
	}
}
