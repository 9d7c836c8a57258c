// Package slug turns titles into the last part of a web address.
package slug

import "strings"

// Make returns the title in small letters with hyphens between the words.
func Make(title string) string {
	return strings.Join(strings.Fields(strings.ToLower(title)), "-")
}
