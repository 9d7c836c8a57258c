import { describe, expect, it } from "vitest";
import { Asked } from "./ask.js";

const cache = `
type Cache struct {
	mu    sync.Mutex
	items map[string]int
}
func (c *Cache) put() {
	c.items["p"] = 1 // P
}
`;

const program = (body: string): Promise<Asked> => Asked.program(cache + body);

describe("before the start and after the end", () => {
  it("what comes before the go statement or after Wait is in order", async () => {
    const asked = await program(`
func main() {
	c := &Cache{items: map[string]int{}}
	c.items["a"] = 1 // A
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		c.put()
	}()
	c.items["b"] = 1 // B
	wg.Wait()
	c.items["c"] = 1 // C
}`);
    expect(["A", "B", "C"].map((mark) => asked.verdict(mark, "P"))).toEqual([
      "ordered",
      "conflict",
      "ordered",
    ]);
    expect(asked.verdict("P", "P")).toBe("ordered");
  });

  it("channels tell of the end: closed, sent to once, or counted in a loop", async () => {
    const asked = await program(`
var c = &Cache{items: map[string]int{}}
func closing(done chan struct{}) {
	defer close(done)
	c.items["x"] = 1 // X
}
func one() {
	done := make(chan struct{})
	go closing(done)
	<-done
	c.items["a"] = 1 // A
	results := make(chan int)
	for i := 0; i < 3; i++ {
		go func() {
			c.items["y"] = 1 // Y
			results <- 1
		}()
	}
	c.items["b"] = 1 // B
	for i := 0; i < 3; i++ {
		<-results
	}
	c.items["c"] = 1 // C
}
func main() { one() }`);
    expect(asked.verdict("A", "X")).toBe("ordered");
    expect(asked.verdict("B", "Y")).toBe("conflict");
    expect(asked.verdict("Y", "Y")).toBe("conflict");
    expect(asked.verdict("C", "Y")).toBe("ordered");
    expect(asked.verdict("X", "Y")).toBe("ordered");
  });

  it("a timeout beside the end, one value of many, and a wait for one of several are no end", async () => {
    const asked = await program(`
func many(c *Cache, out chan int) {
	for i := 0; i < 3; i++ {
		c.items["x"] = i // X
		out <- i
	}
	close(out)
}
func main() {
	c := &Cache{items: map[string]int{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.put()
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
	c.items["a"] = 1 // A
	out := make(chan int)
	go many(c, out)
	<-out
	c.items["b"] = 1 // B
	for range out {
	}
	c.items["c"] = 1 // C
}`);
    expect(asked.verdict("A", "P")).toBe("conflict");
    expect(asked.verdict("B", "X")).toBe("conflict");
    expect(asked.verdict("C", "X")).toBe("ordered");
  });

  it("who waits for a goroutine that waited for others has waited for all", async () => {
    const asked = await program(`
func main() {
	c := &Cache{items: map[string]int{}}
	results := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.put()
			results <- 1
		}()
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	for range results {
		c.items["a"] = 1 // A
	}
	c.items["b"] = 1 // B
}`);
    expect(asked.verdict("A", "P")).toBe("conflict");
    expect(asked.verdict("B", "P")).toBe("ordered");
  });

  it("a constructor or method that starts a goroutine leaves it running", async () => {
    const asked = await program(`
func New() *Cache {
	c := &Cache{items: map[string]int{}}
	c.items["a"] = 1 // A
	c.start()
	c.items["b"] = 1 // B
	return c
}
func (c *Cache) start() { go c.loop() }
func (c *Cache) loop() {
	for {
		c.put()
	}
}
func main() {
	c := New()
	c.items["c"] = 1 // C
}`);
    expect(["A", "B", "C"].map((mark) => asked.verdict(mark, "P"))).toEqual([
      "ordered",
      "conflict",
      "conflict",
    ]);
  });

  it("goroutines one after the other do not meet", async () => {
    const asked = await program(`
func main() {
	c := &Cache{items: map[string]int{}}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		c.items["a"] = 1 // A
	}()
	wg.Wait()
	wg.Add(1)
	go func() {
		defer wg.Done()
		c.items["b"] = 1 // B
	}()
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.items["c"] = 1 // C
		}()
		wg.Wait()
	}
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.items["d"] = 1 // D
		}()
	}
	wg.Wait()
}`);
    expect(asked.verdict("A", "B")).toBe("ordered");
    expect(asked.verdict("B", "C")).toBe("conflict");
    expect(asked.verdict("C", "C")).toBe("ordered");
    expect(asked.verdict("D", "D")).toBe("conflict");
  });

  it("errgroup and WaitGroup.Go are waited for", async () => {
    const asked = await program(`
func main() {
	c := &Cache{items: map[string]int{}}
	var g errgroup.Group
	for i := 0; i < 2; i++ {
		g.Go(func() error {
			c.items["a"] = 1 // A
			return nil
		})
	}
	g.Wait()
	c.items["b"] = 1 // B
	var wg sync.WaitGroup
	wg.Go(func() {
		c.items["c"] = 1 // C
	})
	c.items["d"] = 1 // D
	wg.Wait()
	c.items["e"] = 1 // E
}`);
    expect(asked.verdict("A", "A")).toBe("conflict");
    expect(asked.verdict("A", "B")).toBe("ordered");
    expect(asked.verdict("C", "D")).toBe("conflict");
    expect(asked.verdict("C", "E")).toBe("ordered");
  });

  it("wait groups and channels are the same under another name", async () => {
    const asked = await program(`
type Job struct {
	wg   *sync.WaitGroup
	done chan bool
}
func work(c *Cache, job Job) {
	defer job.wg.Done()
	c.items["a"] = 1 // A
}
func signal(c *Cache, quit chan<- bool) {
	c.items["b"] = 1 // B
	quit <- true
}
func main() {
	c := &Cache{items: map[string]int{}}
	var group sync.WaitGroup
	group.Add(1)
	go work(c, Job{wg: &group})
	group.Wait()
	c.items["c"] = 1 // C
	end := make(chan bool)
	go signal(c, end)
	<-end
	c.items["d"] = 1 // D
}`);
    expect(asked.verdict("A", "C")).toBe("ordered");
    expect(asked.verdict("B", "D")).toBe("ordered");
  });
});

