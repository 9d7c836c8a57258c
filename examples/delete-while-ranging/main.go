// Deleting from a map while ranging over it is allowed in Go, the book says. It
// means within one goroutine. Here one goroutine ends sessions while another
// adds up their traffic.
package main

import (
	"fmt"
	"sync"
)

type Session struct {
	User  string
	Bytes int
}

func traffic(sessions map[int]Session) int {
	total := 0
	for _, s := range sessions { // site: A
		total += s.Bytes
	}
	return total
}

func logout(sessions map[int]Session, ids []int) {
	for _, id := range ids {
		delete(sessions, id) // site: B
	}
}

func main() {
	sessions := make(map[int]Session)
	var ended []int
	for id := 0; id < 200; id++ {
		sessions[id] = Session{User: fmt.Sprintf("user%d", id), Bytes: id * 10}
		if id%2 == 0 {
			ended = append(ended, id)
		}
	}

	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		logout(sessions, ended)
	}()
	total := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 10; i++ {
			total = traffic(sessions)
		}
	}()
	wg.Wait()
	fmt.Println(len(sessions), "sessions left,", total, "bytes at the last look")
}
