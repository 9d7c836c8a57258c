// A cart has a lock of its own, next to the map that it guards.
package main

import (
	"fmt"
	"sync"
)

type Cart struct {
	mu    sync.Mutex
	items map[string]int
}

var carts sync.Map // user name to *Cart

func add(user, item string) {
	v, _ := carts.LoadOrStore(user, &Cart{items: make(map[string]int)})
	cart := v.(*Cart)
	cart.mu.Lock()
	defer cart.mu.Unlock()
	cart.items[item]++
}

func main() {
	items := []string{"apple", "bread", "cheese", "milk"}
	var wg sync.WaitGroup
	for tab := 0; tab < 3; tab++ { // ann has three browser tabs open
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 40; i++ {
				add("ann", items[i%len(items)])
			}
		}()
	}
	wg.Wait()
	v, _ := carts.Load("ann")
	fmt.Println("apples:", v.(*Cart).items["apple"])
}
