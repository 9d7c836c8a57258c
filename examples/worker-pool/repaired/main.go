// The results come back through a channel too, and only main has the map.
package main

import (
	"fmt"
	"sync"
)

type result struct{ first, steps int }

// mostSteps looks for the number from first on, of a thousand, that takes the most
// steps to come down to 1.
func mostSteps(first int) int {
	most := 0
	for start := first; start < first+1000; start++ {
		steps := 0
		for n := start; n != 1; steps++ {
			if n%2 == 0 {
				n /= 2
			} else {
				n = 3*n + 1
			}
		}
		if steps > most {
			most = steps
		}
	}
	return most
}

func worker(jobs <-chan int, results chan<- result) {
	for first := range jobs {
		results <- result{first, mostSteps(first)}
	}
}

func main() {
	jobs := make(chan int, 40)
	for block := 0; block < 40; block++ {
		jobs <- 1 + block*1000
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
		results[r.first] = r.steps
	}
	fmt.Println("up to 1000:", results[1], "steps at the most")
}
