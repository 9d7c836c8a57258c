// What was sent belongs to the receiver: the sender begins a new map.
package main

import "fmt"

const batchSize = 10

func count(words []string, batches chan<- map[string]int) {
	defer close(batches)
	batch := make(map[string]int)
	for i, word := range words {
		batch[word]++
		if (i+1)%batchSize == 0 {
			batches <- batch
			batch = make(map[string]int)
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
		for _, n := range batch {
			sum += n
		}
	}
	fmt.Println("counted", sum, "words")
}
