/** Programs as people write them, each in its wrong and its right form. */
import { describe, expect, it } from "vitest";
import { Asked } from "./ask.js";

async function verdicts(body: string, ...pairs: string[]): Promise<string[]> {
  const asked = await Asked.program(body);
  return pairs.map((pair) => asked.verdict(pair[0]!, pair[1]!));
}

describe("one goroutine owns the map", () => {
  const hub = (direct: string): string => `
type Hub struct {
	clients    map[string]bool
	register   chan string
	unregister chan string
}
func newHub() *Hub {
	return &Hub{clients: make(map[string]bool), register: make(chan string), unregister: make(chan string)}
}
func (h *Hub) run() {
	for {
		select {
		case name := <-h.register:
			h.clients[name] = true // A
		case name := <-h.unregister:
			delete(h.clients, name) // B
		}
	}
}
func (h *Hub) count() int {
	n := 0
	for range h.clients { // C
		n++
	}
	return n
}
func serve(h *Hub) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h.register <- r.URL.Path
		${direct}
	}
}
func main() {
	h := newHub()
	go h.run()
	http.HandleFunc("/", serve(h))
	http.ListenAndServe(":80", nil)
}`;

  it("and is asked through channels", async () => {
    expect(await verdicts(hub(""), "AB", "AA", "BB")).toEqual(["ordered", "ordered", "ordered"]);
  });

  it("and does what it is sent", async () => {
    const actor = (workers: number): string => `
type Actor struct {
	todo  chan func()
	state map[string]int
}
func New() *Actor {
	a := &Actor{todo: make(chan func()), state: map[string]int{}}
	for i := 0; i < ${workers}; i++ {
		go a.loop()
	}
	return a
}
func (a *Actor) loop() {
	for f := range a.todo {
		f()
	}
}
func (a *Actor) Set(k string) {
	a.todo <- func() {
		a.state[k] = 1 // A
	}
}
func (a *Actor) Get(k string) int {
	answer := make(chan int)
	a.todo <- func() {
		answer <- a.state[k] // B
	}
	return <-answer
}
func main() {
	a := New()
	go a.Set("x")
	go a.Get("x")
}`;
    expect(await verdicts(actor(4), "AB")).toEqual(["conflict"]);
    expect(
      await verdicts(actor(1).replace("for i := 0; i < 1; i++ {\n\t\tgo a.loop()\n\t}", "go a.loop()"), "AB"),
    ).toEqual(["ordered"]);
  });

  it("but a handler looks into it", async () => {
    expect(await verdicts(hub("h.count()"), "AC", "BC")).toEqual(["conflict", "conflict"]);
  });
});

