// The goroutine sends its answers through a channel. The map belongs to search,
// and after the time is up nobody puts anything into it.
package main

import (
	"fmt"
	"time"
)

const firstYear, lastYear = 1984, 2023

type answer struct {
	year  int
	pages string
}

func ask(year int) string {
	time.Sleep(500 * time.Microsecond) // the archive is slow
	return fmt.Sprintf("%d pages", year%90)
}

func search(limit time.Duration) map[int]string {
	answers := make(chan answer, lastYear-firstYear+1) // room for all: a late answer blocks nobody
	go func() {
		defer close(answers)
		for year := firstYear; year <= lastYear; year++ {
			answers <- answer{year, ask(year)}
		}
	}()
	found := make(map[int]string)
	timeout := time.After(limit)
	for {
		select {
		case a, ok := <-answers:
			if !ok {
				return found
			}
			found[a.year] = a.pages
		case <-timeout:
			return found
		}
	}
}

func main() {
	found := search(2 * time.Millisecond)
	missing := 0
	for year := firstYear; year <= lastYear; year++ {
		if _, ok := found[year]; !ok {
			missing++
		}
	}
	fmt.Println(missing, "years gave no answer in time")
}
