// A hub sends each message to all that have subscribed. In the tests everybody
// subscribed before the first message.
package main

import (
	"fmt"
	"sync"
)

type Hub struct {
	inboxes map[string]chan string
}

func (h *Hub) Subscribe(name string) {
	h.inboxes[name] = make(chan string, 1) // site: A
}

// Broadcast says how many took the message; who has not read the last one yet
// does not get this one.
func (h *Hub) Broadcast(message string) int {
	taken := 0
	for _, inbox := range h.inboxes { // site: B
		select {
		case inbox <- message:
			taken++
		default:
		}
	}
	return taken
}

func main() {
	hub := &Hub{inboxes: make(map[string]chan string)}
	hub.Subscribe("the first")
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 60; i++ {
			hub.Subscribe(fmt.Sprintf("listener %d", i))
		}
	}()
	taken := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			taken += hub.Broadcast(fmt.Sprintf("message %d", i))
		}
	}()
	wg.Wait()
	fmt.Println(taken, "messages taken")
}
