// A page is rendered the first time somebody asks for it and kept for the next.
// It worked on the desk, with one visitor.
package main

import (
	"fmt"
	"strings"
	"sync"
)

type Cache struct {
	pages map[string]string
}

func (c *Cache) Page(name string) string {
	if page, ok := c.pages[name]; ok { // site: A
		return page
	}
	page := render(name)
	c.pages[name] = page // site: B
	return page
}

func render(name string) string {
	var b strings.Builder
	for i := 0; i < 50; i++ {
		fmt.Fprintf(&b, "<p>%s, paragraph %d</p>\n", name, i)
	}
	return b.String()
}

func main() {
	names := []string{"home", "news", "about", "contact", "help", "terms", "jobs", "press"}
	cache := &Cache{pages: make(map[string]string)}
	var wg sync.WaitGroup
	for visitor := 0; visitor < 4; visitor++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, name := range names {
				cache.Page(name)
			}
		}()
	}
	wg.Wait()
	fmt.Println(len(cache.pages), "pages in the cache")
}
