// Every method of the inventory takes the mutex, the one that only reads as well.
package main

import (
	"fmt"
	"sync"
)

type Inventory struct {
	mu    sync.Mutex
	stock map[string]int
}

func NewInventory() *Inventory {
	return &Inventory{stock: make(map[string]int)}
}

// Receive books goods that came in.
func (inv *Inventory) Receive(item string, n int) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	inv.stock[item] += n
}

// Available says how many pieces can be sold.
func (inv *Inventory) Available(item string) int {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.stock[item]
}

func main() {
	items := []string{"bolt", "nut", "screw", "washer"}
	inv := NewInventory()
	var wg sync.WaitGroup

	wg.Add(1)
	go func() { // the loading bay
		defer wg.Done()
		for i := 0; i < 200; i++ {
			inv.Receive(items[i%len(items)], 10)
		}
	}()

	most := 0
	wg.Add(1)
	go func() { // the shop
		defer wg.Done()
		for i := 0; i < 200; i++ {
			if n := inv.Available(items[i%len(items)]); n > most {
				most = n
			}
		}
	}()

	wg.Wait()
	fmt.Println("most pieces seen:", most)
}
