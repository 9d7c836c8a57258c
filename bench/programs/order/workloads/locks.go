package main

import "sync"

func init() {
	workloads["locks/Mutex and map, alone"] = func(n int) uint64 { return lockedMap(n, 1) }
	workloads["locks/Mutex and map of 4"] = func(n int) uint64 { return lockedMap(n, 4) }
	workloads["locks/64 shards of 4"] = shards
	workloads["locks/RWMutex and map of 4"] = readers
	workloads["locks/sync.Map"] = syncMap
	workloads["locks/Pool and Once"] = pool
	workloads["locks/Cond queue"] = queue
}

// lockedMap reads and changes a map, each time under its lock.
func lockedMap(n, goroutines int) uint64 {
	var mu sync.Mutex
	m := map[int]uint64{}
	for i := 0; i < 1000; i++ {
		m[i] = 0
	}
	return together(goroutines, func(g int) (sum uint64) {
		for i := 0; i < n/goroutines; i++ {
			key := int(mix(uint64(i)) % 1000)
			mu.Lock()
			if i&3 == 0 {
				m[key]++
			} else if _, ok := m[key]; ok {
				sum++
			}
			mu.Unlock()
		}
		return sum
	})
}

type shard struct {
	mu sync.Mutex
	m  map[uint64]uint64
	_  [48]byte
}

func shards(n int) uint64 {
	all := make([]shard, 64)
	for i := range all {
		all[i].m = map[uint64]uint64{}
	}
	together(4, func(g int) uint64 {
		for i := 0; i < n/4; i++ {
			key := mix(uint64(i)) % 4096
			s := &all[key%64]
			s.mu.Lock()
			s.m[key]++
			s.mu.Unlock()
		}
		return 0
	})
	sum := uint64(0)
	for i := range all {
		for k, v := range all[i].m {
			sum += k * v
		}
	}
	return sum
}

// readers reads 19 times of 20.
func readers(n int) uint64 {
	var mu sync.RWMutex
	m := map[int]uint64{}
	for i := 0; i < 1000; i++ {
		m[i] = 1
	}
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/4; i++ {
			key := int(mix(uint64(i)) % 1000)
			if i%20 == 0 {
				mu.Lock()
				m[key] = 1
				mu.Unlock()
				continue
			}
			mu.RLock()
			sum += m[key]
			mu.RUnlock()
		}
		return sum
	})
}

func syncMap(n int) uint64 {
	var m sync.Map
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/4; i++ {
			key := int(mix(uint64(i)) % 1000)
			if i%10 == 0 {
				m.Store(key, g)
			} else if _, ok := m.Load(key); ok {
				sum |= 1
			}
		}
		return sum
	})
}

// pool borrows maps, and asks each time whether all is prepared.
func pool(n int) uint64 {
	var once sync.Once
	maps := sync.Pool{New: func() any { return map[int]uint64{} }}
	prepared := uint64(0)
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/4; i++ {
			once.Do(func() { prepared = 7 })
			m := maps.Get().(map[int]uint64)
			m[1] = uint64(i)
			sum += m[1] + prepared
			maps.Put(m)
		}
		return sum
	})
}

// queue is one that two goroutines fill and two empty.
func queue(n int) uint64 {
	var mu sync.Mutex
	var waiting []uint64
	changed := sync.NewCond(&mu)
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/4; i++ {
			mu.Lock()
			if g < 2 {
				for len(waiting) == 64 {
					changed.Wait()
				}
				waiting = append(waiting, mix(uint64(g*n+i)))
			} else {
				for len(waiting) == 0 {
					changed.Wait()
				}
				sum += waiting[0]
				waiting = append(waiting[:0], waiting[1:]...)
			}
			changed.Broadcast()
			mu.Unlock()
		}
		return sum
	})
}