describe("caches", () => {
  it("with a janitor that was started in the constructor", async () => {
    const cache = (lock: string): string => `
type Cache struct {
	sync.RWMutex
	items map[string]time.Time
}
func New() *Cache {
	c := &Cache{items: map[string]time.Time{}}
	go c.janitor()
	return c
}
func (c *Cache) janitor() {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for range ticker.C {
		c.sweep()
	}
}
func (c *Cache) sweep() {
	${lock}
	for k, t := range c.items { // A
		if time.Since(t) > time.Hour {
			delete(c.items, k) // B
		}
	}
}
func (c *Cache) Set(k string) {
	c.Lock()
	c.items[k] = time.Now() // C
	c.Unlock()
}
func main() {
	c := New()
	for {
		c.Set("x")
	}
}`;
    expect(await verdicts(cache(""), "AC", "BC", "BB")).toEqual(["conflict", "conflict", "ordered"]);
    expect(await verdicts(cache("c.RLock()\n\tdefer c.RUnlock()"), "BC")).toEqual(["locked"]);
    expect(await verdicts(cache("c.Lock()\n\tdefer c.Unlock()"), "AC", "BC")).toEqual(["locked", "locked"]);
  });

  it("filled once", async () => {
    const lazy = (load: string): string => `
var once sync.Once
var table map[string]int
func load() {
	table = map[string]int{}
	table["x"] = 1 // A
}
func get(k string) int {
	${load}
	return table[k] // B
}
func main() {
	for i := 0; i < 3; i++ {
		go get("x")
	}
	select {}
}`;
    // The map is new and nobody's while it is filled, but the variable is everybody's at once.
    expect(await verdicts(lazy("if table == nil {\n\t\tload()\n\t}"), "AB")).toEqual(["conflict"]);
    expect(await verdicts(lazy("once.Do(load)"), "AB")).toEqual(["ordered"]);
  });

  it("copied on write", async () => {
    const config = (change: string): string => `
var current atomic.Pointer[map[string]string]
func get(k string) string {
	return (*current.Load())[k] // A
}
func set(k, v string) {
	${change}
}
func main() {
	current.Store(&map[string]string{})
	go set("a", "b")
	get("a")
}`;
    expect(await verdicts(config("(*current.Load())[k] = v // B"), "AB")).toEqual(["conflict"]);
    const right = `next := make(map[string]string)
	for k, v := range *current.Load() {
		next[k] = v
	}
	next[k] = v // B
	current.Store(&next)`;
    expect(await verdicts(config(right), "AB")).toEqual(["ordered"]);
  });

  it("in shards, each with a lock", async () => {
    const sharded = (lock: string): string => `
type shard struct {
	mu sync.Mutex
	m  map[string]int
}
type Map struct{ shards [16]shard }
func (s *Map) at(k string) *shard { return &s.shards[len(k)%16] }
func (s *Map) Set(k string) {
	sh := s.at(k)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.m[k] = 1 // A
}
func (s *Map) Get(k string) int {
	sh := s.at(k)
	${lock}
	return sh.m[k] // B
}
func main() {
	s := &Map{}
	go s.Set("a")
	go s.Get("b")
}`;
    expect(await verdicts(sharded(""), "AB")).toEqual(["conflict"]);
    expect(await verdicts(sharded("sh.mu.Lock()\n\tdefer sh.mu.Unlock()"), "AB")).toEqual(["locked"]);
    expect(
      await verdicts(sharded("other := s.at(k + k)\n\tother.mu.Lock()\n\tdefer other.mu.Unlock()"), "AB"),
    ).toEqual(["conflict"]);
  });
});

describe("what is taken out", () => {
  const store = (flush: string): string => `
type Store struct {
	mu sync.Mutex
	m  map[string]int
}
func (s *Store) Add(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k]++ // A
}
func (s *Store) Flush() {
	${flush}
	for range old { // B
	}
}
func main() {
	s := &Store{m: map[string]int{}}
	go s.Add("x")
	s.Flush()
}`;

  it("under the lock, and replaced by something new, is the taker's", async () => {
    const replaced = "s.mu.Lock()\n\told := s.m\n\ts.m = make(map[string]int)\n\ts.mu.Unlock()";
    expect(await verdicts(store(replaced), "AB")).toEqual(["ordered"]);
    expect(await verdicts(store("s.mu.Lock()\n\told := s.m\n\ts.mu.Unlock()"), "AB")).toEqual(["conflict"]);
  });
});

