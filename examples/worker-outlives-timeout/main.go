// The search has two milliseconds, then we take what there is. The goroutine
// does not know that its time is up: it goes on putting answers into the map.
package main

import (
	"fmt"
	"time"
)

const firstYear, lastYear = 1984, 2023

func ask(year int) string {
	time.Sleep(500 * time.Microsecond) // the archive is slow
	return fmt.Sprintf("%d pages", year%90)
}

func search(limit time.Duration) map[int]string {
	found := make(map[int]string)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for year := firstYear; year <= lastYear; year++ {
			pages := ask(year)
			found[year] = pages // site: A
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
	missing := 0
	for year := firstYear; year <= lastYear; year++ {
		if _, ok := found[year]; !ok { // site: B
			missing++
		}
	}
	fmt.Println(missing, "years gave no answer in time")
}
