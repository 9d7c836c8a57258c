// The job is put on the list under the lock. It is taken off again in a deferred
// function, which runs at the very end, after the lock was given back.
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
	j.running[id] = name // site: A
	j.mu.Unlock()
	defer func() {
		delete(j.running, id) // site: B
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
