/** What is advised for each use of a map; every line that is named is one of the source. */
import { describe, expect, it } from "vitest";
import { CaseSource, inferPeers } from "../../../src/analysis/crash/infer.js";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import type { MapAccess, MapVariable, SourceFacts } from "../../../src/evidence/source/facts.js";
import { crashOf } from "../../support/observations.js";
import { access, fact, factsOf, field, flow, held, start } from "../../support/source-facts.js";

const [get, put, main] = [0, 1, 2];
const base = {
  functions: [
    fact("example.com/shop.(*Cache).Get", 22, 30),
    fact("example.com/shop.(*Cache).Put", 10, 20),
    fact("main.main", 50, 70),
  ],
  starts: [
    start(main, 50, "main"),
    start(get, 60, "go", { starter: main, site: 2060 }),
    start(put, 61, "go", { starter: main, site: 2061, running: [2060] }),
  ],
  variables: [field("Cache.items")],
};
const reading = (more: Partial<MapAccess> = {}) => access("read", { function: get, line: 25 }, more);
const putting = (more: Partial<MapAccess> = {}) => access("write", { function: put, line: 12 }, more);
const elsewhere = (line: number, more: Partial<MapAccess> = {}) =>
  access("read", { function: put, line }, more);

/** The advice on the likeliest place. */
function advice(accesses: readonly MapAccess[], more: Partial<SourceFacts> = {}): readonly string[] {
  const facts = factsOf({ ...base, accesses, ...more });
  const [finding] = inferPeers(crashOf(), new CaseSource(new FactsIndex(facts))).findings;
  expect(finding).toBeDefined();
  return finding!.advice;
}

const variable = (more: Partial<MapVariable>) => ({ variables: [{ ...field("items"), ...more }] });

