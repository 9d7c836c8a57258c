// The shopping carts are in a sync.Map, which may be used by all goroutines. The
// cart that comes out of it is a plain map, which may not.
package main

import (
	"fmt"
	"sync"
)

var carts sync.Map // user name to map[string]int

func add(user, item string) {
	v, _ := carts.LoadOrStore(user, make(map[string]int))
	cart := v.(map[string]int)
	cart[item]++ // site: A
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
	fmt.Println("apples:", v.(map[string]int)["apple"])
}
