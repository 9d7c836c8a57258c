/** Races as people write them: each must come out as a possible conflict. */
import { describe, expect, it } from "vitest";
import { Asked } from "./ask.js";

const programs: Readonly<Record<string, readonly [body: string, pairs: readonly string[]]>> = {
  "a loop of a ticker": [
    `
type S struct { m map[string]int }
func (s *S) Start(ctx context.Context) { go s.loop(ctx) }
func (s *S) loop(ctx context.Context) {
	t := time.NewTicker(time.Second)
	for { select { case <-ctx.Done(): return
	case <-t.C: s.flush() } }
}
func (s *S) flush() {
	for k := range s.m { // A
		delete(s.m, k) // B
	}
}
func (s *S) Add(k string) {
	s.m[k]++ // C
}
func main() { s := &S{m: map[string]int{}}; s.Start(context.Background()); for i := 0; i < 10; i++ { s.Add("x") } }`,
    ["AC", "BC"],
  ],
  "a map that is taken out under the lock but not replaced": [
    `
type S struct { mu sync.Mutex; m map[string]int }
func (s *S) Add(k string) { s.mu.Lock(); defer s.mu.Unlock()
	s.m[k]++ // A
}
func (s *S) Flush() { s.mu.Lock(); old := s.m; s.mu.Unlock()
	for range old { // B
	}
}
func main() { s := &S{m: map[string]int{}}; go s.Add("x"); s.Flush() }`,
    ["AB"],
  ],
  "a struct passed by value": [
    `
type Conf struct { opts map[string]string }
func run(c Conf, wg *sync.WaitGroup) { defer wg.Done()
	c.opts["a"] = "b" // A
}
func main() { c := Conf{opts: map[string]string{}}; var wg sync.WaitGroup
	for i := 0; i < 3; i++ { wg.Add(1); go run(c, &wg) }
	wg.Wait() }`,
    ["AA"],
  ],
  "a generic map with one method that does not lock": [
    `
type SafeMap[K comparable, V any] struct { mu sync.RWMutex; data map[K]V }
func (s *SafeMap[K, V]) Set(k K, v V) { s.mu.Lock(); defer s.mu.Unlock()
	s.data[k] = v // A
}
func (s *SafeMap[K, V]) Each(f func(K, V)) {
	for k, v := range s.data { // B
		f(k, v)
	}
}
func main() { s := &SafeMap[string, int]{data: map[string]int{}}; go s.Set("a", 1); s.Each(func(string, int) {}) }`,
    ["AB"],
  ],
  "a registry that is filled while it is used": [
    `
var reg = map[string]func(){}
func Register(n string, f func()) {
	reg[n] = f // A
}
func Lookup(n string) func() {
	return reg[n] // B
}
func init() { Register("x", func() { Register("y", nil) }) }
func main() { go Lookup("x"); Lookup("x")() }`,
    ["AB"],
  ],
  "Add inside the goroutine": [
    `
func main() { m := map[int]int{}; var wg sync.WaitGroup
	for i := 0; i < 3; i++ { go func() { wg.Add(1); defer wg.Done()
		m[i] = 1 // A
	}() }
	wg.Wait()
	_ = m[0] // B
}`,
    ["AA"],
  ],
  "an errgroup with a context": [
    `
func fetch(ctx context.Context, urls []string) (map[string]int, error) {
	g, ctx := errgroup.WithContext(ctx)
	res := map[string]int{}
	for _, u := range urls { u := u
		g.Go(func() error {
			res[u] = len(u) // A
			return nil })
	}
	if err := g.Wait(); err != nil { return nil, err }
	return res, nil
}
func main() { m, _ := fetch(context.Background(), nil)
	_ = m["a"] // B
}`,
    ["AA"],
  ],
  "a lock on one side, JSON on the other": [
    `
type C struct { sync.Mutex; m map[string]int }
func (c *C) inc() { c.Lock()
	c.m["a"]++ // A
	c.Unlock() }
func (c *C) dump() string { b, _ := json.Marshal(c.m) // B
	return string(b) }
func main() { c := &C{m: map[string]int{}}; for i := 0; i < 3; i++ { go c.inc() }; fmt.Println(c.dump()) }`,
    ["AB"],
  ],
  "changes under a read lock": [
    `
type Bus struct { mu sync.RWMutex; subs map[string][]chan string }
func (b *Bus) Sub(t string) chan string { ch := make(chan string, 1); b.mu.RLock(); defer b.mu.RUnlock()
	b.subs[t] = append(b.subs[t], ch) // A
	return ch }
func (b *Bus) Pub(t, m string) { b.mu.RLock(); defer b.mu.RUnlock()
	for _, ch := range b.subs[t] { // B
		ch <- m } }
func main() { b := &Bus{subs: map[string][]chan string{}}; for i := 0; i < 3; i++ { go b.Sub("x"); go b.Pub("x", "y") } }`,
    ["AB", "AA"],
  ],
  "a deferred delete after the lock": [
    `
type J struct { mu sync.Mutex; m map[int]bool }
func (j *J) do(i int) { j.mu.Lock()
	j.m[i] = true // A
	j.mu.Unlock()
	defer delete(j.m, i) // B
	time.Sleep(1) }
func main() { j := &J{m: map[int]bool{}}; for i := 0; i < 3; i++ { go j.do(i) } }`,
    ["AB", "BB"],
  ],
  "sessions handed out by a locked manager": [
    `
type Sess struct { data map[string]string }
type Mgr struct { mu sync.Mutex; all map[string]*Sess }
func (m *Mgr) get(id string) *Sess { m.mu.Lock(); defer m.mu.Unlock()
	s, ok := m.all[id]
	if !ok { s = &Sess{data: map[string]string{}}; m.all[id] = s }
	return s }
func (m *Mgr) ServeHTTP(w http.ResponseWriter, r *http.Request) { s := m.get("x")
	s.data["k"] = "v" // A
	_ = s.data["k"] // B
}
func main() { http.ListenAndServe(":1", &Mgr{all: map[string]*Sess{}}) }`,
    ["AA", "AB"],
  ],
  "timers that remove themselves": [
    `
type D struct { m map[string]*time.Timer }
func (d *D) call(k string, f func()) {
	if t, ok := d.m[k]; ok { t.Stop() } // A
	d.m[k] = time.AfterFunc(1, func() { f()
		delete(d.m, k) // B
	}) }
func main() { d := &D{m: map[string]*time.Timer{}}; for { d.call("a", func() {}) } }`,
    ["AB"],
  ],
  "structs sent over and over": [
    `
type msg struct { headers map[string]string }
func prod(out chan<- *msg) { m := &msg{headers: map[string]string{}}
	for { m.headers["n"] = "1" // A
		out <- m } }
func main() { ch := make(chan *msg); go prod(ch)
	for m := range ch { fmt.Println(len(m.headers))
		for range m.headers { // B
		} } }`,
    ["AB"],
  ],
  "one logger in two services": [
    `
type Logger interface { With(k, v string) }
type L struct { f map[string]string }
func (l *L) With(k, v string) {
	l.f[k] = v // A
}
type Svc struct { log Logger }
func (s *Svc) run() { s.log.With("a", "b") }
func main() { l := &L{f: map[string]string{}}; a := &Svc{log: l}; b := &Svc{log: l}; go a.run(); go b.run() ; select {} }`,
    ["AA"],
  ],
  "a semaphore for four is no lock": [
    `
func main() { sem := make(chan struct{}, 4); m := map[int]int{}
	for i := 0; i < 9; i++ { sem <- struct{}{}; go func() { defer func() { <-sem }()
		m[i] = i // A
	}() }
	for i := 0; i < cap(sem); i++ { sem <- struct{}{} }
}`,
    ["AA"],
  ],
  "a map in the context of a request and a goroutine": [
    `
type ctxKey int
const tagsKey ctxKey = 0
func mw(next http.Handler) http.Handler { return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	tags := map[string]string{}
	ctx := context.WithValue(r.Context(), tagsKey, tags)
	go func() { time.Sleep(1)
		for range tags { // A
		} }()
	next.ServeHTTP(w, r.WithContext(ctx)) }) }
func h(w http.ResponseWriter, r *http.Request) {
	r.Context().Value(tagsKey).(map[string]string)["x"] = "y" // B
}
func main() { http.Handle("/", mw(http.HandlerFunc(h))) }`,
    ["AB"],
  ],
};

describe("a race is not explained away", () => {
  it.each(Object.entries(programs))("%s", async (_, [body, pairs]) => {
    const asked = await Asked.program(body);
    for (const pair of pairs) {
      expect(asked.verdict(pair[0]!, pair[1]!), pair).toBe("conflict");
    }
  });
});
