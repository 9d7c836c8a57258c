import { describe, expect, it } from "vitest";
import { type SourceFacts } from "../../../../src/evidence/source/facts.js";
import { Asked } from "./ask.js";
import { Judge } from "./conflicts.js";

/** The flows as `from -> to how`, by the variables' names. */
function flowsOf({ facts }: Asked): string[] {
  const name = (variable: number): string => facts.variables[variable]!.name;
  return facts.flows.map(({ from, to, how }) => `${name(from)} -> ${name(to)} ${how}`);
}

/** Whether the variables of two marks may hold one map. */
function connected(asked: Asked, one: string, other: string): boolean {
  return new Judge(asked.facts).connected(asked.at(one).variable, asked.at(other).variable);
}

function siteOf({ flows, variables }: SourceFacts, to: string): (number | null)[] {
  return flows.filter((flow) => variables[flow.to]!.name === to).map(({ site }) => site);
}

describe("ways of maps", () => {
  it("by assignment, argument, result, field and literal", async () => {
    const asked = await Asked.program(`
type Box struct{ m map[string]int }
func (b *Box) All() map[string]int { return b.m }
func New(given map[string]int) *Box { return &Box{m: given} }
func fill(target map[string]int) {
	target["a"] = 1 // A
}
func main() {
	start := map[string]int{}
	b := New(start)
	fill(b.m)
	all := b.All()
	all["b"] = 1 // B
	second := all
	_ = second["c"] // C
	other := map[string]int{}
	other["d"] = 1 // D
}`);
    expect(flowsOf(asked)).toEqual(
      expect.arrayContaining([
        "start -> given argument",
        "given -> Box.m store",
        "Box.m -> target argument",
        "Box.m -> result of Box.All result",
        "result of Box.All -> all result",
        "all -> second assign",
      ]),
    );
    expect([connected(asked, "A", "B"), connected(asked, "A", "C"), connected(asked, "A", "D")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("an argument and a result name their call", async () => {
    const asked = await Asked.program(`
func same(m map[string]int) map[string]int { return m }
func main() {
	one := same(map[string]int{})
	one["a"] = 1
	two := map[string]int{}
	three := same(two)
	three["b"] = 1
}`);
    const [first] = siteOf(asked.facts, "one");
    const [second] = siteOf(asked.facts, "three");
    const [argument] = asked.facts.flows
      .filter(({ how, to }) => how === "argument" && asked.facts.variables[to]!.name === "m")
      .map(({ site }) => site);
    expect(first).not.toBeNull();
    expect(first).not.toBe(second);
    expect(argument).toBe(second);
  });

  it("through channels, slices, maps, arrays and pointers", async () => {
    const asked = await Asked.program(`
func produce(out chan<- map[string]int) {
	m := make(map[string]int)
	for {
		m["a"] = 1 // A
		out <- m
	}
}
func consume(in <-chan map[string]int) {
	for batch := range in {
		batch["b"] = 1 // B
	}
	last := <-in
	_ = last["c"] // C
}
func put(shards []map[string]int) {
	shards[0]["d"] = 1 // D
}
func set(p *map[string]int) {
	(*p)["e"] = 1 // E
}
func main() {
	ch := make(chan map[string]int)
	go produce(ch)
	go consume(ch)
	shards := make([]map[string]int, 4)
	put(shards)
	for _, shard := range shards {
		_ = shard["f"] // F
	}
	var m map[string]int
	set(&m)
	_ = m["g"] // G
	nested := map[string]map[string]int{}
	inner := map[string]int{}
	nested["x"] = inner
	for _, each := range nested {
		_ = each["h"] // H
	}
	inner["i"] = 1 // I
}`);
    const pairs = ["AB", "AC", "DF", "EG", "HI", "AD", "FH"];
    expect(pairs.filter((pair) => connected(asked, pair[0]!, pair[1]!))).toEqual([
      "AB",
      "AC",
      "DF",
      "EG",
      "HI",
    ]);
  });

  it("through any, interfaces, contexts, sync.Map, atomic values and pools", async () => {
    const asked = await Asked.program(`
type key struct{}
type otherKey struct{}
var all sync.Map
var current atomic.Value
var pointer atomic.Pointer[map[string]int]
func main() {
	m := map[string]int{}
	ctx := context.WithValue(context.Background(), key{}, m)
	use(ctx)
	m["a"] = 1 // A
	all.Store("x", m)
	v, _ := all.Load("x")
	_ = v.(map[string]int)["b"] // B
	n := map[string]int{}
	n["c"] = 1 // C
	current.Store(n)
	_ = current.Load().(map[string]int)["d"] // D
	p := map[string]int{}
	pointer.Store(&p)
	p["e"] = 1 // E
	_ = (*pointer.Load())["f"] // F
	var x any = p
	switch y := x.(type) {
	case map[string]int:
		y["g"] = 1 // G
	case string:
	}
	all.Range(func(k, v any) bool {
		v.(map[string]int)["j"] = 1 // J
		return true
	})
}
func use(ctx context.Context) {
	fields := ctx.Value(key{}).(map[string]int)
	fields["h"] = 1 // H
	others := ctx.Value(otherKey{}).(map[string]int)
	others["i"] = 1 // I
}`);
    const pairs = ["AB", "AH", "AJ", "CD", "EF", "EG", "AC", "AI", "HI"];
    expect(pairs.filter((pair) => connected(asked, pair[0]!, pair[1]!))).toEqual([
      "AB",
      "AH",
      "AJ",
      "CD",
      "EF",
      "EG",
    ]);
  });

  it("not by copies", async () => {
    const asked = await Asked.program(`
func main() {
	m := map[string]int{}
	m["a"] = 1 // A
	copied := maps.Clone(m)
	copied["b"] = 1 // B
	third := make(map[string]int, len(m))
	for k, v := range m {
		third[k] = v // C
	}
}`);
    expect(connected(asked, "A", "B")).toBe(false);
    expect(connected(asked, "A", "C")).toBe(false);
  });

  it("through generics, closures, method values and embedded structs", async () => {
    const asked = await Asked.program(`
type Set[K comparable] struct{ items map[K]bool }
func (s *Set[K]) Add(k K) {
	s.items[k] = true // A
}
func Keys[M ~map[K]V, K comparable, V any](m M) int {
	n := 0
	for range m { // B
		n++
	}
	return n
}
type Base struct{ tags map[string]int }
type Outer struct{ Base }
func (b *Base) tag() {
	b.tags["c"] = 1 // C
}
func main() {
	s := &Set[string]{items: map[string]bool{}}
	s.Add("x")
	Keys(s.items)
	o := &Outer{Base{tags: map[string]int{}}}
	o.tag()
	_ = o.tags["d"] // D
	m := o.tags
	f := func() {
		m["e"] = 1 // E
	}
	f()
}`);
    const pairs = ["AB", "CD", "CE", "AC"];
    expect(pairs.filter((pair) => connected(asked, pair[0]!, pair[1]!))).toEqual(["AB", "CD", "CE"]);
  });

  it("a map type with methods goes through an interface", async () => {
    const asked = await Asked.program(`
type Store interface{ Set(k string) }
type mem map[string]int
func (m mem) Set(k string) {
	m[k] = 1 // A
}
func use(s Store) { s.Set("x") }
func main() {
	m := mem{}
	use(m)
	_ = m["b"] // B
}`);
    expect(connected(asked, "A", "B")).toBe(true);
  });

  it("a map that several instances share makes their locks doubtful", async () => {
    const body = (make: string): string => `
type Client struct {
	mu   sync.Mutex
	tags map[string]int
}
func New(tags map[string]int) *Client { return &Client{tags: tags} }
func (c *Client) set() {
	c.mu.Lock()
	c.tags["a"] = 1 // A
	c.mu.Unlock()
}
func (c *Client) Clone() *Client { return &Client{tags: ${make}} }
func main() {
	c := New(map[string]int{})
	go c.set()
	go c.set()
}`;
    expect((await Asked.program(body("c.tags"))).locks("A")).toEqual(["c.mu ?other-instance"]);
    expect((await Asked.program(body("maps.Clone(c.tags)"))).locks("A")).toEqual(["c.mu"]);
    const twice = await Asked.program(
      body("nil").replace(
        "c := New(map[string]int{})",
        "m := map[string]int{}\n\tc := New(m)\n\td := New(m)\n\tgo d.set()",
      ),
    );
    expect(twice.locks("A")).toEqual(["c.mu ?other-instance"]);
  });
});
