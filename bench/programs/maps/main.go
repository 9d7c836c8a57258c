// A program that uses maps all the time and has no conflict. It prints a line for each workload: name, nanoseconds.
package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

func main() {
	words := makeWords()
	measure("count words", func() { countWords(words) })
	measure("integers", integers)
	measure("small maps", smallMaps)
	measure("graph", graph)
	measure("locked", locked)
	measure("read by all", readByAll)
}

func measure(name string, work func()) {
	start := time.Now()
	work()
	fmt.Printf("%s,%d\n", name, time.Since(start).Nanoseconds())
}

func makeWords() []string {
	var words []string
	for i := 0; i < 20000; i++ {
		words = append(words, fmt.Sprintf("w%d-%s", i%5000, strings.Repeat("x", i%7)))
	}
	return words
}

// countWords fills a map of strings, walks through it and sorts what it found.
func countWords(words []string) {
	for round := 0; round < 30; round++ {
		count := map[string]int{}
		for _, word := range words {
			count[word]++
		}
		keys := make([]string, 0, len(count))
		for key := range count {
			keys = append(keys, key)
		}
		sort.Strings(keys)
	}
}

// integers does little else than read and write one map.
func integers() {
	m := map[int]int{}
	for i := 0; i < 10_000_000; i++ {
		m[i&1023] += i
	}
}

var sink map[int]int

// smallMaps makes a map, uses it a few times and drops it.
func smallMaps() {
	sum := 0
	for i := 0; i < 1_000_000; i++ {
		m := make(map[int]int)
		sink = m
		m[i] = 1
		m[i+1] = 2
		sum += m[i] + m[i+1]
		delete(m, i)
	}
}

// graph walks a graph whose edges and marks are maps.
func graph() {
	const nodes = 50_000
	edges := make(map[int][]int, nodes)
	for i := 0; i < nodes; i++ {
		edges[i] = []int{(i*7 + 1) % nodes, (i*31 + 5) % nodes, (i + 1) % nodes}
	}
	for start := 0; start < 8; start++ {
		seen := make(map[int]bool)
		queue := []int{start}
		for len(queue) > 0 {
			node := queue[0]
			queue = queue[1:]
			if seen[node] {
				continue
			}
			seen[node] = true
			queue = append(queue, edges[node]...)
		}
	}
}

// locked is four goroutines that share a map under a mutex.
func locked() {
	var mu sync.Mutex
	m := map[string]int{}
	keys := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	together(4, func(int) {
		for i := 0; i < 1_000_000; i++ {
			mu.Lock()
			m[keys[i&7]]++
			mu.Unlock()
		}
	})
}

// readByAll is four goroutines that read one map which nobody changes any more.
func readByAll() {
	m := map[int]int{}
	for i := 0; i < 4096; i++ {
		m[i] = i * i
	}
	sums := make([]int, 4)
	together(4, func(g int) {
		sum := 0
		for i := 0; i < 5_000_000; i++ {
			sum += m[(i*17+g)&4095]
		}
		sums[g] = sum
	})
}

func together(n int, work func(g int)) {
	var wg sync.WaitGroup
	for g := 0; g < n; g++ {
		wg.Add(1)
		go func(g int) {
			defer wg.Done()
			work(g)
		}(g)
	}
	wg.Wait()
}
