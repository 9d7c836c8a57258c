// A token is forgotten after a while. Everything takes the lock but the timer's
// function: it stands inside Issue and looks as if it ran there.
package main

import (
	"fmt"
	"sync"
	"time"
)

const lifetime = 2 * time.Millisecond

type Tokens struct {
	mu    sync.Mutex
	valid map[string]bool
}

func (t *Tokens) Issue(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.valid[token] = true // site: A
	time.AfterFunc(lifetime, func() {
		delete(t.valid, token) // site: B
	})
}

func (t *Tokens) Valid(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.valid[token] // site: C
}

func main() {
	tokens := &Tokens{valid: make(map[string]bool)}
	clock := time.NewTicker(time.Millisecond)
	defer clock.Stop()
	accepted := 0
	for i := 0; i < 15; i++ {
		<-clock.C
		tokens.Issue(fmt.Sprintf("token-%d", i))
		for j := 0; j <= i; j++ {
			if tokens.Valid(fmt.Sprintf("token-%d", j)) {
				accepted++
			}
		}
	}
	fmt.Println("accepted", accepted, "times")
}