describe("servers", () => {
  it("middleware and handlers that close over a map", async () => {
    const server = (lock: string): string => `
func counting(next http.Handler) http.Handler {
	counts := make(map[string]int)
	var mu sync.Mutex
	_ = &mu
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		${lock}
		counts[r.URL.Path]++ // A
		next.ServeHTTP(w, r)
	})
}
func main() {
	mux := http.NewServeMux()
	server := &http.Server{Addr: ":80", Handler: counting(mux)}
	server.ListenAndServe()
}`;
    expect(await verdicts(server(""), "AA")).toEqual(["conflict"]);
    expect(await verdicts(server("mu.Lock()\n\t\tdefer mu.Unlock()"), "AA")).toEqual(["locked"]);
  });

  it("a map for each request is nobody else's", async () => {
    expect(
      await verdicts(
        `
type reply struct{ fields map[string]string }
func handle(w http.ResponseWriter, r *http.Request) {
	rep := &reply{fields: map[string]string{}}
	fill(rep)
	json.NewEncoder(w).Encode(rep.fields)
}
func fill(rep *reply) {
	add(rep, "a")
}
func add(rep *reply, k string) {
	rep.fields[k] = "x" // A
}
func main() { http.HandleFunc("/", handle) }`,
        "AA",
      ),
    ).toEqual(["ordered"]);
  });

  it("a server type with routes, and a background goroutine that reports", async () => {
    const server = (before: string, after: string): string => `
type Server struct {
	mux   *http.ServeMux
	mu    sync.Mutex
	stats map[string]int
}
func NewServer() *Server {
	s := &Server{mux: http.NewServeMux(), stats: map[string]int{}}
	s.routes()
	s.stats["start"] = 1 // A
	return s
}
func (s *Server) routes() {
	s.mux.HandleFunc("/a", s.wrap(s.handleA))
}
func (s *Server) wrap(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.count(r.URL.Path)
		h(w, r)
	}
}
func (s *Server) count(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats[path]++ // B
}
func (s *Server) handleA(w http.ResponseWriter, r *http.Request) {
	${before}
	fmt.Fprintln(w, s.stats["x"]) // C
	${after}
}
func (s *Server) report() {
	for range time.Tick(time.Second) {
		s.mu.Lock()
		for k, v := range s.stats { // D
			fmt.Println(k, v)
		}
		s.mu.Unlock()
	}
}
func main() {
	s := NewServer()
	go s.report()
	http.ListenAndServe(":80", s.mux)
}`;
    expect(await verdicts(server("", ""), "BC", "BD", "BB", "AD")).toEqual([
      "conflict",
      "locked",
      "locked",
      "ordered",
    ]);
    expect(await verdicts(server("s.mu.Lock()", "s.mu.Unlock()"), "BC")).toEqual(["locked"]);
  });

  it("expvar, signals and shutdown hooks run on other goroutines", async () => {
    const asked = await Asked.files({
      "main.go": `package main
import (
	"expvar"
	"os"
	"os/signal"
)
var stats = map[string]int{}
func main() {
	expvar.Publish("stats", expvar.Func(func() any {
		return stats["a"] // A
	}))
	sigs := make(chan os.Signal, 1)
	signal.Notify(sigs, os.Interrupt)
	go func() {
		<-sigs
		for range stats { // B
		}
	}()
	for {
		stats["b"]++ // C
	}
}`,
    });
    expect([asked.verdict("A", "C"), asked.verdict("B", "C")]).toEqual(["conflict", "conflict"]);
  });
});

describe("work shared out", () => {
  it("results by index of a slice, put together at the end", async () => {
    expect(
      await verdicts(
        `
func work(i int) map[string]int {
	m := make(map[string]int)
	m["x"] = i // A
	return m
}
func main() {
	parts := make([]map[string]int, 4)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			parts[i] = work(i)
		}()
	}
	wg.Wait()
	total := make(map[string]int)
	for _, part := range parts {
		for k, v := range part { // B
			total[k] += v // C
		}
	}
}`,
        "AA",
        "AB",
        "CC",
      ),
    ).toEqual(["ordered", "ordered", "ordered"]);
  });

  it("a tree walked by goroutines that start more of them", async () => {
    const walk = (lock: string): string => `
type Node struct{ kids []*Node }
type Walker struct {
	wg   sync.WaitGroup
	mu   sync.Mutex
	seen map[*Node]bool
}
func (w *Walker) visit(n *Node) {
	defer w.wg.Done()
	${lock}
	w.seen[n] = true // A
	for _, kid := range n.kids {
		w.wg.Add(1)
		go w.visit(kid)
	}
}
func main() {
	w := &Walker{seen: map[*Node]bool{}}
	w.wg.Add(1)
	w.visit(&Node{})
	w.wg.Wait()
	w.seen[nil] = true // B
}`;
    expect(await verdicts(walk(""), "AA", "AB")).toEqual(["conflict", "ordered"]);
    expect(await verdicts(walk("w.mu.Lock()\n\tdefer w.mu.Unlock()"), "AA")).toEqual(["locked"]);
  });

  it("a pool of workers that call methods of a shared registry", async () => {
    const pool = (locked: boolean): string => `
type Registry struct {
	mu    sync.Mutex
	byID  map[int]string
}
func (r *Registry) Put(id int) {
	${locked ? "r.mu.Lock()\n\tdefer r.mu.Unlock()" : ""}
	r.byID[id] = "x" // A
}
type Task func(r *Registry)
type Pool struct {
	tasks chan Task
	wg    sync.WaitGroup
	reg   *Registry
}
func NewPool(n int, reg *Registry) *Pool {
	p := &Pool{tasks: make(chan Task), reg: reg}
	for i := 0; i < n; i++ {
		p.wg.Add(1)
		go func() {
			defer p.wg.Done()
			for task := range p.tasks {
				task(p.reg)
			}
		}()
	}
	return p
}
func (p *Pool) Do(t Task) { p.tasks <- t }
func (p *Pool) Close() {
	close(p.tasks)
	p.wg.Wait()
}
func main() {
	reg := &Registry{byID: map[int]string{}}
	p := NewPool(4, reg)
	for i := 0; i < 10; i++ {
		p.Do(func(r *Registry) { r.Put(i) })
	}
	p.Close()
	_ = reg.byID[3] // B
}`;
    expect(await verdicts(pool(false), "AA", "AB")).toEqual(["conflict", "ordered"]);
    expect(await verdicts(pool(true), "AA")).toEqual(["locked"]);
  });

  it("a callback that is kept and called by another goroutine", async () => {
    expect(
      await verdicts(
        `
type Bus struct{ handlers map[string][]func(string) }
func (b *Bus) On(topic string, f func(string)) {
	b.handlers[topic] = append(b.handlers[topic], f) // A
}
func (b *Bus) Emit(topic string) {
	for _, f := range b.handlers[topic] { // B
		go f(topic)
	}
}
func main() {
	b := &Bus{handlers: map[string][]func(string){}}
	counts := map[string]int{}
	b.On("x", func(topic string) {
		counts[topic]++ // C
	})
	for i := 0; i < 3; i++ {
		b.Emit("x")
	}
}`,
        "CC",
        "AB",
      ),
    ).toEqual(["conflict", "ordered"]);
  });
});

