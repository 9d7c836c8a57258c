/** A small Go module for tests of the commands: what several of them begin with. */

/** The module, and a package with a map that nothing protects: line 7 writes to it, line 9 reads. */
export const shopModule = {
  "go.mod": "module example.com/shop\n\ngo 1.19\n",
  "cart/cart.go": `package cart

type Cart struct{ items map[string]int }

func New() *Cart { return &Cart{items: map[string]int{}} }

func (c *Cart) Add(name string) { c.items[name]++ }

func (c *Cart) Count(name string) int { return c.items[name] }
`,
};

/** A test whose goroutines change a map under a lock. */
export const shopTill = {
  "till/till_test.go": `package till_test

import (
	"sync"
	"testing"
)

func TestLocked(t *testing.T) {
	sums := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			sums[1]++
		}()
	}
	wg.Wait()
}
`,
};
