// The sessions are kept together with a lock that both sides take.
package main

import (
	"fmt"
	"sync"
)

type Session struct {
	User  string
	Bytes int
}

type Sessions struct {
	mu   sync.RWMutex
	byID map[int]Session
}

func (s *Sessions) traffic() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	total := 0
	for _, one := range s.byID {
		total += one.Bytes
	}
	return total
}

func (s *Sessions) logout(ids []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(s.byID, id)
	}
}

func main() {
	sessions := &Sessions{byID: make(map[int]Session)}
	var ended []int
	for id := 0; id < 200; id++ {
		sessions.byID[id] = Session{User: fmt.Sprintf("user%d", id), Bytes: id * 10}
		if id%2 == 0 {
			ended = append(ended, id)
		}
	}

	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		sessions.logout(ended)
	}()
	total := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 10; i++ {
			total = sessions.traffic()
		}
	}()
	wg.Wait()
	fmt.Println(len(sessions.byID), "sessions left,", total, "bytes at the last look")
}
