// The counters are guarded by a mutex: handlers run side by side.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
)

type server struct {
	mu     sync.Mutex
	visits map[string]int
}

func (s *server) page(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.visits[r.URL.Path]++
	s.mu.Unlock()
	fmt.Fprintln(w, "welcome to", r.URL.Path)
}

func (s *server) count(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n := s.visits[r.URL.Query().Get("path")]
	s.mu.Unlock()
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
