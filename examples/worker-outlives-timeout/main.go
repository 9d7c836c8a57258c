// The search has two milliseconds, then we take what there is. The goroutine
// does not know that its time is up: it goes on putting answers into the map.
package main

import (
	"fmt"
	"time"
)

var archives = []string{"2012", "2013", "2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023"}

func ask(archive string) int {
	time.Sleep(500 * time.Microsecond) // archives are slow
	return len(archive)
}

func search(limit time.Duration) map[string]int {
	found := make(map[string]int)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, archive := range archives {
			n := ask(archive)
			found[archive] = n // site: A
		}
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
	return found
}

func main() {
	found := search(2 * time.Millisecond)
	for _, archive := range archives {
		if n, ok := found[archive]; ok { // site: B
			fmt.Println(archive, n)
		} else {
			fmt.Println(archive, "gave no answer in time")
		}
	}
}
