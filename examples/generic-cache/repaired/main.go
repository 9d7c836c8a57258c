// One cache for all types. The value is loaded without a lock and put in with one.
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
	value, ok := c.values[key]
	c.mu.RUnlock()
	if !ok {
		value = load(key)
		c.mu.Lock()
		c.values[key] = value
		c.mu.Unlock()
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
