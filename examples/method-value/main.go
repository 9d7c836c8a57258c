// The steps are method values, each started with go. That they all belong to the
// same report, and so write into the same map, is hidden in the receiver.
package main

import (
	"fmt"
	"strings"
	"sync"
)

var lines = strings.Split(strings.Repeat("a map is not a queue\nlock it or copy it\n", 20), "\n")

type Report struct {
	wg    sync.WaitGroup
	total map[string]int
}

func (r *Report) countWords() {
	defer r.wg.Done()
	for _, line := range lines {
		r.total["words"] += len(strings.Fields(line)) // site: A
	}
}

func (r *Report) countLetters() {
	defer r.wg.Done()
	for _, line := range lines {
		r.total["letters"] += len(line) - strings.Count(line, " ") // site: B
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
