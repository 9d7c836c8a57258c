// New fills the index first and starts the goroutine last. Until then nobody else
// has the index, so it really needs no lock.
package main

import (
	"fmt"
	"sync"
)

type Index struct {
	mu    sync.Mutex
	pages map[string]int
	found chan int
}

func New(words []string) *Index {
	x := &Index{pages: make(map[string]int), found: make(chan int, 1)}
	for i, word := range words {
		x.pages[word] = i + 1
	}
	go x.selfCheck(words)
	return x
}

// Page says on which page a word stands, 0 if on none.
func (x *Index) Page(word string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.pages[word]
}

func (x *Index) selfCheck(words []string) {
	found := 0
	for _, word := range words {
		if x.Page(word) > 0 {
			found++
		}
	}
	x.found <- found
}

func main() {
	var words []string
	for i := 0; i < 300; i++ {
		words = append(words, fmt.Sprintf("word%d", i))
	}
	x := New(words)
	fmt.Println("word7 is on page", x.Page("word7"), "- words found by the check:", <-x.found)
}
