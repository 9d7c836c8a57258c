// The status page is made with json.Marshal from the very map that the jobs
// write their progress into. No loop over the map is to be seen anywhere.
package main

import (
	"encoding/json"
	"fmt"
	"sync"
)

type Status struct {
	progress map[string]int
}

func (s *Status) Report(job string, percent int) {
	s.progress[job] = percent // site: A
}

func (s *Status) Page() ([]byte, error) {
	return json.Marshal(s.progress) // site: B
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
