package main

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/record/turns"
)

// addShared adds maps that several goroutines use.
func addShared() {
	workloads["shared/2 locked int"] = func(t *turns.Timer, n int) uint64 { return locked(t, intKeys(1000), n) }
	workloads["shared/2 locked string"] = func(t *turns.Timer, n int) uint64 { return locked(t, stringKeys(1000), n) }
	workloads["shared/2 locked, work between"] = lockedSeldom
	workloads["shared/4 read, 1 writes, RWMutex"] = readersAndWriter
	workloads["shared/8 read only"] = readOnly
	workloads["shared/4 on 64 locked shards"] = shards
	workloads["shared/64 with 16 maps each"] = ownMaps
	workloads["shared/handed over a channel"] = handed
	workloads["shared/sync.Pool of maps"] = pooled
	workloads["shared/new goroutine each time"] = newGoroutines
}

// together runs so many goroutines, and gives the sum of what they give.
func together(goroutines int, work func(g int) uint64) uint64 {
	var all sync.WaitGroup
	var sum uint64
	all.Add(goroutines)
	for g := 0; g < goroutines; g++ {
		go func(g int) {
			defer all.Done()
			atomic.AddUint64(&sum, work(g))
		}(g)
	}
	all.Wait()
	return sum
}

// locked is two goroutines that read and change a map in turn, each time under its lock.
func locked[K comparable](t *turns.Timer, k keys[K], n int) uint64 {
	m := k.filled()
	var lock sync.Mutex
	t.Settle()
	t.Start()
	read := together(2, func(g int) (found uint64) {
		at := g * len(k.probes) / 2
		for i := 0; i < n/4; i++ {
			lock.Lock()
			if _, ok := m[k.probes[at]]; ok {
				found++
			}
			lock.Unlock()
			lock.Lock()
			m[k.in[at]] = 1
			lock.Unlock()
			if at++; at == len(k.probes) {
				at = 0
			}
		}
		return found
	})
	t.Stop(n)
	return read + uint64(len(m))
}

// lockedSeldom is the same with something to do between two accesses, so that the lock is mostly free.
func lockedSeldom(t *turns.Timer, n int) uint64 {
	k := stringKeys(1000)
	m := k.filled()
	var lock sync.Mutex
	t.Settle()
	t.Start()
	sum := together(2, func(g int) uint64 {
		state := uint64(g + 1)
		for i := 0; i < n/2; i++ {
			for j := 0; j < 200; j++ {
				state = state*6364136223846793005 + 1442695040888963407
			}
			key := k.probes[state>>33%uint64(len(k.probes))]
			lock.Lock()
			m[key]++
			lock.Unlock()
		}
		return state
	})
	t.Stop(n)
	return sum + sumOf(m)
}

// readersAndWriter is four goroutines that read under a lock for readers, and one that changes the map now and then.
func readersAndWriter(t *turns.Timer, n int) uint64 {
	k := stringKeys(1000)
	m := k.filled()
	var lock sync.RWMutex
	stop, stopped := make(chan struct{}), make(chan struct{})
	t.Settle()
	t.Start()
	go func() {
		defer close(stopped)
		now := time.NewTicker(200 * time.Microsecond)
		defer now.Stop()
		for i := 0; ; i = (i + 1) % len(k.in) {
			select {
			case <-stop:
				return
			case <-now.C:
				lock.Lock()
				m[k.in[i]] = i
				lock.Unlock()
			}
		}
	}()
	sum := together(4, func(g int) (sum uint64) {
		at := g * 200
		for i := 0; i < n/4; i++ {
			lock.RLock()
			sum += uint64(m[k.probes[at]])
			lock.RUnlock()
			if at++; at == len(k.probes) {
				at = 0
			}
		}
		return sum
	})
	close(stop)
	<-stopped
	t.Stop(n)
	return sum
}

// readOnly is eight goroutines that read a map which is never changed any more, each at a place of its own.
func readOnly(t *turns.Timer, n int) uint64 {
	k := intKeys(1000)
	m := k.filled()
	t.Settle()
	t.Start()
	sum := together(8, func(g int) (sum uint64) {
		at := g * 100
		for i := 0; i < n/8; i++ {
			sum += uint64(m[k.probes[at]])
			if at++; at == len(k.probes) {
				at = 0
			}
		}
		return sum
	})
	t.Stop(n)
	return sum
}

