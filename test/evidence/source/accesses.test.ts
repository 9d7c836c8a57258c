import { describe, expect, test } from "vitest";
import { findAccesses } from "../../../src/evidence/source/accesses/find.js";
import { accessesOf, inWords, programOf } from "./support/program.js";

/** The accesses without their lines, and with the package's path left out. */
async function short(text: string): Promise<string[]> {
  return (await accessesOf(text)).map((line) =>
    line.replace(/^\d+ /u, "").replaceAll("example.com/shop.", ""),
  );
}

describe("operations", () => {
  const field = "field Cache.items";
  test.each([
    ["_ = c.items[k]", [`read c.items = ${field}`]],
    ["v, ok := c.items[k]; _, _ = v, ok", [`read c.items = ${field}`]],
    ["c.items[k] = 1", [`write c.items = ${field}`]],
    ["c.items[k] += 1", [`write c.items = ${field}`]],
    ["c.items[k]++", [`write c.items = ${field}`]],
    ["c.lists[k] = append(c.lists[k], 1)", ["write c.lists = field Cache.lists"]],
    [
      "c.lists[k] = append(c.lists[k+k], 1)",
      ["write c.lists = field Cache.lists", "read c.lists = field Cache.lists"],
    ],
    ["c.lists[k][0] = 1", ["read c.lists = field Cache.lists"]],
    [
      "c.nested[k][k] = 1",
      ["write c.nested[k] = element of field Cache.nested", "read c.nested = field Cache.nested"],
    ],
    ["delete(c.items, k)", [`delete c.items = ${field}`]],
    ["clear(c.items)", [`clear c.items = ${field}`]],
    ["clear(c.lists[k])", ["read c.lists = field Cache.lists"]],
    ["for range c.items {}", [`iterate c.items = ${field}`]],
    ["for k, v := range c.items { _, _ = k, v }", [`iterate c.items = ${field}`]],
    ["for c.items[k] = range 3 {}", [`write c.items = ${field}`]],
    ["_ = len(c.items)", []],
    ["_ = map[string]int{k: 1}", []],
    ["c.items = nil", []],
    ["(c.items)[k] = 1", [`write (c.items) = ${field}`]],
    ["c.items[k], c.items[k] = 1, 2", [`write c.items = ${field}`, `write c.items = ${field}`]],
    ["if c.items[k] > 1 { delete(c.items, k) }", [`read c.items = ${field}`, `delete c.items = ${field}`]],
    ["switch c.items[k] { case c.items[k]: }", [`read c.items = ${field}`, `read c.items = ${field}`]],
    [
      "select { case c.items[k] = <-ch: case ch <- c.items[k]: }",
      [`write c.items = ${field}`, `read c.items = ${field}`],
    ],
    ["defer delete(c.items, k)", [`delete c.items = ${field}`]],
    ["func() { _ = c.items[k] }()", [`read c.items = ${field}`]],
    ["type own map[string]int; delete := func(m own, k string) {}; delete(own(c.items), k)", []],
  ])("%s", async (body, expected) => {
    const found = await short(`type Cache struct {
  items map[string]int
  lists map[string][]int
  nested map[string]map[string]int
}
func (c *Cache) f(k string, ch chan int) {
  ${body}
}`);
    expect(found).toEqual(expected);
  });

  test("the line is that of the bracket or the parenthesis, as the runtime prints it", async () => {
    const found = await accessesOf(`type S struct { next *S; m map[string]int }
func f(s *S) {
	_ = s.
		next.
		m[
		"a"]
	delete(
		s.
			m,
		"a",
	)
}`);
    expect(found.map((line) => line.split(" = ")[0])).toEqual(["6 read s. next. m", "8 delete s. m"]);
  });
});

