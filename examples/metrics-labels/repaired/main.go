// The first look takes the read lock, which costs little.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type CounterVec struct {
	mu     sync.RWMutex
	slots  map[string]int
	counts [100]int64
}

func (v *CounterVec) slot(label string) int {
	v.mu.RLock()
	i, ok := v.slots[label]
	v.mu.RUnlock()
	if ok {
		return i
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if i, ok := v.slots[label]; ok { // somebody else was quicker
		return i
	}
	i = len(v.slots)
	v.slots[label] = i
	return i
}

func (v *CounterVec) Inc(label string) {
	atomic.AddInt64(&v.counts[v.slot(label)], 1)
}

func (v *CounterVec) Value(label string) int64 {
	return atomic.LoadInt64(&v.counts[v.slot(label)])
}

func main() {
	requests := &CounterVec{slots: make(map[string]int)}
	var wg sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for code := 200; code < 240; code++ {
				requests.Inc(fmt.Sprintf("code=%d", code))
			}
		}()
	}
	wg.Wait()
	fmt.Println("code=200:", requests.Value("code=200"))
}
