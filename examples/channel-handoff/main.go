// Share by communicating: batches of counts go through a channel. But a channel
// hands over a reference, and the sender goes on filling the map that it sent.
package main

import "fmt"

const batchSize = 10

func count(words []string, batches chan<- map[string]int) {
	defer close(batches)
	batch := make(map[string]int)
	for i, word := range words {
		batch[word]++ // site: A
		if (i+1)%batchSize == 0 {
			batches <- batch
		}
	}
}

func main() {
	var words []string
	for i := 0; i < 300; i++ {
		words = append(words, fmt.Sprintf("word%d", i%25))
	}
	batches := make(chan map[string]int, 1)
	go count(words, batches)

	sum := 0
	for batch := range batches {
		for _, n := range batch { // site: B
			sum += n
		}
	}
	fmt.Println("counted", sum, "words")
}
