// With a pointer receiver there is one counter and one mutex.
package main

import (
	"fmt"
	"sync"
)

type Counter struct {
	mu   sync.Mutex
	hits map[string]int
}

func (c *Counter) Hit(page string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hits[page]++
}

func main() {
	counter := &Counter{hits: make(map[string]int)}
	var wg sync.WaitGroup
	for visitor := 0; visitor < 3; visitor++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 50; i++ {
				counter.Hit("home")
				counter.Hit("news")
			}
		}()
	}
	wg.Wait()
	fmt.Println(counter.hits["home"], counter.hits["news"])
}
