// The map stays inside a type that locks; reflect is used behind the lock.
package main

import (
	"fmt"
	"reflect"
	"sync"
)

// Settings is a map of any type with a lock.
type Settings struct {
	mu     sync.Mutex
	target reflect.Value
}

// Set puts a value into the map.
func (s *Settings) Set(key, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(value))
}

// Keys counts the keys for which keep says yes.
func (s *Settings) Keys(keep func(key any) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for it := s.target.MapRange(); it.Next(); {
		if keep(it.Key().Interface()) {
			n++
		}
	}
	return n
}

func main() {
	limits := make(map[string]int)
	settings := &Settings{target: reflect.ValueOf(limits)}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 60; i++ {
			settings.Set(fmt.Sprintf("limit%d", i), i)
		}
	}()
	long := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			long = settings.Keys(func(key any) bool { return len(key.(string)) > 6 })
		}
	}()
	wg.Wait()
	fmt.Println(len(limits), "limits,", long, "long names at the last look")
}
