// Jobs go to the workers through a channel, as they should. The results go
// straight into one map.
package main

import (
	"fmt"
	"sync"
)

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

func worker(jobs <-chan int, results map[int]int) {
	for n := range jobs {
		results[n] = steps(n) // site: A
	}
}

func main() {
	jobs := make(chan int, 100)
	for n := 1; n <= 100; n++ {
		jobs <- n
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
	fmt.Println("27 takes", results[27], "steps")
}
