// Points by game and player, a map of maps. The lock is held while the inner map
// is found or made, and no longer when the points are put into it.
package main

import (
	"fmt"
	"sync"
)

type Points struct {
	mu     sync.Mutex
	byGame map[string]map[string]int
}

func (p *Points) game(name string) map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	players, ok := p.byGame[name]
	if !ok {
		players = make(map[string]int)
		p.byGame[name] = players
	}
	return players
}

func (p *Points) Add(game, player string, n int) {
	p.game(game)[player] += n // site: A
}

func main() {
	points := &Points{byGame: make(map[string]map[string]int)}
	var wg sync.WaitGroup
	for _, player := range []string{"ann", "bob", "cleo"} {
		wg.Add(1)
		go func(player string) {
			defer wg.Done()
			for round := 0; round < 50; round++ {
				points.Add("chess", player, round%3)
			}
		}(player)
	}
	wg.Wait()
	fmt.Println(points.game("chess"))
}