describe("variables", () => {
  test("a field is the same through embedding, pointers, methods and closures", async () => {
    const found = await short(`type Base struct { m map[int]int }
type Middle struct { *Base }
type Top struct { Middle; other int }
func (b *Base) get() { _ = b.m[1] }
func f(t Top, p **Top) {
  _ = t.m[1]
  _ = t.Middle.Base.m[1]
  _ = (*p).m[1]
  g := func() { _ = t.m[1] }
  g()
}`);
    expect(new Set(found.map((line) => line.split(" = ")[1]))).toEqual(new Set(["field Base.m"]));
    expect(found).toHaveLength(5);
  });

  test("generic types and functions have one variable for all instances", async () => {
    const found = await short(`type Store[K comparable, V any] struct { m map[K]V; inner *Store[K, V] }
type Names = Store[string, int]
type Of[V any] = Store[string, V]
func (s *Store[A, B]) get(k A) B { return s.inner.m[k] }
func f(a *Store[int, string], b Names, c Of[bool]) {
  _ = a.m[1]
  _ = b.m["a"]
  _ = c.inner.m["a"]
  _ = first(a.m)
  _ = first(b.m)
}
func first[M ~map[K]V, K comparable, V any](m M) V { for _, v := range m { return v }; panic(0) }
func keys[K comparable](m interface{ ~map[K]int }) {}`);
    expect(found.map((line) => line.split(" = ")[1])).toEqual([
      "field Store.m",
      "field Store.m",
      "field Store.m",
      "field Store.m",
      "local shop.go:13:45 m",
    ]);
  });

  test("locals, parameters, globals, results, elements", async () => {
    const found = await short(`var registry = map[string]map[string]int{}
var list []map[int]int
type T struct { deep struct { m map[int]int } }
func Get() map[string]int { return registry["a"] }
func named() (m map[int]int) { return }
func f(p map[int]int, ch chan map[int]int, t T, ptr *map[int]int, any interface{}) {
  _ = p[1]
  l := make(map[int]int)
  _ = l[1]
  _ = Get()["a"]
  _ = named()[1]
  _ = list[0][1]
  _ = (<-ch)[1]
  _ = t.deep.m[1]
  _ = (*ptr)[1]
  _ = any.(map[int]int)[1]
  switch m := any.(type) { case map[int]int: _ = m[1]; case map[string]int: _ = m["a"] }
  for _, each := range list { _ = each[1] }
}`);
    expect(found.map((line) => line.split(" = ")[1])).toEqual([
      "global registry",
      "local shop.go:7:8 p",
      "local shop.go:9:3 l",
      "result Get 0",
      "local shop.go:6:15 m",
      "element of global list",
      "element of local shop.go:7:23 ch",
      "field T.deep.m",
      "local shop.go:7:49 ptr",
      "local shop.go:7:67 any",
      "local shop.go:18:10 m",
      "local shop.go:18:10 m",
      "local shop.go:19:10 each",
    ]);
  });

  test("the initial values of package variables run in init", async () => {
    const made = await programOf({
      "a.go": 'package shop\nvar m = map[string]int{}\nvar x, y = m["a"], func() int { return m["b"] }()\n',
    });
    const found = findAccesses(made.program, made.bindings);
    expect(found.map((access) => made.program.functions[access.function]?.name)).toEqual([
      "example.com/shop.glob..func1",
      "example.com/shop.init",
    ]);
  });

  test("names shadow each other as the language says", async () => {
    const found = await short(`var m map[string]int
func f(s []int) {
  _ = m["a"]
  if m := s; len(m) > 0 { _ = m[0] }
  m, err := g(m["b"])
  _, _ = m[0], err
  { type m struct{}; var len map[int]int; _ = len[1] }
}
func g(int) ([]int, error) { return nil, nil }`);
    expect(found).toEqual(["read m = global m", "read m = global m", "read len = local shop.go:8:26 len"]);
  });
});

