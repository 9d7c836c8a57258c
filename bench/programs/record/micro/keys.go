package main

import (
	"fmt"
	"math/rand"
)

// keys are the keys of a map of so many elements.
type keys[K comparable] struct {
	in     []K // those in the map
	probes []K // the same ones in another order, and for strings at other addresses
	out    []K // as many that are not in the map
}

func intKeys(size int) keys[int] {
	return makeKeys(size, func(i int) int { return i * 2654435761 })
}

func stringKeys(size int) keys[string] {
	return makeKeys(size, func(i int) string { return fmt.Sprintf("customer-%07d", i) })
}

func makeKeys[K comparable](size int, key func(int) K) keys[K] {
	random := rand.New(rand.NewSource(int64(size)))
	var k keys[K]
	for i := 0; i < size; i++ {
		k.in = append(k.in, key(i))
		k.out = append(k.out, key(size+i))
	}
	for _, i := range random.Perm(size) {
		k.probes = append(k.probes, key(i))
	}
	return k
}

// filled makes a map with all keys.
func (k *keys[K]) filled() map[K]int {
	m := make(map[K]int, len(k.in))
	for i, key := range k.in {
		m[key] = i
	}
	return m
}
