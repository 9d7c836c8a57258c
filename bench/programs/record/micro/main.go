// Command micro measures what single map operations cost. A command is about how many operations
// to do and the name of a workload. `micro list` prints the names.
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	"example.com/record/turns"
)

// workload does about n operations and gives a sum that depends on nothing but n.
type workload func(t *turns.Timer, n int) uint64

var workloads = map[string]workload{}

func main() {
	addAlone("int", intKeys)
	addAlone("string", stringKeys)
	addPatterns()
	addShared()
	addSystem()
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
		return work(t, n), nil
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
