package main

import (
	"context"
	"sync"
	"time"
)

func init() {
	workloads["goroutines/started and waited for"] = batches
	workloads["goroutines/tree"] = func(n int) uint64 { return tree(n) }
	workloads["goroutines/request"] = requests
}

// batches starts a hundred goroutines at a time, each with a little work.
func batches(n int) uint64 {
	sum := uint64(0)
	for i := 0; i < n; i += 100 {
		sum += together(100, func(g int) uint64 {
			v := uint64(i + g)
			for j := 0; j < 50; j++ {
				v = mix(v)
			}
			return v
		})
	}
	return sum
}

// tree halves the work until little is left of it.
func tree(n int) uint64 {
	if n < 8 {
		v := uint64(n)
		for i := 0; i < 400; i++ {
			v = mix(v)
		}
		return v
	}
	left := make(chan uint64, 1)
	go func() { left <- tree(n / 2) }()
	right := tree(n - n/2)
	return right + <-left
}

// requests is what a service does for each of its requests: a deadline, two helpers, an answer in a map.
func requests(n int) uint64 {
	const each = 20
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/each/4; i++ {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			var mu sync.Mutex
			var wait sync.WaitGroup
			answer := map[int]uint64{}
			for helper := 0; helper < 2; helper++ {
				wait.Add(1)
				go func(helper int) {
					defer wait.Done()
					v := uint64(helper)
					for j := 0; j < 200; j++ {
						v = mix(v)
					}
					if ctx.Err() == nil {
						mu.Lock()
						answer[helper] = v
						mu.Unlock()
					}
				}(helper)
			}
			wait.Wait()
			cancel()
			sum += answer[0] + answer[1]
		}
		return sum
	})
}
