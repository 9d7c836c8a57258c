/** Whatever the source looks like: an answer, in bounded time. */
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SourceFacts } from "../../../../src/evidence/source/facts.js";
import { Threads } from "../../../../src/evidence/source/flow/threads.js";
import { examplesDirectory, loadExamples } from "../../../support/examples.js";
import { factsOf } from "./support.js";

const texts = loadExamples().map(({ name, conflicts }) =>
  readFileSync(path.join(examplesDirectory, name, conflicts[0]!.sites[0].file), "utf8"),
);

/** Every number in the facts means something. */
function checkWhole(facts: SourceFacts): void {
  const { functions, variables, starts, calls, flows, accesses } = facts;
  const isFunction = (func: number | null): boolean => func === null || functions[func] !== undefined;
  expect(calls.every(({ caller, callee }) => isFunction(caller) && isFunction(callee))).toBe(true);
  expect(starts.every(({ starter, started }) => isFunction(starter) && isFunction(started))).toBe(true);
  expect(flows.every(({ from, to }) => variables[from] !== undefined && variables[to] !== undefined)).toBe(
    true,
  );
  expect(accesses.every(({ variable }) => variables[variable] !== undefined)).toBe(true);
  const threads = new Threads(facts);
  for (const one of accesses.slice(0, 10)) {
    for (const other of accesses.slice(0, 10)) {
      expect(threads.meeting(one, other) === null).toBe(threads.meeting(other, one) === null);
    }
  }
}

const mutated = fc
  .record({
    text: fc.constantFrom(...texts),
    cut: fc.nat({ max: 3000 }),
    edits: fc.array(
      fc.record({ line: fc.nat({ max: 60 }), how: fc.constantFrom("drop", "double", "swap") }),
      {
        maxLength: 6,
      },
    ),
  })
  .map(({ text, cut, edits }) => {
    const lines = text.split("\n");
    for (const { line, how } of edits) {
      const at = line % lines.length;
      if (how === "drop") {
        lines.splice(at, 1);
      } else if (how === "double") {
        lines.splice(at, 0, lines[at] ?? "");
      } else {
        lines.push(...lines.splice(at, 1));
      }
    }
    const whole = lines.join("\n");
    return cut < whole.length && cut % 2 === 0 ? whole.slice(0, cut) : whole;
  });

/** Statements and expressions put together at random: they parse, and mean little. */
const expression = fc.letrec<{ expr: string; stmt: string; block: string }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("m", "c.items", "c", "f", "ch", "1", "g", "c.mu", "x"),
    tie("expr").map((x) => `${x}[${x}]`),
    tie("expr").map((x) => `(${x})(c, ${x})`),
    tie("expr").map((x) => `${x}.items`),
    tie("expr").map((x) => `&${x}`),
    tie("expr").map((x) => `<-${x}`),
    tie("block").map((block) => `func(a any) any ${block}`),
    tie("expr").map((x) => `T{items: ${x}}`),
    tie("expr").map((x) => `append(${x}, ${x}...)`),
    tie("expr").map((x) => `${x}.(map[string]int)`),
  ),
  stmt: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      "c.mu.Lock()",
      "c.mu.Unlock()",
      "defer c.mu.Unlock()",
      "break",
      "continue",
      "goto end",
      "return",
      "wg.Wait()",
      "wg.Done()",
      "close(ch)",
      "once.Do(f)",
    ),
    fc.tuple(tie("expr"), tie("expr")).map(([a, b]) => `${a} = ${b}`),
    tie("expr").map((x) => `x := ${x}`),
    tie("expr").map((x) => `go ${x}()`),
    tie("expr").map((x) => `defer ${x}(x)`),
    tie("expr").map((x) => `ch <- ${x}`),
    fc.tuple(tie("expr"), tie("block")).map(([a, b]) => `for k, v := range ${a} ${b}`),
    fc.tuple(tie("expr"), tie("block")).map(([a, b]) => `if y := ${a}; y ${b} else ${b}`),
    tie("block").map((b) => `for ${b}`),
    fc.tuple(tie("expr"), tie("stmt")).map(([a, b]) => `select { case q := <-${a}: ${b}; default: ${b} }`),
    fc
      .tuple(tie("expr"), tie("stmt"))
      .map(([a, b]) => `switch z := ${a}.(type) { case nil: ${b}; fallthrough; default: _ = z }`),
    tie("block").map((b) => `end: ${b}`),
  ),
  block: fc.array(tie("stmt"), { maxLength: 4 }).map((list) => `{\n${list.join("\n")}\n}`),
}));

describe("hostile source", () => {
  it("programs that were cut, doubled and mixed up", async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        checkWhole(await factsOf({ "main.go": text }));
      }),
      { numRuns: 40 },
    );
  }, 240_000);

  it("statements at random", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(expression.block, { minLength: 1, maxLength: 3 }), async (blocks) => {
        const functions = blocks.map(
          (block, i) => `func (c *T) f${i}(m map[string]int, f func(), ch chan any) (x any) ${block}`,
        );
        const text = `package main\nimport "sync"\nvar g = map[string]T{}\nvar wg sync.WaitGroup\nvar once sync.Once\ntype T struct { mu sync.Mutex; items map[string]int }\n${functions.join("\n")}\nfunc main() { new(T).f0(nil, nil, nil) }\n`;
        checkWhole(await factsOf({ "main.go": text }));
      }),
      { numRuns: 100 },
    );
  }, 240_000);

  it("deep nesting and long chains", async () => {
    const deep = 3000;
    const nested = `package main\nfunc main() {\nm := map[string]int{}\n${"if true {\n".repeat(deep)}m["a"] = 1\n${"}\n".repeat(deep)}}\n`;
    const literals = `package main\nfunc main() {\nm := map[string]int{}\n${"func() {\n".repeat(300)}m["a"] = 1\n${"}()\n".repeat(300)}}\n`;
    const parens = `package main\nfunc main() { m := map[string]int{}; _ = ${"(".repeat(deep)}m${")".repeat(deep)}["a"] }\n`;
    const chain = `package main\n${Array.from({ length: deep }, (_, i) => `func f${i}(m map[string]int) { f${i + 1}(m) }`).join("\n")}\nfunc f${deep}(m map[string]int) { m["a"] = 1 }\nfunc main() { go f0(map[string]int{}) }\n`;
    const elses = `package main\nfunc main() { x := 1; m := map[int]int{}\n${`if x == 1 { m[x]++ } else `.repeat(2000)}{} }\n`;
    const defers = `package main\nimport "sync"\nfunc main() { var mu sync.Mutex; m := map[int]int{}\n${"mu.Lock()\ndefer mu.Unlock()\nm[1]++\nif m[1] > 2 { return }\n".repeat(1000)}}\n`;
    for (const text of [nested, literals, parens, chain, elses, defers]) {
      checkWhole(await factsOf({ "main.go": text }));
    }
  }, 240_000);

  it("many functions that all hand functions to each other", async () => {
    const n = 150;
    const list = Array.from({ length: n }, (_, i) => i);
    const text = `package main
type F func(F) F
var all []F
${list.map((i) => `func f${i}(g F) F { all = append(all, g, f${(i * 7) % n}); go g(f${(i * 3) % n}); for _, h := range all { h(g)(f${(i + 1) % n}) }; return g }`).join("\n")}
func main() { ${list.map((i) => `f${i}(f${(i * 5) % n})`).join("; ")} }
`;
    const started = performance.now();
    checkWhole(await factsOf({ "main.go": text }));
    expect(performance.now() - started).toBeLessThan(120_000);
  }, 240_000);
});
