// The goroutines are given the store that locks.
package main

import (
	"fmt"
	"sync"
)

type Store interface {
	Set(key, value string)
	Get(key string) string
}

type lockedStore struct {
	mu     sync.Mutex
	values map[string]string
}

func (s *lockedStore) Set(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
}

func (s *lockedStore) Get(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[key]
}

type simpleStore map[string]string

func (s simpleStore) Set(key, value string) { s[key] = value }
func (s simpleStore) Get(key string) string { return s[key] }

func open(kind string) Store {
	if kind == "locked" {
		return &lockedStore{values: make(map[string]string)}
	}
	return make(simpleStore)
}

func main() {
	store := open("locked")
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			store.Set("leader", fmt.Sprintf("node-%d", i))
		}
	}()
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			_ = store.Get("leader")
		}
	}()
	wg.Wait()
	fmt.Println("leader:", store.Get("leader"))
}
