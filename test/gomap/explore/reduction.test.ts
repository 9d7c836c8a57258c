import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bothWays, compiled, endsByStates } from "./support.js";

/** Statements that may stand anywhere. */
const plain = fc.constantFrom(
  "x=1",
  "x=2",
  "y=1",
  "r=x",
  "r=y",
  "fence",
  "atomic x=3",
  "r=atomic y",
  "wg.Done()",
  "wg.Wait()",
  "c<-1",
  "d<-2",
  "s=<-c",
  "s=<-d",
  "close(d)",
);
const locked = fc
  .tuple(fc.constantFrom("mu", "nu"), fc.array(plain, { maxLength: 2 }))
  .map(([lock, body]) => `${lock}.Lock(); ${body.map((one) => `${one}; `).join("")}${lock}.Unlock()`);
const shared = fc
  .tuple(fc.boolean(), plain)
  .map(([writes, body]) =>
    writes ? `rw.Lock(); ${body}; rw.Unlock()` : `rw.RLock(); ${body}; rw.RUnlock()`,
  );
const goroutine = fc
  .array(fc.oneof({ weight: 5, arbitrary: plain }, locked, shared), { minLength: 1, maxLength: 3 })
  .map((statements) => statements.join("; "));
const programs = fc
  .array(goroutine, { minLength: 2, maxLength: 3 })
  .map((bodies) =>
    [
      "var x var y mutex mu mutex nu rwmutex rw waitgroup wg 2 chan c chan d 1",
      ...bodies.map((body, index) => `g${index}: ${body}`),
    ].join("\n"),
  );

const operation = fc.constantFrom(
  "m[1]=11",
  "m[3]=33",
  "_=m[1]",
  "_=m[3]",
  "delete m[1]",
  "range m",
  "n=len(m)",
  "m[2]++",
  "clone m",
);

describe("partial-order reduction", () => {
  test.each(["sc", "tso"] as const)("comes to the same ends as all interleavings, under %s", (memory) => {
    let interleavings = 0;
    let runs = 0;
    fc.assert(
      fc.property(programs, (text) => {
        const { all, reduced, finished } = bothWays(compiled(text), memory, 150_000);
        // A few programs have more interleavings than a unit test can wait for: another one is taken instead.
        fc.pre(finished);
        interleavings += all.progress().runs;
        runs += reduced.progress().runs;
        expect(reduced.ends.keys(), text).toEqual(all.ends.keys());
      }),
      { numRuns: Number(process.env["MAPTRAP_TEST_REPEAT"] ?? 1) * 20 },
    );
    expect(runs).toBeLessThan(interleavings);
  });

  test.each([
    [23, "sc"],
    [23, "tso"],
    [27, "sc"],
    [27, "tso"],
  ] as const)("comes to the same ends as all states do on a map of Go 1.%i, under %s", (minor, memory) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
        (bodies) => {
          const text = [
            "map m {1: 10, 2: 20}",
            ...bodies.map((body, index) => `g${index}: ${body.join("; ")}`),
          ].join("\n");
          const { graph, reduced, finished } = endsByStates(compiled(text, minor), memory, 20_000);
          // Where the graph of all states is too large for a unit test, another program is taken instead.
          fc.pre(finished);
          expect(reduced.ends.keys(), text).toEqual(graph.ends.keys());
        },
      ),
      { numRuns: Number(process.env["MAPTRAP_TEST_REPEAT"] ?? 1) * 5 },
    );
  });

  test("makes far fewer runs than there are interleavings", () => {
    const { all, reduced, finished } = bothWays(compiled("map m {1: 10}\na: m[1]=11\nb: _=m[1]"), "sc");
    expect(finished).toBe(true);
    expect(reduced.ends.keys()).toEqual(all.ends.keys());
    expect(reduced.progress().runs).toBeLessThan(all.progress().runs / 10);
  });
});
