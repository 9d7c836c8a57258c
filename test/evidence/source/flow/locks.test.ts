import { describe, expect, it } from "vitest";
import { Asked } from "./ask.js";

const cache = `
type Cache struct {
	mu    sync.RWMutex
	items map[string]int
}
`;

async function locksOf(body: string, ...marks: string[]): Promise<string[][]> {
  const asked = await Asked.program(cache + body);
  return marks.map((mark) => asked.locks(mark));
}

describe("locks in one function", () => {
  it("are held between Lock and Unlock", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) f() {
	c.items["a"] = 1 // A
	c.mu.Lock()
	c.items["b"] = 1 // B
	c.mu.Unlock()
	c.items["c"] = 1 // C
}`,
        "A",
        "B",
        "C",
      ),
    ).toEqual([[], ["c.mu"], []]);
  });

  it("are held to the end with defer, and not in what was deferred before", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) f() {
	defer func() {
		c.items["a"] = 1 // A
	}()
	c.mu.RLock()
	defer c.mu.RUnlock()
	defer func() {
		c.items["b"] = 1 // B
	}()
	defer delete(c.items, "x") // C
	if len(c.items) > 3 {
		return
	}
	c.items["c"] = 1 // D
}`,
        "A",
        "B",
        "C",
        "D",
      ),
    ).toEqual([[], ["c.mu R ^"], ["c.mu R"], ["c.mu R"]]);
  });

  it("are doubtful when they are held on some ways only", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) f(safe bool, n int) {
	if safe {
		c.mu.Lock()
	}
	c.items["a"] = 1 // A
	if safe {
		c.mu.Unlock()
	}
	c.mu.Lock()
	if n > 1 {
		c.mu.Unlock()
		return
	}
	c.items["b"] = 1 // B
	switch n {
	case 0:
		c.mu.Unlock()
	case 1:
		c.items["c"] = 1 // C
		c.mu.Unlock()
	default:
		panic("no")
	}
	c.items["d"] = 1 // D
}`,
        "A",
        "B",
        "C",
        "D",
      ),
    ).toEqual([["c.mu ?maybe"], ["c.mu"], ["c.mu"], []]);
  });

  it("survive loops, and do not when the loop gives them back", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) f(keys []string) {
	c.mu.Lock()
	for _, key := range keys {
		if key == "" {
			continue
		}
		c.items[key] = 1 // A
	}
	for key := range c.items { // B
		c.mu.Unlock()
		work(key)
		c.mu.Lock()
		delete(c.items, key) // C
	}
	for {
		if len(keys) > 3 {
			break
		}
		c.mu.Unlock()
		c.items["d"] = 1 // D
		c.mu.Lock()
	}
	c.items["e"] = 1 // E
	c.mu.Unlock()
}
func work(string) {}`,
        "A",
        "B",
        "C",
        "D",
        "E",
      ),
    ).toEqual([["c.mu"], ["c.mu"], ["c.mu"], [], ["c.mu"]]);
  });

  it("follow goto, labels and select", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) f(in chan int, done chan bool) {
retry:
	c.mu.Lock()
	if len(c.items) == 0 {
		c.mu.Unlock()
		goto retry
	}
	c.items["a"] = 1 // A
	c.mu.Unlock()
loop:
	for {
		select {
		case <-in:
			c.mu.Lock()
			c.items["b"] = 1 // B
			c.mu.Unlock()
		case <-done:
			break loop
		}
	}
	c.items["c"] = 1 // C
}`,
        "A",
        "B",
        "C",
      ),
    ).toEqual([["c.mu"], ["c.mu"], []]);
  });

  it("may be taken by TryLock", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) f() {
	if c.mu.TryLock() {
		c.items["a"] = 1 // A
		c.mu.Unlock()
	} else {
		c.items["b"] = 1 // B
	}
	if !c.mu.TryLock() {
		return
	}
	c.items["c"] = 1 // C
	c.mu.Unlock()
	if ok := c.mu.TryRLock(); ok {
		_ = c.items["d"] // D
		c.mu.RUnlock()
	}
}`,
        "A",
        "B",
        "C",
        "D",
      ),
    ).toEqual([["c.mu"], [], ["c.mu"], ["c.mu R"]]);
  });
});

