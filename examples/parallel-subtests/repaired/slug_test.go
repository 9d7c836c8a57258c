package slug

import (
	"sync"
	"testing"
)

var titles = []string{
	"Hello World", "A Second Post", "On Maps", "On Locks", "Release Notes", "Moving House",
	"A Bug Hunt", "The Long Way", "Small Things", "Two Cores", "Late Again", "The End",
}

// The subtests share the map and a lock for it.
func TestSlugsAreUnique(t *testing.T) {
	var mu sync.Mutex
	owner := make(map[string]string)
	for _, title := range titles {
		title := title
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := Make(title)
			mu.Lock()
			defer mu.Unlock()
			if other, taken := owner[s]; taken {
				t.Errorf("%q and %q both give %q", title, other, s)
			}
			owner[s] = title
		})
	}
}
