package main

import (
	"runtime"
	"sync/atomic"
)

func init() {
	workloads["atomics/counter, plain"] = func(n int) uint64 { return plainCounter(n, 1) }
	workloads["atomics/counter, typed"] = func(n int) uint64 { return typedCounter(n, 1) }
	workloads["atomics/counter of 4, plain"] = func(n int) uint64 { return plainCounter(n, 4) }
	workloads["atomics/counter of 4, typed"] = func(n int) uint64 { return typedCounter(n, 4) }
	workloads["atomics/pointer, read mostly"] = readMostly
	workloads["atomics/compare-and-swap stack"] = stack
	workloads["atomics/spinning lock"] = spinning
}

type shared struct {
	plain uint64
	_     [120]byte
	typed atomic.Uint64
	_     [120]byte
}

// plainCounter adds, and looks at the sum now and then; with a little work between.
func plainCounter(n, goroutines int) uint64 {
	s := new(shared)
	return s.plain + together(goroutines, func(g int) (sum uint64) {
		for i := 0; i < n/goroutines; i++ {
			sum += mix(uint64(i))
			atomic.AddUint64(&s.plain, 1)
			if i&7 == 0 && atomic.LoadUint64(&s.plain) == 0 {
				sum = 0
			}
		}
		return sum
	})
}

func typedCounter(n, goroutines int) uint64 {
	s := new(shared)
	return together(goroutines, func(g int) (sum uint64) {
		for i := 0; i < n/goroutines; i++ {
			sum += mix(uint64(i))
			s.typed.Add(1)
			if i&7 == 0 && s.typed.Load() == 0 {
				sum = 0
			}
		}
		return sum
	})
}

type settings struct {
	values map[int]uint64
}

// readMostly replaces a value of which three goroutines read all the time.
func readMostly(n int) uint64 {
	var now atomic.Value
	now.Store(&settings{map[int]uint64{1: 1, 2: 2}})
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/4; i++ {
			if g == 0 && i%1000 == 0 {
				now.Store(&settings{map[int]uint64{1: 1, 2: uint64(i)}})
			}
			sum += mix(now.Load().(*settings).values[1] + uint64(i))
		}
		return sum
	})
}

type node struct {
	next  *node
	value uint64
}

// stack is one whose top four goroutines exchange.
func stack(n int) uint64 {
	var top atomic.Pointer[node]
	push := func(one *node) {
		for {
			one.next = top.Load()
			if top.CompareAndSwap(one.next, one) {
				return
			}
		}
	}
	pop := func() *node {
		for {
			one := top.Load()
			if one == nil || top.CompareAndSwap(one, one.next) {
				return one
			}
		}
	}
	sum := together(4, func(g int) (sum uint64) {
		for i := 0; i < n/8; i++ {
			push(&node{value: mix(uint64(g*n + i))})
			if i&1 == 1 {
				if one := pop(); one != nil {
					sum += one.value
				}
			}
		}
		return sum
	})
	for one := pop(); one != nil; one = pop() {
		sum += one.value
	}
	return sum
}

// spinning is a lock made of one word.
func spinning(n int) uint64 {
	var word uint32
	m := map[int]uint64{}
	together(2, func(g int) uint64 {
		for i := 0; i < n/2; i++ {
			for !atomic.CompareAndSwapUint32(&word, 0, 1) {
				runtime.Gosched()
			}
			m[i&63]++
			atomic.StoreUint32(&word, 0)
		}
		return 0
	})
	sum := uint64(0)
	for k, v := range m {
		sum += uint64(k) * v
	}
	return sum
}