describe("locks of other functions", () => {
  it("are held after a helper that locks, until one that unlocks", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) lock()   { c.mu.Lock() }
func (c *Cache) unlock() { c.mu.Unlock() }
func (c *Cache) f() {
	c.lock()
	c.items["a"] = 1 // A
	c.unlock()
	c.items["b"] = 1 // B
}
func (c *Cache) g() {
	c.lock()
	defer c.unlock()
	c.items["c"] = 1 // C
}`,
        "A",
        "B",
        "C",
      ),
    ).toEqual([["c.mu"], [], ["c.mu"]]);
  });

  it("are given back by a function that the helper returns", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) lock() func() {
	c.mu.Lock()
	return func() { c.mu.Unlock() }
}
func (c *Cache) f() {
	defer c.lock()()
	c.items["a"] = 1 // A
}
func (c *Cache) g() {
	unlock := c.lock()
	c.items["b"] = 1 // B
	unlock()
	c.items["c"] = 1 // C
}`,
        "A",
        "B",
        "C",
      ),
    ).toEqual([["c.mu"], ["c.mu"], []]);
  });

  it("are held in a function that is given to a helper", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) withLock(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}
func (c *Cache) f() {
	c.withLock(func() {
		c.items["a"] = 1 // A
	})
	c.withLock(c.put)
}
func (c *Cache) put() {
	c.items["b"] = 1 // B
}`,
        "A",
        "B",
      ),
    ).toEqual([["c.mu ^"], ["c.mu ^"]]);
  });

  it("are held by all callers or not at all", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) evict() {
	c.items["a"] = 1 // A
}
func (c *Cache) count() {
	c.items["b"] = 1 // B
}
func (c *Cache) Put() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.evict()
	c.count()
}
func (c *Cache) Drop() {
	c.mu.Lock()
	c.evict()
	c.mu.Unlock()
	c.count()
}
func (c *Cache) async() {
	c.items["c"] = 1 // C
}
func (c *Cache) Later() {
	c.mu.Lock()
	defer c.mu.Unlock()
	go c.async()
	sort.Slice(nil, func(i, j int) bool {
		c.items["d"] = 1 // D
		return false
	})
}`,
        "A",
        "B",
        "C",
        "D",
      ),
    ).toEqual([["c.mu ^"], [], [], ["c.mu ^"]]);
  });

  it("go down through several calls, and through one that goes round in a circle", async () => {
    expect(
      await locksOf(
        `
func (c *Cache) Top() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.one(3)
}
func (c *Cache) one(n int) {
	if n > 0 {
		c.two(n - 1)
	}
	c.items["a"] = 1 // A
}
func (c *Cache) two(n int) {
	c.one(n)
	c.items["b"] = 1 // B
}`,
        "A",
        "B",
      ),
    ).toEqual([["c.mu ^"], ["c.mu ^"]]);
  });
});

describe("doubts", () => {
  it("a copied struct has a lock of its own", async () => {
    expect(
      await locksOf(
        `
func (c Cache) f() {
	c.mu.Lock()
	c.items["a"] = 1 // A
	c.mu.Unlock()
}
func g(c *Cache) {
	mine := *c
	mine.mu.Lock()
	mine.items["b"] = 1 // B
	mine.mu.Unlock()
}
func h(all []Cache) {
	for _, c := range all {
		c.mu.Lock()
		c.items["c"] = 1 // C
		c.mu.Unlock()
	}
}
func k(all []Cache) {
	for i := range all {
		c := &all[i]
		c.mu.Lock()
		c.items["d"] = 1 // D
		c.mu.Unlock()
	}
}`,
        "A",
        "B",
        "C",
        "D",
      ),
    ).toEqual([["c.mu ?copied"], ["mine.mu ?copied"], ["c.mu ?copied"], ["c.mu"]]);
  });

  it("the lock of another instance guards another map", async () => {
    expect(
      await locksOf(
        `
func move(from, to *Cache) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.items["a"] = from.items["a"] // A
	same := to
	same.mu.Lock()
	to.items["b"] = 1 // B
	same.mu.Unlock()
}`,
        "B",
      ),
    ).toEqual([["same.mu", "from.mu ?other-instance"]]);
  });

  it("a lock that each call makes anew guards nothing", async () => {
    expect(
      await locksOf(
        `
var registry = map[string]int{}
func put() {
	var mu sync.Mutex
	mu.Lock()
	registry["a"] = 1 // A
	mu.Unlock()
}`,
        "A",
      ),
    ).toEqual([["mu ?other-instance"]]);
  });
});

