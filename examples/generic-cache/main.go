// One cache for all types. Get looks under the read lock and lets go of it while
// the value is loaded; nobody took the lock again for putting the value in.
package main

import (
	"fmt"
	"strconv"
	"sync"
)

type Cache[K comparable, V any] struct {
	mu     sync.RWMutex
	values map[K]V
}

func New[K comparable, V any]() *Cache[K, V] {
	return &Cache[K, V]{values: make(map[K]V)}
}

func (c *Cache[K, V]) Get(key K, load func(K) V) V {
	c.mu.RLock()
	value, ok := c.values[key] // site: A
	c.mu.RUnlock()
	if !ok {
		value = load(key)
		c.values[key] = value // site: B
	}
	return value
}

func main() {
	squares := New[int, string]()
	square := func(n int) string { return strconv.Itoa(n * n) }
	var wg sync.WaitGroup
	for worker := 0; worker < 3; worker++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 40; n++ {
				squares.Get(n, square)
			}
		}()
	}
	wg.Wait()
	fmt.Println("7 squared is", squares.Get(7, square))
}
