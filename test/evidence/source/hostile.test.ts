/** Source that no compiler accepts: the answer may be anything, but there is one, and soon. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { findAccesses } from "../../../src/evidence/source/accesses/find.js";
import { flowsIntoParameters } from "../../../src/evidence/source/accesses/into-parameters.js";
import { buildFlow } from "../../../src/evidence/source/flow/build.js";
import { programOf } from "./support/program.js";

async function readAll(text: string): Promise<number> {
  const made = await programOf({ "a.go": text });
  const accesses = findAccesses(made.program, made.bindings);
  flowsIntoParameters(made.program, accesses);
  expect(buildFlow(made.program, accesses).accesses).toHaveLength(accesses.length);
  return accesses.length;
}

test.each([
  "type T T\nvar x T\nfunc f() { _ = x[1] }",
  "type A = B\ntype B = A\nfunc f(a A) { _ = a[1]; a.b() }",
  "type A B\ntype B A\nfunc f(a A) { _ = a[1]; a.b() }",
  "type T struct { T }\nfunc f(t T) { _ = t.m[1] }",
  "type T struct { *U }\ntype U struct { *T }\nfunc f(t T) { _ = t.m[1] }",
  "type T []T\nfunc f(t T) { _ = t[0][0][0]; for _, x := range t { for range x {} } }",
  'type T map[string]T\nfunc f(t T) { _ = t[""][""]; fmt.Println(t) }\nimport "fmt"',
  'type S[P any] struct { f *S[S[P]]; m map[int]P }\nfunc g(s S[int]) { _ = s.f.f.f.f.m[1]; fmt.Println(s) }\nimport "fmt"',
  "type A[P any] = A[[]P]\nfunc g(s A[int]) { _ = s[1] }",
  "type S[P any] S[[]P]\nfunc g(s S[int]) { _ = s[1] }",
  "type I interface { I; m() }\nfunc f(i I) { i.m(); i.n() }",
  "type I interface { J }\ntype J interface { I }\nfunc f[T I](t T) { _ = t[1]; t.m() }",
  "func f[T interface{ ~T }](t T) { _ = t[1] }",
  "func f[T interface{ ~[]U }, U interface{ ~[]T }](t T, u U) { _ = f(t, u)[1]; _ = t[1][1] }",
  "var a = b\nvar b = c\nvar c = a\nfunc f() { _ = a[1] }",
  "var a = func() int { return a() }\nvar m = m[1]",
  "const a = b\nconst b = a\nfunc f(m map[int]int) { _ = m[a] }",
  "func f() { a := a; b, c := b; var d = d; _ = a[b[c[d]]] }",
  "func f(f f) f { return f(f)(f)[f] }",
  "func (T) m() {}\nfunc (t *T[P]) n() {}\nfunc () o() {}\nfunc (a, b T) p() {}",
  "type T struct { m map[int]int }\ntype T struct { m []int }\nfunc f(t T) { _ = t.m[1] }",
  'import "example.com/shop"\nfunc f() { _ = shop.M[1] }\nvar M map[int]int',
  'import (. "fmt"; . "maps")\nfunc f(m map[int]int) { Println(m); Clone(m) }',
  "func f() { goto L; L: for { break L; continue M } }",
  "func f() { x := {1, 2}; _ = []T{{{{1: {2}}}}} }",
])("%s", async (text) => {
  expect(await readAll(`package shop\n${text}\n`)).toBeGreaterThanOrEqual(0);
});

test("a long chain of definitions does not overflow the stack", async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `x${i + 1} := x${i}`);
  await readAll(`package shop\nfunc f(x0 map[int]int) {\n${lines.join("\n")}\n_ = x20000[1]\n}\n`);
  const vars = Array.from({ length: 20_000 }, (_, i) => `var x${i} = x${i + 1}`);
  await readAll(`package shop\n${vars.join("\n")}\nvar x20000 map[int]int\nfunc f() { _ = x0[1] }\n`);
});

test("mutated programs", async () => {
  const program = `package shop
import ("encoding/json"; "fmt"; "maps"; "net/http"; "sync")
type Store[K comparable, V any] struct { mu sync.RWMutex; m map[K]V; next *Store[K, V] }
func (s *Store[K, V]) Get(k K) (v V, ok bool) { s.mu.RLock(); defer s.mu.RUnlock(); v, ok = s.m[k]; return }
func (s *Store[K, V]) Put(k K, v V) { s.mu.Lock(); s.m[k] = v; s.mu.Unlock() }
type Any interface { Get(string) (int, bool) }
func serve(s *Store[string, int], a Any) {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.Put(r.URL.Path, len(s.m)); w.Header().Set("a", "b"); json.NewEncoder(w).Encode(s.m)
	})
	go func() { for k, v := range maps.Clone(s.m) { fmt.Println(k, v, a); delete(s.m, k) } }()
	switch x := any(a).(type) { case *Store[string, int]: _ = x.m[""]; case map[string]int: clear(x) }
	select { case <-make(chan int): default: }
}
`;
  const words = program.split(/(?<=\W)|(?=\W)/u);
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          at: fc.nat({ max: words.length - 1 }),
          what: fc.constantFrom("drop", "double", "swap", "other"),
          with: fc.nat({ max: words.length - 1 }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      async (changes) => {
        const changed = [...words];
        for (const change of changes) {
          const [old, other] = [changed[change.at] ?? "", changed[change.with] ?? ""];
          if (change.what === "drop") {
            changed[change.at] = "";
          } else if (change.what === "double") {
            changed[change.at] = old + old;
          } else {
            changed[change.at] = other;
            changed[change.with] = change.what === "swap" ? old : other;
          }
        }
        expect(await readAll(changed.join(""))).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 100 },
  );
});
