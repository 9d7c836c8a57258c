// Command workloads measures what goroutines pay for what orders them. A command is about how many operations to do and
// the name of a workload. `workloads list` prints the names.
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/record/turns"
)

// workload does about n operations, and gives a sum that depends on nothing but n.
type workload func(n int) uint64

// workloads have names of two parts: what they use most, and how.
var workloads = map[string]workload{}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "list" {
		list()
		return
	}
	turns.Serve(func(t *turns.Timer, words []string) (uint64, error) {
		if len(words) < 2 {
			return 0, fmt.Errorf("not a number of operations and a workload: %q", words)
		}
		n, err := strconv.Atoi(words[0])
		if err != nil {
			return 0, err
		}
		work := workloads[strings.Join(words[1:], " ")]
		if work == nil {
			return 0, fmt.Errorf("no such workload: %q", words[1:])
		}
		t.Settle()
		t.Start()
		sum := work(n)
		t.Stop(n)
		return sum, nil
	})
}

func list() {
	var names []string
	for name := range workloads {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Println(name)
	}
}

// together runs so many goroutines, and gives the sum of what they give.
func together(goroutines int, work func(g int) uint64) uint64 {
	var all sync.WaitGroup
	var sum uint64
	all.Add(goroutines)
	for g := 0; g < goroutines; g++ {
		go func(g int) {
			defer all.Done()
			atomic.AddUint64(&sum, work(g))
		}(g)
	}
	all.Wait()
	return sum
}

// mix is some work that no compiler leaves out.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}
