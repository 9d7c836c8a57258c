// Jobs go to the workers through a channel, as they should. The results go
// straight into one map.
package main

import (
	"fmt"
	"sync"
)

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

func worker(jobs <-chan int, results map[int]int) {
	for first := range jobs {
		results[first] = mostSteps(first) // site: A
	}
}

func main() {
	jobs := make(chan int, 40)
	for block := 0; block < 40; block++ {
		jobs <- 1 + block*1000
	}
	close(jobs)

	results := make(map[int]int)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			worker(jobs, results)
		}()
	}
	wg.Wait()
	fmt.Println("up to 1000:", results[1], "steps at the most")
}
