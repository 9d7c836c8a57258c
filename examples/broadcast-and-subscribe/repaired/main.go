// One may subscribe at any time: both methods of the hub lock.
package main

import (
	"fmt"
	"sync"
)

type Hub struct {
	mu      sync.Mutex
	inboxes map[string]chan string
}

func (h *Hub) Subscribe(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inboxes[name] = make(chan string, 1)
}

// Broadcast says how many took the message; who has not read the last one yet
// does not get this one.
func (h *Hub) Broadcast(message string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	taken := 0
	for _, inbox := range h.inboxes {
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
