package main

import "strconv"

func init() {
	workloads["maps/one goroutine's words"] = words
	workloads["maps/many small ones"] = small
	workloads["maps/read by 4"] = readOnly
}

// words counts words in one large map.
func words(n int) uint64 {
	names := make([]string, 5000)
	for i := range names {
		names[i] = "word-" + strconv.Itoa(i)
	}
	counts := map[string]int{}
	for i := 0; i < n; i++ {
		counts[names[mix(uint64(i))%uint64(len(names))]]++
	}
	sum := uint64(0)
	for _, name := range names {
		sum = mix(sum + uint64(counts[name]))
	}
	return sum
}

// small makes a map for every few accesses, as programs do that decode records.
func small(n int) uint64 {
	return together(2, func(g int) (sum uint64) {
		for i := 0; i < n/16; i++ {
			record := map[string]uint64{}
			record["id"] = uint64(i)
			record["kind"] = uint64(g)
			record["size"] = mix(uint64(i))
			for _, v := range record {
				sum += v
			}
			if _, ok := record["name"]; !ok {
				sum += record["id"] + record["size"]
			}
			kept[g] = record
		}
		return sum
	})
}

var kept [2]map[string]uint64 // so that the records do not stay on the stack

// readOnly looks things up in a table that was made before.
func readOnly(n int) uint64 {
	table := map[uint64]uint64{}
	for i := 0; i < 4096; i++ {
		table[uint64(i)] = mix(uint64(i))
	}
	return together(4, func(g int) (sum uint64) {
		for i := 0; i < n/4; i++ {
			sum += table[mix(uint64(i))%5000]
		}
		return sum
	})
}
