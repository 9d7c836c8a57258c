// Both the line that puts a job on the list and the deferred function lock.
package main

import (
	"fmt"
	"sync"
)

type Jobs struct {
	mu      sync.Mutex
	running map[int]string
}

func (j *Jobs) Run(id int, name string, work func()) {
	j.mu.Lock()
	j.running[id] = name
	j.mu.Unlock()
	defer func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.running, id)
	}()
	work()
}

func main() {
	jobs := &Jobs{running: make(map[int]string)}
	var wg sync.WaitGroup
	for worker := 0; worker < 3; worker++ {
		wg.Add(1)
		go func(worker int) {
			defer wg.Done()
			for i := 0; i < 30; i++ {
				jobs.Run(worker*100+i, "resize", func() { _ = fmt.Sprintf("picture-%d-%d.jpg", worker, i) })
			}
		}(worker)
	}
	wg.Wait()
	fmt.Println(len(jobs.running), "jobs left on the list")
}
