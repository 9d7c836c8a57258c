// Command service is a key-value store with JSON over HTTP: maps under a lock for readers, and maps made for a request.
// It prints its address, and then, for each line of its input, what it has cost so far: wall and CPU nanoseconds.
//
//	GET, PUT, DELETE /kv/KEY     one value: {"value": …, "labels": {…}}
//	GET /list?prefix=P           all values of a prefix
//	POST /reset?keys=N           start again with so many values
//	GET /stats                   requests by method
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/record/turns"
)

type entry struct {
	Value  string            `json:"value"`
	Labels map[string]string `json:"labels,omitempty"`
	Writes int               `json:"writes"`
}

type store struct {
	lock    sync.RWMutex
	entries map[string]entry

	statsLock sync.Mutex
	stats     map[string]int
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	s := &store{entries: map[string]entry{}, stats: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/kv/", s.one)
	mux.HandleFunc("/list", s.list)
	mux.HandleFunc("/reset", s.reset)
	mux.HandleFunc("/stats", s.showStats)
	go func() { fail(http.Serve(listener, mux)) }()
	fmt.Println(listener.Addr())
	began := time.Now()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(int64(time.Since(began)), turns.CPU())
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (s *store) count(method string) {
	s.statsLock.Lock()
	s.stats[method]++
	s.statsLock.Unlock()
}

func (s *store) one(w http.ResponseWriter, r *http.Request) {
	s.count(r.Method)
	key := strings.TrimPrefix(r.URL.Path, "/kv/")
	switch r.Method {
	case http.MethodGet:
		s.lock.RLock()
		e, ok := s.entries[key]
		s.lock.RUnlock()
		if !ok {
			answer(w, http.StatusNotFound, map[string]interface{}{"error": "not found", "key": key})
			return
		}
		answer(w, http.StatusOK, map[string]interface{}{"key": key, "entry": e})
	case http.MethodPut:
		var e entry
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			answer(w, http.StatusBadRequest, map[string]interface{}{"error": err.Error()})
			return
		}
		s.lock.Lock()
		e.Writes = s.entries[key].Writes + 1
		s.entries[key] = e
		s.lock.Unlock()
		answer(w, http.StatusOK, map[string]interface{}{"key": key, "writes": e.Writes})
	case http.MethodDelete:
		s.lock.Lock()
		_, ok := s.entries[key]
		delete(s.entries, key)
		s.lock.Unlock()
		answer(w, http.StatusOK, map[string]interface{}{"key": key, "deleted": ok})
	default:
		answer(w, http.StatusMethodNotAllowed, map[string]interface{}{"error": "method"})
	}
}

// list gives at most twenty values of a prefix, and how many have each colour.
func (s *store) list(w http.ResponseWriter, r *http.Request) {
	s.count("list")
	prefix := r.URL.Query().Get("prefix")
	found := map[string]entry{}
	colours := map[string]int{}
	s.lock.RLock()
	for i := 0; i < 40 && len(found) < 20; i++ {
		key := prefix + strconv.Itoa(i)
		if e, ok := s.entries[key]; ok {
			found[key] = e
			colours[e.Labels["colour"]]++
		}
	}
	s.lock.RUnlock()
	answer(w, http.StatusOK, map[string]interface{}{"entries": found, "colours": colours})
}

func (s *store) reset(w http.ResponseWriter, r *http.Request) {
	keys, err := strconv.Atoi(r.URL.Query().Get("keys"))
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]interface{}{"error": err.Error()})
		return
	}
	entries := map[string]entry{}
	for i := 0; i < keys; i++ {
		entries[fmt.Sprintf("common-%d", i)] = entry{
			Value:  strings.Repeat("v", i%50),
			Labels: map[string]string{"colour": []string{"red", "green", "blue"}[i%3]},
		}
	}
	s.lock.Lock()
	s.entries = entries
	s.lock.Unlock()
	answer(w, http.StatusOK, map[string]interface{}{"keys": keys})
}

func (s *store) showStats(w http.ResponseWriter, _ *http.Request) {
	s.statsLock.Lock()
	stats := map[string]interface{}{}
	for method, n := range s.stats {
		stats[method] = n
	}
	s.statsLock.Unlock()
	answer(w, http.StatusOK, stats)
}

func answer(w http.ResponseWriter, status int, body map[string]interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		fmt.Fprintln(os.Stderr, err) // the client has gone
	}
}