describe("types", () => {
  test.each([
    ["a method's result", "func (T) m() map[int]int\n type T struct{}\n func f(t T) { _ = t.m()[1] }", 1],
    [
      "a method value",
      "type T struct{}\n func (T) m() map[int]int\n func f(t T) { g := t.m; _ = g()[1] }",
      1,
    ],
    [
      "a method expression",
      "type T struct{}\n func (*T) m() map[int]int\n func f(t *T) { _ = (*T).m(t)[1] }",
      1,
    ],
    [
      "an interface",
      "type I interface { J }\n type J interface { m() map[int]int }\n func f(i I) { _ = i.m()[1] }",
      1,
    ],
    [
      "an array behind a pointer",
      "func f(a *[3]map[int]int) { _ = a[1][1]; for _, m := range a { _ = m[1] } }",
      2,
    ],
    ["a slice of a slice", "func f(a []map[int]int) { _ = a[1:2][0][1]; _ = append(a, nil)[0][1] }", 2],
    [
      "several results",
      "func g() (int, map[int]int)\n func f() { _, m := g(); _ = m[1]; var a, b = g(); _, _ = a, b[1] }",
      2,
    ],
    [
      "left out types in literals",
      'type T struct { m map[int]int }\n func f() { _ = []T{{}}[0].m[1]; _ = map[string]*T{"": {}}[""].m[1] }',
      3,
    ],
    ["a string and a slice are no maps", "func f(s string, b []int) { _ = s[0]; _ = b[0] }", 0],
    [
      "a function iterator",
      'import "iter"\n func g() iter.Seq2[int, map[int]int]\n func f() { for _, m := range g() { _ = m[1] } }',
      1,
    ],
    [
      "inferred type arguments",
      "func id[T any](x T) T\n func apply[T, U any](x T, f func(T) U) U\n func f(m map[int]int) { _ = id(m)[1]; _ = apply(1, func(int) map[int]int { return m })[1] }",
      2,
    ],
    [
      "generic methods",
      "type G struct{}\n func (g *G) Pick[T any](x T) T { return x }\n func f(g *G, m map[int]int) { _ = g.Pick(m)[1] }",
      1,
    ],
    [
      "new with a value",
      'func f(m map[int]int) { p := new(m); _ = (*p)[1]; q := new(map[string]int); _ = (*q)[""] }',
      2,
    ],
    [
      "min, max and conversions",
      "type M map[int]int\n func f(x any) { _ = M(nil)[1]; _ = map[int]int(x.(M))[1]; _ = max(1, 2) }",
      2,
    ],
    [
      "a channel of functions",
      "func f(c chan func() map[int]int) { _ = (<-c)()[1]; for g := range c { _ = g()[1] } }",
      2,
    ],
    ["an alias", "type A = B\n type B = map[int]int\n func f(a A) { _ = a[1] }", 1],
    [
      "a type parameter's methods",
      "type I interface { m() map[int]int }\n func f[T I](t T) { _ = t.m()[1] }",
      1,
    ],
    [
      "a declared constraint",
      "type C interface { ~map[int]int }\n func f[T C](t T) { _ = t[1]; clear(t); for range t {} }",
      3,
    ],
    ["a struct without a name", "var s struct { m map[int]int }\n func f() { _ = s.m[1] }", 1],
    ["a recursive type", 'type T struct { t *T; m map[string]T }\n func f(t T) { _ = t.t.t.m[""].m[""] }', 2],
  ])("%s", async (_, text, count) => {
    expect(await short(text)).toHaveLength(count);
  });
});

