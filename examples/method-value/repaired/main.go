// The steps are method values. What they count goes into the report through add,
// which takes the lock.
package main

import (
	"fmt"
	"strings"
	"sync"
)

var lines = strings.Split(strings.Repeat("a map is not a queue\nlock it or copy it\n", 20), "\n")

type Report struct {
	wg    sync.WaitGroup
	mu    sync.Mutex
	total map[string]int
}

func (r *Report) add(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total[name] += n
}

func (r *Report) countWords() {
	defer r.wg.Done()
	for _, line := range lines {
		r.add("words", len(strings.Fields(line)))
	}
}

func (r *Report) countLetters() {
	defer r.wg.Done()
	for _, line := range lines {
		r.add("letters", len(line)-strings.Count(line, " "))
	}
}

func main() {
	report := &Report{total: make(map[string]int)}
	steps := []func(){report.countWords, report.countLetters}
	report.wg.Add(len(steps))
	for _, step := range steps {
		go step()
	}
	report.wg.Wait()
	fmt.Println(report.total["words"], "words,", report.total["letters"], "letters")
}
