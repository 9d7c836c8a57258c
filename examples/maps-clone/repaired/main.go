// The snapshot is made under the lock.
package main

import (
	"fmt"
	"maps"
	"sync"
)

type Totals struct {
	mu    sync.Mutex
	bytes map[string]int
}

func (t *Totals) Add(host string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes[host] += n
}

func (t *Totals) Snapshot() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.bytes)
}

func main() {
	hosts := []string{"alpha", "beta", "gamma", "delta"}
	totals := &Totals{bytes: make(map[string]int)}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			totals.Add(hosts[i%len(hosts)], i)
		}
	}()
	var last map[string]int
	go func() {
		defer wg.Done()
		for i := 0; i < 30; i++ {
			last = totals.Snapshot()
		}
	}()
	wg.Wait()
	fmt.Println(len(last), "hosts in the last snapshot")
}
