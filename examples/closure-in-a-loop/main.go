// The loop was made parallel by putting "go func" around its body. The map that
// the body fills is still the one outside the loop.
package main

import (
	"fmt"
	"strings"
	"sync"
)

var chapters = map[string]string{
	"one":   "It was a bright cold day in April and the clocks were striking",
	"two":   "Call me what you like as long as you call",
	"three": "All happy programs are alike",
	"four":  "It was the best of times it was the worst of times",
	"five":  "Many years later he was to remember that distant afternoon",
	"six":   "Somewhere in a village whose name I do not care to remember",
	"seven": "The sky above the port was the color of television",
	"eight": "In the beginning there was one goroutine",
}

func main() {
	words := make(map[string]int)
	var wg sync.WaitGroup
	for name, text := range chapters {
		wg.Add(1)
		go func(name, text string) {
			defer wg.Done()
			words[name] = len(strings.Fields(text)) // site: A
		}(name, text)
	}
	wg.Wait()

	total := 0
	for _, n := range words {
		total += n
	}
	fmt.Println(total, "words in", len(words), "chapters")
}
