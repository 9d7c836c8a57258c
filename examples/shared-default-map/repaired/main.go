// New copies the default tags, so that each client does have a map of its own.
package main

import (
	"fmt"
	"sync"
)

var defaultTags = map[string]string{"service": "shop", "version": "1"}

type Client struct {
	mu   sync.Mutex
	tags map[string]string
}

func New() *Client {
	tags := make(map[string]string)
	for name, value := range defaultTags {
		tags[name] = value
	}
	return &Client{tags: tags}
}

func (c *Client) Tag(name, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tags[name] = value
}

func main() {
	var wg sync.WaitGroup
	for _, region := range []string{"eu", "us", "asia"} {
		wg.Add(1)
		go func(region string) {
			defer wg.Done()
			client := New()
			for i := 0; i < 30; i++ {
				client.Tag("region", region)
				client.Tag("request", fmt.Sprint(i))
			}
		}(region)
	}
	wg.Wait()
	fmt.Println("default tags:", defaultTags)
}
