package slug

import "testing"

var titles = []string{
	"Hello World", "A Second Post", "On Maps", "On Locks", "Release Notes", "Moving House",
	"A Bug Hunt", "The Long Way", "Small Things", "Two Cores", "Late Again", "The End",
}

// The subtests were made parallel later. The map in which the test looks for
// slugs given out twice is shared by all of them.
func TestSlugsAreUnique(t *testing.T) {
	owner := make(map[string]string)
	for _, title := range titles {
		title := title
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := Make(title)
			if other, taken := owner[s]; taken { // site: A
				t.Errorf("%q and %q both give %q", title, other, s)
			}
			owner[s] = title // site: B
		})
	}
}
