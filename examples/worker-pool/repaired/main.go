// The results come back through a channel too, and only main has the map.
package main

import (
	"fmt"
	"sync"
)

type result struct{ n, steps int }

func steps(n int) int {
	count := 0
	for ; n != 1; count++ {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
	}
	return count
}

func worker(jobs <-chan int, results chan<- result) {
	for n := range jobs {
		results <- result{n, steps(n)}
	}
}

func main() {
	jobs := make(chan int, 100)
	for n := 1; n <= 100; n++ {
		jobs <- n
	}
	close(jobs)

	done := make(chan result)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			worker(jobs, done)
		}()
	}
	go func() {
		wg.Wait()
		close(done)
	}()
	results := make(map[int]int)
	for r := range done {
		results[r.n] = r.steps
	}
	fmt.Println("27 takes", results[27], "steps")
}
