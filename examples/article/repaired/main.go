// Both goroutines take the lock around each use of the map.
package main

import "sync"

func main() {
	m := make(map[int]int)
	var mu sync.RWMutex
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 1000; i++ {
			mu.Lock()
			m[i] = i * 2
			mu.Unlock()
		}
	}()
	go func() {
		defer wg.Done()
		for i := 0; i < 1000; i++ {
			mu.RLock()
			_ = m[i]
			mu.RUnlock()
		}
	}()
	wg.Wait()
}
