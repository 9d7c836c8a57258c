// A service whose settings can be changed while it answers.
package main

import (
	"fmt"
	"strconv"
	"sync"

	"example.com/config-reload/config"
)

func main() {
	var wg sync.WaitGroup

	wg.Add(1)
	go func() { // watches the file
		defer wg.Done()
		for version := 1; version <= 20; version++ {
			config.Reload(map[string]string{
				"greeting": "hello number " + strconv.Itoa(version),
				"limit":    strconv.Itoa(10 * version),
			})
		}
	}()

	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() { // answers
			defer wg.Done()
			for n := 0; n < 100; n++ {
				_ = config.Get("greeting") + ", " + config.Get("language")
			}
		}()
	}

	wg.Wait()
	fmt.Println("limit is now", config.Get("limit"))
}
