// The line for the log is made under the lock, like everything else that touches
// the map.
package main

import (
	"fmt"
	"sync"
)

type Crawler struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (c *Crawler) Mark(link string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[link] = true
}

func (c *Crawler) LogLine() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprint("seen so far: ", c.seen)
}

func main() {
	crawler := &Crawler{seen: make(map[string]bool)}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 60; i++ {
			crawler.Mark(fmt.Sprintf("/page/%d", i))
		}
	}()
	longest := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			if n := len(crawler.LogLine()); n > longest {
				longest = n
			}
		}
	}()
	wg.Wait()
	fmt.Println("longest line:", longest, "bytes")
}
