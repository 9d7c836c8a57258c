// All hands out a copy, made while the lock is held.
package main

import (
	"fmt"
	"sync"
)

type Registry struct {
	mu       sync.Mutex
	services map[string]string
}

func (r *Registry) Register(name, address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.services[name] = address
}

func (r *Registry) All() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[string]string, len(r.services))
	for name, address := range r.services {
		all[name] = address
	}
	return all
}

// without counts the services that gave no address.
func without(registry *Registry) int {
	n := 0
	for _, address := range registry.All() {
		if address == "" {
			n++
		}
	}
	return n
}

func main() {
	registry := &Registry{services: make(map[string]string)}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 100; i++ {
			registry.Register(fmt.Sprintf("service-%d", i), fmt.Sprintf("10.0.0.%d", i))
		}
	}()
	missing := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			missing = without(registry)
		}
	}()
	wg.Wait()
	fmt.Println(missing, "services without an address")
}
