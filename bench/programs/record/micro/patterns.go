package main

import (
	"encoding/json"
	"reflect"

	"example.com/record/turns"
)

// addPatterns adds ways in which one goroutine uses maps that are unlike a plain loop over one map.
func addPatterns() {
	workloads["alone/two reading sites"] = twoReadingSites
	workloads["alone/five sites"] = fiveSites
	workloads["alone/short-lived int"] = func(t *turns.Timer, n int) uint64 { return shortLived(t, intKeys(64), n) }
	workloads["alone/short-lived string"] = func(t *turns.Timer, n int) uint64 { return shortLived(t, stringKeys(64), n) }
	workloads["alone/20000 maps"] = manyMaps
	workloads["alone/struct keys"] = structKeys
	workloads["alone/iterate and read"] = iterateAndRead
	workloads["alone/reflect"] = reflectWalk
	workloads["alone/json"] = jsonBothWays
}

func twoReadingSites(t *turns.Timer, n int) (sum uint64) {
	k := intKeys(1000)
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 2 * len(k.in) {
		for i, key := range k.probes {
			sum += uint64(m[key])
			sum += uint64(m[k.in[i]])
		}
	}
	t.Stop(done)
	return sum
}

// fiveSites uses a map from five places of one loop: two that read, three that change.
func fiveSites(t *turns.Timer, n int) (sum uint64) {
	k := intKeys(1000)
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 5 * len(k.in) {
		for i, key := range k.probes {
			sum += uint64(m[key])
			m[k.in[i]] = i
			if value, ok := m[k.out[i]]; ok {
				sum += uint64(value)
			}
			delete(m, key)
			m[key] = done
		}
	}
	t.Stop(done)
	return sum + sumOf(m)
}

// shortLived makes a map, puts five elements in, reads them, and drops it. An operation is the whole life of one.
func shortLived[K comparable](t *turns.Timer, k keys[K], n int) (sum uint64) {
	t.Settle()
	t.Start()
	for i := 0; i < n; i++ {
		m := make(map[K]int)
		sinks[i&3] = m
		five := k.in[i&31 : i&31+5]
		for j, key := range five {
			m[key] = j
		}
		for _, key := range five {
			sum += uint64(m[key])
		}
	}
	t.Stop(n)
	return sum
}

// manyMaps goes round more maps than anyone would keep a record of each.
func manyMaps(t *turns.Timer, n int) (sum uint64) {
	k := intKeys(4)
	maps := make([]map[int]int, 20000)
	for i := range maps {
		maps[i] = k.filled()
	}
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 2 * len(maps) {
		for i, m := range maps {
			sum += uint64(m[k.in[i&3]])
			m[k.in[i&3]] = i & 3
		}
	}
	t.Stop(done)
	return sum
}

type point struct{ x, y int32 }
type wide struct {
	point
	name string
}

// structKeys goes through the map functions for keys of any type.
func structKeys(t *turns.Timer, n int) (sum uint64) {
	k := makeKeys(1000, func(i int) wide { return wide{point{int32(i), int32(-i)}, "point"} })
	m := k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 2 * len(k.in) {
		for i, key := range k.probes {
			sum += uint64(m[key])
			m[key] = i
		}
	}
	t.Stop(done)
	return sum
}

// iterateAndRead reads a map, and another one, while it walks through it.
func iterateAndRead(t *turns.Timer, n int) (sum uint64) {
	k := stringKeys(1000)
	m, other := k.filled(), k.filled()
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 3 * len(k.in) {
		for key := range m {
			sum += uint64(m[key] + other[key])
		}
	}
	t.Stop(done)
	return sum
}

// reflectWalk walks through a map and reads it by reflection.
func reflectWalk(t *turns.Timer, n int) (sum uint64) {
	k := stringKeys(200)
	m := reflect.ValueOf(k.filled())
	t.Settle()
	t.Start()
	done := 0
	for ; done < n; done += 2 * len(k.in) {
		for walk := m.MapRange(); walk.Next(); {
			sum += uint64(walk.Value().Int() + m.MapIndex(walk.Key()).Int())
		}
	}
	t.Stop(done)
	return sum
}

// jsonBothWays decodes an object of objects into maps and encodes it again. An operation is one of both.
func jsonBothWays(t *turns.Timer, n int) (sum uint64) {
	k := stringKeys(10)
	objects := map[string]map[string]int{}
	for _, key := range k.in {
		objects[key] = k.filled()
	}
	text, err := json.Marshal(objects)
	if err != nil {
		panic(err)
	}
	t.Settle()
	t.Start()
	for i := 0; i < n; i++ {
		var decoded interface{}
		if err := json.Unmarshal(text, &decoded); err != nil {
			panic(err)
		}
		again, err := json.Marshal(decoded)
		if err != nil {
			panic(err)
		}
		sum += uint64(len(again)) + uint64(again[i%len(again)])
	}
	t.Stop(n)
	return sum
}
