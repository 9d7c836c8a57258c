// Command many-goroutines starts as many goroutines as its argument says, of a few kinds, and then dies of a map that two
// of them write: bench/reading.bench.ts reads the dump.
package main

import (
	"os"
	"strconv"
	"sync"
)

type session struct {
	id    int
	inbox chan string
}

//go:noinline
func (s *session) receive() string { return <-s.inbox }

//go:noinline
func (s *session) serve() {
	for {
		s.receive()
	}
}

//go:noinline
func watch(s *session, done chan struct{}) {
	select {
	case <-done:
	case <-s.inbox:
	}
}

var mutex sync.Mutex

//go:noinline
func update(s *session) {
	mutex.Lock()
	defer mutex.Unlock()
	s.id++
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	mutex.Lock()
	done := make(chan struct{})
	for i := 0; i < count; i++ {
		s := &session{id: i, inbox: make(chan string)}
		switch i % 10 {
		case 0, 1:
			go watch(s, done)
		case 2:
			go update(s)
		default:
			go s.serve()
		}
	}
	sessions := map[int]int{}
	for g := 0; g < 2; g++ {
		go func() {
			for n := 0; ; n++ {
				sessions[n%100] = n
			}
		}()
	}
	select {}
}
