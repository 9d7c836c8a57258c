// Each request gets its own copy of the common headers, which nobody changes.
package main

import (
	"fmt"
	"net/http"
	"sync"
)

var common = http.Header{"User-Agent": {"shop/1.0"}, "Accept": {"application/json"}}

func newRequest(url, trace string) (*http.Request, error) {
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return nil, err
	}
	req.Header = common.Clone()
	req.Header.Set("X-Trace", trace)
	return req, nil
}

func main() {
	var wg sync.WaitGroup
	for _, shop := range []string{"north", "south", "east"} {
		wg.Add(1)
		go func(shop string) {
			defer wg.Done()
			for i := 0; i < 30; i++ {
				trace := fmt.Sprintf("%s-%d", shop, i)
				if _, err := newRequest("http://"+shop+".example/prices", trace); err != nil {
					fmt.Println(err)
				}
			}
		}(shop)
	}
	wg.Wait()
	fmt.Println(len(common), "common headers")
}
