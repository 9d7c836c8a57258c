// A rate limiter that starts afresh with each window. Emptying a map looks like
// a small thing and was left outside the lock.
package main

import (
	"fmt"
	"sync"
)

type Limiter struct {
	mu    sync.Mutex
	calls map[string]int
}

func (l *Limiter) Allow(client string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[client]++             // site: A
	return l.calls[client] <= 100 // site: B
}

func (l *Limiter) NextWindow() {
	clear(l.calls) // site: C
}

func main() {
	limiter := &Limiter{calls: make(map[string]int)}
	var wg sync.WaitGroup
	for _, client := range []string{"ann", "bob"} {
		wg.Add(1)
		go func(client string) {
			defer wg.Done()
			for i := 0; i < 100; i++ {
				limiter.Allow(client)
			}
		}(client)
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			limiter.NextWindow()
		}
	}()
	wg.Wait()
	fmt.Println(len(limiter.calls), "clients in this window")
}
