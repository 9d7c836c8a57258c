// The quick look takes the read lock, which costs little.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type Counter struct{ n int64 }

func (c *Counter) Inc()         { atomic.AddInt64(&c.n, 1) }
func (c *Counter) Value() int64 { return atomic.LoadInt64(&c.n) }

type CounterVec struct {
	mu      sync.RWMutex
	byLabel map[string]*Counter
}

func (v *CounterVec) With(label string) *Counter {
	v.mu.RLock()
	c, ok := v.byLabel[label]
	v.mu.RUnlock()
	if ok {
		return c
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if c, ok := v.byLabel[label]; ok { // somebody else was quicker
		return c
	}
	c = &Counter{}
	v.byLabel[label] = c
	return c
}

func main() {
	requests := &CounterVec{byLabel: make(map[string]*Counter)}
	var wg sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for code := 200; code < 240; code++ {
				requests.With(fmt.Sprintf("code=%d", code)).Inc()
			}
		}()
	}
	wg.Wait()
	fmt.Println("code=200:", requests.With("code=200").Value())
}