describe("maps that nobody else has yet", () => {
  it("until they are stored, sent, captured or passed to who keeps them", async () => {
    const asked = await program(`
var global map[string]int
var sink = make(chan map[string]int)
func look(m map[string]int) int { return len(m) }
func keep(m map[string]int)     { global = m }
func f() {
	m := make(map[string]int)
	m["a"] = 1 // A
	look(m)
	m["b"] = 1 // B
	fmt.Println(m)
	m["c"] = 1 // C
	keep(m)
	m["d"] = 1 // D
	m = map[string]int{}
	m["e"] = 1 // E
	sink <- m
	m["f"] = 1 // F
	n := make(map[string]int)
	go func() { n["x"] = 1 }()
	n["g"] = 1 // G
	c := &Cache{items: make(map[string]int)}
	c.items["h"] = 1 // H
	each(c.put)
	c.items["i"] = 1 // I
	d := &Cache{items: make(map[string]int)}
	hold(d)
	d.items["j"] = 1 // J
}
var held any
func hold(x any)    { held = x }
func each(f func()) { f() }
func main() { f() }`);
    expect(
      ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"].filter((mark) => asked.at(mark).unshared),
    ).toEqual(["A", "B", "C", "E", "H"]);
  });

  it("also inside a new struct, but not when its map came from elsewhere", async () => {
    const asked = await program(`
var defaults = map[string]int{}
func f(given map[string]int) *Cache {
	c := &Cache{items: make(map[string]int)}
	c.items["a"] = 1 // A
	d := &Cache{items: defaults}
	d.items["b"] = 1 // B
	e := new(Cache)
	e.items = make(map[string]int)
	e.items["c"] = 1 // C
	e.items = given
	e.items["d"] = 1 // D
	return c
}
func main() { f(nil) }`);
    expect(["A", "B", "C", "D"].filter((mark) => asked.at(mark).unshared)).toEqual(["A", "C"]);
  });

  it("handed down to functions that do not keep them, and back by those that made them", async () => {
    const asked = await program(`
var kept *Cache
func New() *Cache { return &Cache{items: make(map[string]int)} }
func Old() *Cache {
	c := New()
	c.items["a"] = 1 // A
	return c
}
func (c *Cache) fill() {
	c.items["b"] = 1 // B
	c.deep("x")
}
func (c *Cache) deep(k string) {
	c.items[k] = 1 // C
	sort.Slice(nil, func(i, j int) bool {
		c.items["d"] = 1 // D
		return false
	})
}
func (c *Cache) used() {
	c.items["e"] = 1 // E
}
func handle() {
	c := Old()
	c.items["f"] = 1 // F
	c.fill()
	c.used()
	kept = c
	c.items["g"] = 1 // G
	c.used()
	d, err := pair()
	d.items["h"] = 1 // H
	_ = err
	e := either(true)
	e.items["i"] = 1 // I
}
func pair() (*Cache, error) { return New(), nil }
func either(old bool) *Cache {
	if old {
		return kept
	}
	return New()
}
func main() { handle() }`);
    const marks = ["A", "B", "C", "D", "E", "F", "G", "H", "I"];
    expect(marks.filter((mark) => asked.at(mark).unshared)).toEqual(["A", "B", "C", "D", "F", "H"]);
  });

  it("each run of a function has its own", async () => {
    const asked = await program(`
func handle(w http.ResponseWriter, r *http.Request) {
	seen := make(map[string]int)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		seen["a"]++ // A
	}()
	wg.Wait()
	seen["b"]++ // B
	for i := 0; i < 2; i++ {
		go func() {
			seen["c"]++ // C
		}()
	}
}
func main() { http.HandleFunc("/", handle) }`);
    expect(asked.verdict("A", "A")).toBe("ordered");
    expect(asked.verdict("A", "B")).toBe("ordered");
    expect(asked.verdict("C", "C")).toBe("conflict");
  });
});

