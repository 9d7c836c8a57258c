// Settings come from the command line by way of reflect, whatever the type of
// the map is. Neither an index nor a range over it stands in the source.
package main

import (
	"fmt"
	"reflect"
	"sync"
)

// Set puts a value into a map of any type.
func Set(target any, key, value any) {
	reflect.ValueOf(target).SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(value)) // site: A
}

// Keys counts the keys for which keep says yes.
func Keys(target any, keep func(key any) bool) int {
	n := 0
	for it := reflect.ValueOf(target).MapRange(); it.Next(); { // site: B
		if keep(it.Key().Interface()) {
			n++
		}
	}
	return n
}

func main() {
	limits := make(map[string]int)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 60; i++ {
			Set(limits, fmt.Sprintf("limit%d", i), i)
		}
	}()
	long := 0
	go func() {
		defer wg.Done()
		for i := 0; i < 20; i++ {
			long = Keys(limits, func(key any) bool { return len(key.(string)) > 6 })
		}
	}()
	wg.Wait()
	fmt.Println(len(limits), "limits,", long, "long names at the last look")
}