describe("advice on an inferred peer", () => {
  it("adds a lock where there is none, with each place", () => {
    expect(advice([reading(), putting()])[0]).toBe(
      "Put a sync.Mutex beside the field Cache.items (cache.go:5), and take it on both sides: Lock at cache.go:12, Lock at cache.go:25.",
    );
  });

  it("adds a RWMutex where the map is read more often than it is changed, and counts places, not accesses", () => {
    const others = [elsewhere(14), elsewhere(14, { column: 9 }), elsewhere(15)];
    expect(advice([reading(), putting(), ...others])[0]).toBe(
      "Put a sync.RWMutex beside the field Cache.items (cache.go:5), and take it on both sides: Lock at cache.go:12, RLock at cache.go:25, and at the other 2 places that use it.",
    );
    expect(advice([reading(), putting(), elsewhere(14)])[0]).toContain("and at the other place that use");
  });

  it("says where a lock that guards the map is missing", () => {
    const locked = { locks: [held("lock")] };
    expect(advice([reading(), putting(locked), elsewhere(14, locked)])[0]).toBe(
      "c.mu guards this map at 2 of 3 places. Take it at cache.go:25 (Lock around c.items) too.",
    );
    const readLocked = { locks: [held("rlock")] };
    expect(advice([reading(), putting(locked), elsewhere(14, readLocked)])[0]).toContain(
      "Take it at cache.go:25 (RLock or Lock around c.items) too.",
    );
    expect(advice([reading(readLocked), putting()])[0]).toContain(
      "Take it at cache.go:12 (Lock around c.items) too.",
    );
  });

  it("says that a whole loop needs the lock", () => {
    const looping = access("iterate", { function: get, line: 25 });
    const facts = factsOf({ ...base, accesses: [looping, putting({ locks: [held("lock")] })] });
    const crash = crashOf({ conflict: "concurrent map iteration and map write" }, { operation: "iterate" });
    const [finding] = inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings;
    expect(finding!.advice[0]).toContain(
      "Take it at cache.go:25 (Lock around c.items, for the whole loop) too.",
    );
  });

  it("knows RLock around a change", () => {
    const found = advice([
      reading({ locks: [held("rlock")] }),
      putting({ locks: [held("rlock", { line: 11 })] }),
    ]);
    expect(found[0]).toBe(
      "cache.go:12 changes the map under c.mu.RLock (line 11). Take c.mu.Lock there: RLock lets all readers in.",
    );
  });

  it("does not take the RLock of something else for the map's", () => {
    const other = held("rlock", { key: "global example.com/shop.settings", expression: "settings" });
    const found = advice([
      reading(),
      putting({ locks: [other] }),
      elsewhere(14, { locks: [held("lock")] }),
      elsewhere(15, { locks: [held("lock")] }),
    ]);
    expect(found[0]).toBe(
      "c.mu guards this map at 2 of 4 places. Take it at cache.go:25 (Lock around c.items) and cache.go:12 (Lock around c.items) too.",
    );
  });

  it("knows a lock that was copied with its struct", () => {
    const found = advice([
      reading({ locks: [held("lock", { doubt: "copied" })] }),
      putting({ locks: [held("lock")] }),
    ]);
    expect(found[0]).toMatch(/^At cache\.go:25 the lock c\.mu is a copy: .*pointer receiver/);
  });

  it("knows a lock of another instance, and one that is given back too early", () => {
    const other = [held("lock", { doubt: "other-instance" })];
    expect(advice([reading({ locks: other }), putting({ locks: [held("lock")] })])[0]).toBe(
      "At cache.go:25 the lock c.mu need not belong to the same instance as c.items. Both sides must take the one lock that belongs to the map.",
    );
    const early = [held("lock", { doubt: "maybe" })];
    expect(advice([reading({ locks: [held("lock")] }), putting({ locks: early })])[0]).toContain(
      "c.mu is not held on all ways to cache.go:12",
    );
  });

  it("does not claim that a lock is missing where both sides hold it", () => {
    const [first] = advice([reading({ locks: [held("lock")] }), putting({ locks: [held("lock")] })]);
    expect(first).toMatch(/^Both sides hold c\.mu as far as the source tells\./);
  });

  it("returns a copy where the map is handed out, and names the return, not the call", () => {
    const result = { ...field("result of All"), kind: "result" as const };
    const local = { ...field("all"), kind: "local" as const };
    const found = advice([reading({ variable: 2 }), putting()], {
      variables: [field("Cache.items"), result, local],
      flows: [flow(0, 1, 18, "result"), flow(1, 2, 24, "result")],
    });
    expect(found).toContainEqual(expect.stringMatching(/^Cache\.items is handed out at cache\.go:18: /));
    expect(found.join("\n")).not.toContain("result of All is handed out");
  });

  it("holds the lock around a call into a library, and advises a copy for readers only", () => {
    const crash = crashOf({ conflict: "concurrent map iteration and map write" }, { operation: "iterate" });
    const printing = access("iterate", { function: get, line: 25 }, { through: "fmt.Sprint" });
    const advised = (change: MapAccess) => {
      const facts = factsOf({ ...base, accesses: [printing, change] });
      return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings[0]!.advice;
    };
    expect(advised(putting())).toContain(
      "The map is used inside fmt.Sprint: hold the lock around the whole call, or pass a copy of the map.",
    );
    expect(advised(putting({ through: "maps.Copy" }))).toContain(
      "The map is used inside maps.Copy and fmt.Sprint: hold the lock around the whole call.",
    );
  });

  it("tells of another way that suits the use", () => {
    expect(advice([reading(), putting()]).at(-1)).toContain("sync.Map");
    const reads = [14, 15, 16].map((line) => elsewhere(line));
    expect(advice([reading(), putting(), ...reads], variable({ kind: "global" })).at(-1)).toContain(
      "atomic.Pointer",
    );
    expect(advice([reading(), putting()], variable({ kind: "local" })).at(-1)).toContain(
      "The map belongs to one function",
    );
    expect(advice([reading(), putting()], variable({ kind: "parameter" })).join("\n")).not.toContain(
      "belongs to one function",
    );
  });

  it("says that several goroutines run one line only where they can", () => {
    const writing = access("write", { function: get, line: 25 });
    const crash = crashOf(
      { conflict: "concurrent map writes" },
      { operation: "write", operationFrom: "runtime.mapassign_faststr" },
    );
    const advised = (many: boolean) => {
      const starts = base.starts.map((one) =>
        one.started === get ? { ...one, many, inLoop: many, running: many ? [one.site] : [] } : one,
      );
      const facts = factsOf({ ...base, starts, accesses: [writing] });
      return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings[0]!.advice.join("\n");
    };
    expect(advised(true)).toContain("Several goroutines run the same line.");
    expect(advised(false)).not.toContain("Several goroutines run the same line.");
  });
});