describe("locks in the wrong place", () => {
  it("of another struct, of one side only, or by value", async () => {
    expect(
      await verdicts(
        `
type Account struct {
	mu  sync.Mutex
	log map[string]int
}
func transfer(from, to *Account) {
	from.mu.Lock()
	defer from.mu.Unlock()
	from.log["out"]++ // A
	to.log["in"]++    // B
}
func main() {
	a, b := &Account{log: map[string]int{}}, &Account{log: map[string]int{}}
	go transfer(a, b)
	go transfer(b, a)
}`,
        "AA",
        "AB",
        "BB",
      ),
    ).toEqual(["locked", "conflict", "conflict"]);
  });

  it("a lock of the owner guards what it owns", async () => {
    expect(
      await verdicts(
        `
type Room struct{ members map[string]bool }
type Server struct {
	mu    sync.Mutex
	rooms map[string]*Room
}
func (s *Server) join(room, who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rooms[room] // A
	if !ok {
		r = &Room{members: map[string]bool{}}
		s.rooms[room] = r // B
	}
	r.members[who] = true // C
}
func (s *Server) size(room string) int {
	s.mu.Lock()
	r := s.rooms[room]
	s.mu.Unlock()
	n := 0
	for range r.members { // D
		n++
	}
	return n
}
func main() {
	s := &Server{rooms: map[string]*Room{}}
	go s.join("a", "b")
	go s.join("a", "c")
	go s.size("a")
}`,
        "AB",
        "CC",
        "CD",
      ),
    ).toEqual(["locked", "locked", "conflict"]);
  });
});

describe("large programs", () => {
  it("are followed less closely, and still for functions, maps and locks", async () => {
    const many = Array.from({ length: 16_000 }, (_, i) => `func f${i}() {}`).join("\n");
    const asked = await Asked.program(`
type Store interface{ Put() }
type cache struct {
	mu    sync.Mutex
	items map[string]int
}
func (c *cache) Put() {
	c.items["a"] = 1 // A
}
func (c *cache) get() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items["b"] = 1 // B
}
func safeGo(f func()) { go f() }
func use(s Store) { s.Put() }
func main() {
	c := &cache{items: map[string]int{}}
	safeGo(c.get)
	use(c)
}
${many}`);
    expect(asked.verdict("A", "B")).toBe("conflict");
    expect(asked.verdict("B", "B")).toBe("ordered, locked");
    expect(asked.calls()).toContain("use -> (*cache).Put dynamic");
  });
});