describe("kinds of locks", () => {
  it("embedded, by pointer, by interface, package-wide, in a map, of another library", async () => {
    const asked = await Asked.files({
      "main.go": `package main
import (
	"sync"
	"github.com/sasha-s/go-deadlock"
)
type Base struct {
	sync.Mutex
	items map[string]int
}
type Outer struct {
	Base
	shared *sync.Mutex
	locker sync.Locker
	extra  deadlock.RWMutex
	byKey  map[string]*sync.Mutex
}
var global sync.Mutex
func (o *Outer) f(key string) {
	o.Lock()
	o.items["a"] = 1 // A
	o.Unlock()
	o.shared.Lock()
	o.items["b"] = 1 // B
	o.shared.Unlock()
	o.locker.Lock()
	o.items["c"] = 1 // C
	o.locker.Unlock()
	global.Lock()
	o.items["d"] = 1 // D
	global.Unlock()
	o.extra.RLock()
	o.items["e"] = 1 // E
	o.extra.RUnlock()
	o.byKey[key].Lock()
	o.items["f"] = 1 // F
	o.byKey[key].Unlock()
}`,
    });
    const keys = ["A", "B", "C", "D", "E", "F"].map((mark) =>
      asked.at(mark).locks.map(({ key, doubt }) => [key, doubt]),
    );
    expect(keys).toEqual([
      [["field example.com/shop.Base.Mutex", null]],
      [["field example.com/shop.Outer.shared", null]],
      [["field example.com/shop.Outer.locker", null]],
      [["global example.com/shop.global", null]],
      [["field example.com/shop.Outer.extra", null]],
      [["element of field example.com/shop.Outer.byKey", null]],
    ]);
  });

  it("a lock of the program's own, one that wraps another, and one that is passed", async () => {
    const asked = await Asked.program(`
type spin int32
func (s *spin) Lock() {
	for !atomic.CompareAndSwapInt32((*int32)(s), 0, 1) {
	}
}
func (s *spin) Unlock() { atomic.StoreInt32((*int32)(s), 0) }
type wrapped struct{ inner sync.Mutex }
func (w *wrapped) Lock()   { w.inner.Lock() }
func (w *wrapped) Unlock() { w.inner.Unlock() }
type Cache struct {
	fast  spin
	slow  wrapped
	mu    sync.Mutex
	items map[string]int
}
func locked(l sync.Locker, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}
func (c *Cache) f() {
	c.fast.Lock()
	c.items["a"] = 1 // A
	c.fast.Unlock()
	c.slow.Lock()
	c.items["b"] = 1 // B
	c.slow.Unlock()
	locked(&c.mu, func() {
		c.items["c"] = 1 // C
	})
}`);
    const keys = ["A", "B", "C"].map((mark) =>
      asked.at(mark).locks.map(({ key, doubt, by }) => [key, doubt, by]),
    );
    expect(keys).toEqual([
      [["field example.com/shop.Cache.fast", null, "here"]],
      [["field example.com/shop.wrapped.inner", null, "here"]],
      [["field example.com/shop.Cache.mu", null, "caller"]],
    ]);
  });

  it("a pointer to a lock means the lock that it was made of", async () => {
    const asked = await Asked.program(`
type Part struct {
	mu    *sync.Mutex
	items map[string]int
}
type Whole struct {
	mu   sync.Mutex
	part *Part
}
func New() *Whole {
	w := &Whole{}
	w.part = &Part{mu: &w.mu, items: map[string]int{}}
	return w
}
func (p *Part) put() {
	p.mu.Lock()
	p.items["a"] = 1 // A
	p.mu.Unlock()
}
func (w *Whole) get() {
	w.mu.Lock()
	_ = w.part.items["a"] // B
	w.mu.Unlock()
}
func main() {
	w := New()
	go w.part.put()
	go w.get()
}`);
    expect(asked.at("A").locks.map(({ key }) => key)).toEqual(asked.at("B").locks.map(({ key }) => key));
    expect(asked.verdict("A", "B")).toBe("locked");
  });

  it("a channel with room for one value", async () => {
    const asked = await Asked.program(`
type Cache struct {
	sem   chan struct{}
	items map[string]int
}
func New() *Cache { return &Cache{sem: make(chan struct{}, 1), items: map[string]int{}} }
func (c *Cache) put() {
	c.sem <- struct{}{}
	c.items["a"] = 1 // A
	<-c.sem
	c.items["b"] = 1 // B
}
func (c *Cache) drop() {
	c.sem <- struct{}{}
	defer func() { <-c.sem }()
	delete(c.items, "a") // C
}
func main() {
	c := New()
	go c.put()
	go c.drop()
}`);
    expect(asked.locks("A")).toEqual(["c.sem"]);
    expect(asked.locks("B")).toEqual([]);
    expect(asked.verdict("A", "C")).toBe("locked");
  });
});
