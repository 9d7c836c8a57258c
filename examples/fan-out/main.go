// One function for each shop, started through the usual group helper, which
// waits and keeps the first error. It does not look after what the functions
// share.
package main

import (
	"fmt"
	"sync"
)

type Group struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

func (g *Group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err })
		}
	}()
}

func (g *Group) Wait() error {
	g.wg.Wait()
	return g.err
}

func ask(shop string) (cents int, err error) {
	for _, letter := range shop {
		cents = (cents*31 + int(letter)) % 10000
	}
	return cents, nil
}

func prices(shops []string) (map[string]int, error) {
	var g Group
	price := make(map[string]int)
	for _, shop := range shops {
		shop := shop
		g.Go(func() error {
			cents, err := ask(shop)
			if err != nil {
				return err
			}
			price[shop] = cents // site: A
			return nil
		})
	}
	err := g.Wait()
	return price, err
}

func main() {
	price, err := prices([]string{"north", "south", "east", "west", "harbour", "station", "castle", "market"})
	fmt.Println(len(price), "prices, error:", err)
}
