// Page holds the lock for as long as json.Marshal walks through the map.
package main

import (
	"encoding/json"
	"fmt"
	"sync"
)

type Status struct {
	mu       sync.Mutex
	progress map[string]int
}

func (s *Status) Report(job string, percent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress[job] = percent
}

func (s *Status) Page() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(s.progress)
}

func main() {
	status := &Status{progress: map[string]int{"backup": 0, "index": 0, "mail": 0}}
	var wg sync.WaitGroup

	wg.Add(1)
	go func() {
		defer wg.Done()
		for percent := 1; percent <= 100; percent++ {
			status.Report("backup", percent)
		}
	}()

	var page []byte
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			var err error
			if page, err = status.Page(); err != nil {
				page = []byte(err.Error())
			}
		}
	}()

	wg.Wait()
	fmt.Println(string(page))
}