describe("accesses through libraries", () => {
  const field = "field Cache.items";
  test.each([
    [
      "maps.Clone(c.items)",
      [`clone c.items = ${field} through maps.Clone`, `iterate c.items = ${field} through maps.Clone`],
    ],
    [
      "maps.Copy(c.items, m)",
      [`write c.items = ${field} through maps.Copy`, "iterate m = local M through maps.Copy"],
    ],
    ["slices.Sorted(maps.Keys(c.items))", [`iterate c.items = ${field} through maps.Keys`]],
    ["fmt.Println(c.items)", [`iterate c.items = ${field} through fmt.Println`]],
    ['fmt.Sprintf("%T %d", c.items, c.items)', [`iterate c.items = ${field} through fmt.Sprintf`]],
    ["fmt.Println(c)", [`iterate c = ${field} through fmt.Println`]],
    ["fmt.Println(holder{c})", []],
    ["fmt.Println(stringer{c.items})", []],
    [
      "json.Marshal(holder{c})",
      [
        "iterate holder{c} = field Cache.Public through json.Marshal",
        "read holder{c} = field Cache.Public through json.Marshal",
      ],
    ],
    ["json.Unmarshal(nil, &c.items)", [`write &c.items = ${field} through json.Unmarshal`]],
    [
      "json.NewEncoder(nil).Encode(m)",
      ["iterate m = local M through (json.Encoder).Encode", "read m = local M through (json.Encoder).Encode"],
    ],
    [
      "yaml.Marshal(m)",
      ["iterate m = local M through yaml.Marshal", "read m = local M through yaml.Marshal"],
    ],
    [
      "yaml.Decode(m, &c.items)",
      ["iterate m = local M through yaml.Decode", `write &c.items = ${field} through yaml.Decode`],
    ],
    [
      "yaml.Merge(&m, c.items)",
      ["write &m = local M through yaml.Merge", `iterate c.items = ${field} through yaml.Merge`],
    ],
    ['yaml.Any("m", m)', ["iterate m = local M through yaml.Any"]],
    ["yaml.Frobnicate(m)", []],
    ['log.Printf("%v", m)', ["iterate m = local M through log.Printf"]],
    ['slog.Info("x", "m", m)', ["iterate m = local M through slog.Info"]],
    [
      "reflect.ValueOf(m).MapIndex(reflect.ValueOf(1))",
      ["read m = local M through (reflect.Value).MapIndex"],
    ],
    [
      "reflect.DeepEqual(m, 1)",
      ["iterate m = local M through reflect.DeepEqual", "read m = local M through reflect.DeepEqual"],
    ],
    ['h.Set("a", "b")', ["write h = local H through (http.Header).Set"]],
    ['r.Header.Get("a")', ["read r.Header = field net/http.Request.Header through (http.Header).Get"]],
    ['r.URL.Query().Get("a")', ["read r.URL.Query() = result net/url.URL.Query 0 through (url.Values).Get"]],
    [
      'template.New("").Execute(nil, m)',
      [
        "read m = local M through (template.Template).Execute",
        "iterate m = local M through (template.Template).Execute",
      ],
    ],
    ['strings.ToUpper("m")', []],
  ])("%s", async (call, expected) => {
    const found = await short(`import (
  "encoding/json"; "fmt"; "log"; "log/slog"; "maps"; "net/http"; "reflect"; "slices"; "strings"; "text/template"
  "gopkg.in/yaml.v3"
)
type Cache struct { items map[string]int; Public map[string]int \`json:"-"\` }
type holder struct { Cache *Cache }
type stringer struct { m map[string]int }
func (s stringer) String() string { return "" }
func f(c struct{ items map[string]int }, m map[string]int, h http.Header, r *http.Request) {}
func g(c *Cache, m map[string]int, h http.Header, r *http.Request) {
  ${call}
}`);
    const named = found.map((line) =>
      line.replace(/local shop\.go:\d+:\d+ m/u, "local M").replace(/local shop\.go:\d+:\d+ h/u, "local H"),
    );
    const wanted =
      call === "fmt.Println(c)"
        ? [...expected, "iterate c = field Cache.Public through fmt.Println"]
        : expected;
    expect(named).toEqual(wanted);
  });

  test("a value of type any that goes to a library is the variable that it comes from", async () => {
    const found = await short(`import ("encoding/json"; "fmt"; "net/http")
func reply(w http.ResponseWriter, v any) { json.NewEncoder(w).Encode(v) }
func logf(format string, args ...any) { fmt.Printf(format, args...) }`);
    expect(found).toEqual([
      "iterate v = local shop.go:3:35 v through (json.Encoder).Encode",
      "read v = local shop.go:3:35 v through (json.Encoder).Encode",
      "iterate args = element of local shop.go:4:26 args through fmt.Printf",
    ]);
  });

  test("a reflected map is followed through local variables", async () => {
    const found = await short(`import "reflect"
func f(m map[string]int) {
  v := reflect.ValueOf(&m).Elem()
  for it := v.MapRange(); it.Next(); { }
  v.SetMapIndex(v, v)
}`);
    expect(found.map((line) => line.split(" ")[0])).toEqual(["iterate", "iterate", "write"]);
    expect(found.every((line) => line.includes("= local shop.go:3:8 m "))).toBe(true);
  });
});

test("accesses say which function they are in, as the runtime names it", async () => {
  const made = await programOf({
    "main.go": `package main
var hooks = []func(){ func() { _ = m[0] } }
var m map[int]int
type T[K any] struct{}
func (t *T[K]) P() { _ = m[1]; func() { _ = m[2]; go func() { _ = m[3] }() }() }
func (t T[K]) V() { _ = m[4] }
func G[X any]() { _ = m[5]; _ = func() { _ = m[6] } }
func init() { _ = m[7] }
func init() { _ = m[8] }
func main() { _ = m[9]; defer func() { _ = m[10] }(); for range 3 { go func() { _ = m[11] }() } }
`,
    "sub.v2/x.go": "package sub\nvar m map[int]int\nfunc F() { _ = m[1] }\n",
  });
  const names = findAccesses(made.program, made.bindings)
    .map(
      (access) => `${inWords(made, access).split(" ")[0]} ${made.program.functions[access.function]?.name}`,
    )
    .toSorted();
  expect(names).toEqual(
    [
      "2 main.glob..func1",
      "5 main.(*T[...]).P",
      "5 main.(*T[...]).P.func1",
      "5 main.(*T[...]).P.func1.1",
      "6 main.T[...].V",
      "7 main.G[...]",
      "7 main.G[...].func1",
      "8 main.init.0",
      "9 main.init.1",
      "10 main.main",
      "10 main.main.func1",
      "10 main.main.func2",
      "3 example.com/shop/sub%2ev2.F",
    ].toSorted(),
  );
});
