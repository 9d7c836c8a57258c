// The crawler takes its lock whenever it marks a link. The line for the log was
// put in during a hunt for another bug: fmt sorts the keys of a map, and to do
// so it has to walk through it.
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
	c.seen[link] = true // site: A
}

func (c *Crawler) LogLine() string {
	return fmt.Sprint("seen so far: ", c.seen) // site: B
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
