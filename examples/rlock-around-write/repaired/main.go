// Counting changes a map, so Get takes the write lock.
package main

import (
	"fmt"
	"sync"
)

type Articles struct {
	mu   sync.RWMutex
	text map[string]string
	read map[string]int
}

func (a *Articles) Get(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.read[name]++
	return a.text[name]
}

func main() {
	articles := &Articles{
		text: map[string]string{"maps": "Maps are not safe.", "locks": "Locks help."},
		read: make(map[string]int),
	}
	var wg sync.WaitGroup
	for reader := 0; reader < 3; reader++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 50; i++ {
				articles.Get("maps")
				articles.Get("locks")
			}
		}()
	}
	wg.Wait()
	fmt.Println("read:", articles.read["maps"], articles.read["locks"])
}
