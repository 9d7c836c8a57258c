// The snapshot is there so that the report need not care about the workers. But
// making it reads the map too.
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
	t.bytes[host] += n // site: A
}

func (t *Totals) Snapshot() map[string]int {
	return maps.Clone(t.bytes) // site: B
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