describe("what a function has for itself", () => {
  it("stays its own when values of others are put into it", async () => {
    const asked = await program(`
type entry struct{ data map[string]any }
func (e *entry) with(f map[string]any) *entry {
	data := make(map[string]any, len(f))
	for k, v := range f {
		data[k] = v // A
	}
	e.data = data
	data["late"] = 1 // B
	return e
}
func main() {}`);
    expect(["A", "B"].filter((mark) => asked.at(mark).unshared)).toEqual(["A"]);
  });

  it("is a field of a copied struct only once something new is in it", async () => {
    const asked = await program(`
type pod struct{ labels map[string]string }
func (p *pod) copied() *pod {
	c := *p
	c.labels["a"] = "1" // A
	c.labels = make(map[string]string)
	c.labels["b"] = "2" // B
	c.labels = p.labels
	c.labels["c"] = "3" // C
	return &c
}
func main() {}`);
    expect(["A", "B", "C"].filter((mark) => asked.at(mark).unshared)).toEqual(["B"]);
  });
});

describe("functions that start what they are given", () => {
  it("may run it several times at once, though they wait for all", async () => {
    const asked = await program(`
func forEach(items []string, fn func(string)) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fn(item)
		}()
	}
	wg.Wait()
}
func count(items []string) {
	words := map[string]int{}
	forEach(items, func(item string) {
		words[item]++ // A
	})
	words[""]++ // B
}
func main() { count(nil) }`);
    expect(asked.verdict("A", "A")).toBe("conflict");
    expect(asked.verdict("A", "B")).toBe("ordered");
  });
});

describe("processes and tests", () => {
  it("two programs never meet", async () => {
    const lib = `package lib
var M = map[string]int{}
func Put() {
	M["a"] = 1 // A
}
func Get() {
	_ = M["a"] // B
}`;
    const asked = await Asked.files({
      "lib/lib.go": lib,
      "one/main.go": `package main
import "example.com/shop/lib"
func main() { lib.Put() }`,
      "two/main.go": `package main
import "example.com/shop/lib"
func main() { go lib.Get() }`,
    });
    expect(asked.verdict("A", "B")).toBe("ordered");
  });

  it("tests run one after the other, parallel ones at once", async () => {
    const asked = await Asked.test(`
var m = map[string]int{}
func setup(t *testing.T) { t.Parallel() }
func TestA(t *testing.T) {
	m["a"] = 1 // A
}
func TestB(t *testing.T) {
	m["b"] = 1 // B
}
func TestC(t *testing.T) {
	t.Parallel()
	m["c"] = 1 // C
}
func TestD(t *testing.T) {
	setup(t)
	m["d"] = 1 // D
}
func TestE(t *testing.T) {
	for _, name := range []string{"x", "y"} {
		t.Run(name, func(t *testing.T) {
			m["e"] = 1 // E
		})
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m["f"] = 1 // F
		})
	}
	m["g"] = 1 // G
}
func BenchmarkH(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		m["h"] = 1 // H
	})
}`);
    const pairs = ["AB", "AC", "CC", "CD", "EE", "EF", "FF", "FG", "AF", "HH", "AH"];
    expect(pairs.filter((pair) => asked.verdict(pair[0]!, pair[1]!) === "conflict")).toEqual([
      "CD",
      "FF",
      "HH",
    ]);
  });

  it("what nobody calls may be called by anybody", async () => {
    const asked = await Asked.files({
      "cache.go": `package cache
type Cache struct{ items map[string]int }
func (c *Cache) Put() {
	c.items["a"] = 1 // A
}
func (c *Cache) Get() int {
	return c.items["a"] // B
}`,
    });
    expect(asked.verdict("A", "B")).toBe("conflict");
    expect(asked.verdict("A", "A")).toBe("conflict");
  });
});
