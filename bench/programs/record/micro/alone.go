package main

import (
	"strconv"

	"example.com/record/turns"
)

// Maps of fewer elements than this are cleared and emptied many at a time, so that reading the clock does not count.
const batchElements = 2048

// sinks keeps maps off the goroutine's own stack.
var sinks [4]interface{}

// addAlone adds the workloads of one goroutine on maps of one type of key.
func addAlone[K comparable](name string, makeKeys func(size int) keys[K]) {
	for _, size := range []int{8, 1000, 100000} {
		size := size
		var made keys[K]
		add := func(what string, work func(t *turns.Timer, k *keys[K], n int) uint64) {
			workloads[name+"/"+strconv.Itoa(size)+"/"+what] = func(t *turns.Timer, n int) uint64 {
				if made.in == nil {
					made = makeKeys(size)
				}
				return work(t, &made, n)
			}
		}
		add("read", read[K])
		add("miss", miss[K])
		add("overwrite", overwrite[K])
		add("grow", grow[K])
		add("delete", deleteAll[K])
		add("delete+insert", deleteInsert[K])
		add("iterate", iterate[K])
		add("clear", clearAll[K])
	}
}

func read[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += len(k.probes) {
		for _, key := range k.probes {
			sum += uint64(m[key])
		}
	}
	t.Stop(done)
	return sum
}

func miss[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += len(k.out) {
		for _, key := range k.out {
			if _, ok := m[key]; ok {
				sum++
			}
		}
	}
	t.Stop(done)
	return sum
}

func overwrite[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += len(k.probes) {
		for _, key := range k.probes {
			m[key] = done
		}
	}
	t.Stop(done)
	return sumOf(m)
}

// grow fills new maps from nothing.
func grow[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += len(k.in) {
		m := map[K]int{}
		sinks[0] = m
		for i, key := range k.in {
			m[key] = i
		}
		sum += uint64(len(m))
	}
	t.Stop(done)
	return sum
}

// deleteAll empties maps key by key. Filling them does not count.
func deleteAll[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	maps := batch(k)
	t.Settle()
	for done := 0; done < n; done += len(maps) * len(k.in) {
		t.Start()
		for _, m := range maps {
			for _, key := range k.probes {
				delete(m, key)
			}
		}
		t.Stop(len(maps) * len(k.in))
		for _, m := range maps {
			sum += uint64(len(m)) + 1
			for i, key := range k.in {
				m[key] = i
			}
		}
	}
	return sum
}

// deleteInsert deletes an element and puts it back, all in turn. Each counts as one operation.
func deleteInsert[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 2 * len(k.probes) {
		for _, key := range k.probes {
			delete(m, key)
			m[key] = done
		}
	}
	t.Stop(done)
	return sumOf(m)
}

func iterate[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += len(k.in) {
		for _, value := range m {
			sum += uint64(value)
		}
	}
	t.Stop(done)
	return sum
}

// clearAll clears maps; an operation is the clearing of one. Filling them does not count.
func clearAll[K comparable](t *turns.Timer, k *keys[K], n int) (sum uint64) {
	maps := batch(k)
	t.Settle()
	for done := 0; done < n; done += len(maps) {
		t.Start()
		for _, m := range maps {
			for key := range m { // the compiler makes one clear of it
				delete(m, key)
			}
		}
		t.Stop(len(maps))
		for _, m := range maps {
			sum += uint64(len(m)) + 1
			for i, key := range k.in {
				m[key] = i
			}
		}
	}
	return sum
}

// batch makes so many maps that emptying them takes long enough to be timed.
func batch[K comparable](k *keys[K]) []map[K]int {
	maps := make([]map[K]int, 1+batchElements/len(k.in))
	for i := range maps {
		maps[i] = k.filled()
	}
	return maps
}

func sumOf[K comparable](m map[K]int) (sum uint64) {
	for _, value := range m {
		sum += uint64(value)
	}
	return sum
}
