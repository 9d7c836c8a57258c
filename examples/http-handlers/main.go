// Every request is served on a goroutine of its own, which is easy to forget:
// the handlers are plain methods and no "go" is to be seen.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
)

type server struct {
	visits map[string]int
}

func (s *server) page(w http.ResponseWriter, r *http.Request) {
	s.visits[r.URL.Path]++ // site: A
	fmt.Fprintln(w, "welcome to", r.URL.Path)
}

func (s *server) count(w http.ResponseWriter, r *http.Request) {
	n := s.visits[r.URL.Query().Get("path")] // site: B
	fmt.Fprintln(w, n)
}

func main() {
	s := &server{visits: make(map[string]int)}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.page)
	mux.HandleFunc("/count", s.count)
	web := httptest.NewServer(mux)
	defer web.Close()

	var wg sync.WaitGroup
	for _, path := range []string{"/", "/news", "/about", "/count?path=/news"} {
		wg.Add(1)
		go func(url string) { // one client
			defer wg.Done()
			for i := 0; i < 5; i++ {
				resp, err := http.Get(url)
				if err != nil {
					fmt.Println(err)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		}(web.URL + path)
	}
	wg.Wait()
}
