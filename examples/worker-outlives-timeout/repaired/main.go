// The goroutine sends its answers through a channel. The map belongs to search,
// and after the time is up nobody puts anything into it.
package main

import (
	"fmt"
	"time"
)

var archives = []string{"2012", "2013", "2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023"}

type answer struct {
	archive string
	n       int
}

func ask(archive string) int {
	time.Sleep(500 * time.Microsecond) // archives are slow
	return len(archive)
}

func search(limit time.Duration) map[string]int {
	answers := make(chan answer, len(archives)) // room for all: a late answer blocks nobody
	go func() {
		defer close(answers)
		for _, archive := range archives {
			answers <- answer{archive, ask(archive)}
		}
	}()
	found := make(map[string]int)
	timeout := time.After(limit)
	for {
		select {
		case a, ok := <-answers:
			if !ok {
				return found
			}
			found[a.archive] = a.n
		case <-timeout:
			return found
		}
	}
}

func main() {
	found := search(2 * time.Millisecond)
	for _, archive := range archives {
		if n, ok := found[archive]; ok {
			fmt.Println(archive, n)
		} else {
			fmt.Println(archive, "gave no answer in time")
		}
	}
}
