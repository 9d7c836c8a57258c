// The lock is held until the points are in the inner map.
package main

import (
	"fmt"
	"sync"
)

type Points struct {
	mu     sync.Mutex
	byGame map[string]map[string]int
}

func (p *Points) Add(game, player string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	players, ok := p.byGame[game]
	if !ok {
		players = make(map[string]int)
		p.byGame[game] = players
	}
	players[player] += n
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
	fmt.Println(points.byGame["chess"])
}
