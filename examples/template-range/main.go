// The score board is a template that ranges over the scores. The range stands
// in a text, so nobody who looks for loops over this map will find it.
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
	Scores map[string]int
}

func (b *Board) Score(player string, points int) {
	b.Scores[player] += points // site: A
}

func (b *Board) Render() (string, error) {
	var text strings.Builder
	err := page.Execute(&text, b) // site: B
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
