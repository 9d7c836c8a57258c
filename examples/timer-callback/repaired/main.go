// The function of the timer runs on a goroutine of its own, so it takes the lock
// itself.
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
	t.valid[token] = true
	time.AfterFunc(lifetime, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.valid, token)
	})
}

func (t *Tokens) Valid(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.valid[token]
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
