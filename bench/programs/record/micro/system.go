package main

import (
	"runtime"
	"sync"

	"example.com/record/turns"
)

// addSystem adds what no map has a part in, but is recorded too.
func addSystem() {
	workloads["system/go statement"] = goStatement
	workloads["system/GC cycle"] = gcCycle
	workloads["system/no map"] = noMap
}

// goStatement starts goroutines that do nothing and end.
func goStatement(t *turns.Timer, n int) uint64 {
	var all sync.WaitGroup
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 100 {
		all.Add(100)
		for i := 0; i < 100; i++ {
			go all.Done()
		}
		all.Wait()
	}
	t.Stop(done)
	return uint64(done)
}

// gcCycle is collections of a heap of maps and of what they point to.
func gcCycle(t *turns.Timer, n int) uint64 {
	heap := map[int]map[int]*int{}
	for i := 0; i < 2000; i++ {
		heap[i] = map[int]*int{}
		for j := 0; j < 20; j++ {
			heap[i][j] = new(int)
		}
	}
	t.Settle()
	t.Start()
	for i := 0; i < n; i++ {
		runtime.GC()
	}
	t.Stop(n)
	return uint64(len(heap))
}

// noMap only computes. Nothing here concerns the recorder, so its ratio shows the noise of the measurement.
func noMap(t *turns.Timer, n int) uint64 {
	t.Settle()
	t.Start()
	state := uint64(1)
	for i := 0; i < n; i++ {
		state = state*6364136223846793005 + 1442695040888963407
		state ^= state >> 29
	}
	t.Stop(n)
	return state
}
