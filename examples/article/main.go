// One goroutine fills a map while another reads it. They were started together
// and nothing keeps them apart.
package main

import "sync"

func main() {
	m := make(map[int]int)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 1000; i++ {
			m[i] = i * 2 // site: A
		}
	}()
	go func() {
		defer wg.Done()
		for i := 0; i < 1000; i++ {
			_ = m[i] // site: B
		}
	}()
	wg.Wait()
}