// shards is a cache as many programs have it: maps with a lock each, and goroutines that come to any of them.
func shards(t *turns.Timer, n int) uint64 {
	type shard struct {
		lock sync.Mutex
		m    map[string]int
		_    [40]byte // a cache line each
	}
	k := stringKeys(4096)
	all := make([]shard, 64)
	for i := range all {
		all[i].m = map[string]int{}
	}
	for i, key := range k.in {
		all[i&63].m[key] = i
	}
	t.Settle()
	t.Start()
	sum := together(4, func(g int) (sum uint64) {
		state := uint64(g + 1)
		for i := 0; i < n/4; i++ {
			state = state*6364136223846793005 + 1442695040888963407
			at := state >> 40 & 4095
			s := &all[at&63]
			s.lock.Lock()
			if i&3 == 3 {
				s.m[k.in[at]] = int(at)
			} else {
				sum += uint64(s.m[k.in[at]])
			}
			s.lock.Unlock()
		}
		return sum
	})
	t.Stop(n)
	return sum
}

// ownMaps is many goroutines, each with maps of its own.
func ownMaps(t *turns.Timer, n int) uint64 {
	k := intKeys(16)
	t.Settle()
	t.Start()
	sum := together(64, func(g int) (sum uint64) {
		maps := make([]map[int]int, 16)
		for i := range maps {
			maps[i] = k.filled()
		}
		for i := 0; i < n/128; i++ {
			m, key := maps[i&15], k.in[i>>4&15]
			sum += uint64(m[key])
			m[key] = g
		}
		return sum
	})
	t.Stop(n)
	return sum
}

// handed is a map that two goroutines give each other; the one that has it makes eight accesses. An operation is an
// access.
func handed(t *turns.Timer, n int) uint64 {
	k := stringKeys(64)
	m := k.filled()
	var ways [2]chan map[string]int
	ways[0], ways[1] = make(chan map[string]int, 1), make(chan map[string]int, 1)
	ways[0] <- m
	t.Settle()
	t.Start()
	sum := together(2, func(g int) (sum uint64) {
		for i := 0; i < n/16; i++ {
			m := <-ways[g]
			for j := 0; j < 4; j++ {
				key := k.in[(i+j)&63]
				sum += uint64(m[key])
				m[key] = j
			}
			ways[1-g] <- m
		}
		return sum
	})
	t.Stop(n)
	return sum
}

// pooled is eight goroutines that take a map from a pool, use it and give it back. An operation is one such use.
func pooled(t *turns.Timer, n int) uint64 {
	k := stringKeys(64)
	pool := sync.Pool{New: func() interface{} { return make(map[string]int, 8) }}
	t.Settle()
	t.Start()
	sum := together(8, func(g int) (sum uint64) {
		for i := 0; i < n/8; i++ {
			m := pool.Get().(map[string]int)
			five := k.in[i&31 : i&31+5]
			for j, key := range five {
				m[key] = j
			}
			for _, key := range five {
				sum += uint64(m[key])
			}
			for key := range m {
				delete(m, key)
			}
			pool.Put(m)
		}
		return sum
	})
	t.Stop(n)
	return sum
}

// newGoroutines is a server's way: a new goroutine for each request, which makes a map of its own and uses a common one
// under its lock. An operation is one request.
func newGoroutines(t *turns.Timer, n int) uint64 {
	k := stringKeys(1000)
	common := k.filled()
	var lock sync.RWMutex
	t.Settle()
	t.Start()
	var sum uint64
	for done := 0; done < n; done += 100 {
		sum += together(100, func(g int) (sum uint64) {
			own := make(map[string]int)
			for j, key := range k.in[g : g+5] {
				own[key] = j
			}
			lock.RLock()
			sum += uint64(common[k.probes[g]])
			lock.RUnlock()
			if g%10 == 0 {
				lock.Lock()
				common[k.in[g]] = g
				lock.Unlock()
			}
			for key := range own {
				sum += uint64(own[key])
			}
			return sum
		})
	}
	t.Stop(n)
	return sum
}
