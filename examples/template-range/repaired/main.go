// Render holds the lock while the template is executed.
package main

import (
	"fmt"
	"strings"
	"sync"
	"text/template"
)

var page = template.Must(template.New("board").Parse(
	`{{range $player, $points := .Scores}}{{$player}}: {{$points}}
{{end}}`))

type Board struct {
	mu     sync.Mutex
	Scores map[string]int
}

func (b *Board) Score(player string, points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Scores[player] += points
}

func (b *Board) Render() (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var text strings.Builder
	err := page.Execute(&text, b)
	return text.String(), err
}

func main() {
	players := []string{"ann", "bob", "cleo", "dan", "eve"}
	board := &Board{Scores: make(map[string]int)}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			board.Score(players[i%len(players)], 1+i%3)
		}
	}()
	var text string
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			var err error
			if text, err = board.Render(); err != nil {
				text = err.Error()
			}
		}
	}()
	wg.Wait()
	fmt.Print(text)
}
