/** What is advised for each use of a map; every line that is named is one of the source. */
import { describe, expect, it } from "vitest";
import { CaseSource } from "../../../src/analysis/crash/case-source.js";
import { inferPeers } from "../../../src/analysis/crash/infer.js";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import type { MapAccess, MapVariable, SourceFacts } from "../../../src/evidence/source/facts.js";
import { crashOf, ownFrame, textGoroutine } from "../../support/observations.js";
import { access, call, fact, factsOf, field, flow, held, start } from "../../support/source-facts.js";

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
  access("read", { function: get, line }, more);

/** The advice on the likeliest place. */
function advice(accesses: readonly MapAccess[], more: Partial<SourceFacts> = {}): readonly string[] {
  const facts = factsOf({ ...base, accesses, ...more });
  const [finding] = inferPeers(crashOf(), new CaseSource(new FactsIndex(facts))).findings;
  expect(finding).toBeDefined();
  return finding!.advice;
}

const variable = (more: Partial<MapVariable>) => ({ variables: [{ ...field("items"), ...more }] });

const locked = { locks: [held("lock")] };

describe("advice on an inferred peer", () => {
  it("adds a lock where there is none, with each place", () => {
    expect(advice([reading(), putting()])[0]).toBe(
      "Put a sync.Mutex beside the field Cache.items (cache.go:5), and take it wherever the map is used: Lock at cache.go:12 and :25.",
    );
  });

  it("adds a RWMutex where the map is read at more places than it is changed, and names each line once", () => {
    const others = [elsewhere(24), elsewhere(24, { column: 9 }), elsewhere(26)];
    expect(advice([reading(), putting(), ...others])[0]).toBe(
      "Put a sync.RWMutex beside the field Cache.items (cache.go:5), and take it wherever the map is used: RLock at cache.go:24, :25 and :26; Lock at cache.go:12.",
    );
  });

  it("says where a lock that guards the map is missing, at all places and not at the two sides only", () => {
    expect(
      advice([
        reading(),
        putting(locked),
        elsewhere(24, { locks: [held("lock", { line: 23 })] }),
        elsewhere(28),
      ])[0],
    ).toBe(
      "c.mu guards this map at 2 of 4 places. Take it at the others too: Lock at cache.go:25 and :28 (after the lock of line 23 is given back).",
    );
    const readLocked = { locks: [held("rlock")] };
    expect(advice([reading(), putting(locked), elsewhere(14, readLocked)])[0]).toContain(
      "Take it at the other one too: RLock at cache.go:25.",
    );
    expect(advice([reading(readLocked), putting()])[0]).toContain(
      "Take it at the other one too: Lock at cache.go:12.",
    );
  });

  it("leaves out places that nobody else can reach at that time", () => {
    const early = elsewhere(14, { unshared: true, operation: "write" });
    const first = access("write", { function: main, line: 55 });
    expect(advice([reading(), putting(locked), early, first])[0]).toBe(
      "c.mu guards this map at 1 of 2 places. Take it at the other one too: Lock at cache.go:25.",
    );
  });

  it("does not call a lock the map's that is held at few reads only", () => {
    const other = { locks: [held("lock", { key: "global example.com/shop.out", expression: "out" })] };
    const found = advice([reading(), putting(), elsewhere(24, other), elsewhere(26), elsewhere(27)]);
    expect(found.join("\n")).not.toContain("out ");
    expect(found[0]).toMatch(/^Put a sync\.RWMutex beside the field Cache\.items/);
  });

  it("takes a lock that the struct has already before it makes another one", () => {
    const other = access(
      "write",
      { function: get, line: 24 },
      { variable: 1, locks: [held("lock", { line: 23 })] },
    );
    const found = advice([reading(), putting(), other], {
      variables: [field("Cache.items"), field("Cache.hits")],
    });
    expect(found[0]).toBe(
      "Let c.mu, which Cache has already (taken at cache.go:23), guard Cache.items too, and take it wherever the map is used: Lock at cache.go:25 (after the lock of line 23 is given back); Lock at cache.go:12.",
    );
  });

  it("says how far the lock is to be held around a loop", () => {
    const crash = crashOf({ conflict: "concurrent map iteration and map write" }, { operation: "iterate" });
    const looping = access("iterate", { function: get, line: 25 });
    const advised = (more: Partial<SourceFacts>) => {
      const facts = factsOf({ ...base, accesses: [looping, putting(locked)], ...more });
      return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings[0]!.advice[0];
    };
    expect(advised({})).toContain("Take it at the other one too: Lock at cache.go:25 (for the whole loop).");
    expect(advised({ calls: [call(get, put, 26)] })).toContain(
      "Lock at cache.go:25 (only to copy the map; loop over the copy without the lock, because of (*Cache).Put (line 26), which takes it too).",
    );
  });

  it("takes a lock around the calls of a helper that cannot take it itself", () => {
    const helper = { ...field("m"), kind: "parameter" as const, key: "local cache.go:40:10 m", function: 3 };
    const given = (site: number | null) => {
      const facts = factsOf({
        ...base,
        functions: [...base.functions, fact("example.com/shop.lookup", 40, 43)],
        starts: [...base.starts],
        variables: [field("Cache.items"), helper],
        accesses: [
          access("read", { function: 3, line: 41 }, { variable: 1, expression: "m" }),
          access("read", { function: get, line: 23 }, locked),
          putting(locked),
        ],
        flows: [{ ...flow(0, 1, 26, "argument"), site }],
        calls: [call(get, 3, 26)],
      });
      const at = { function: "example.com/shop.lookup", file: "/home/ada/shop/cache.go", line: 41 };
      const stack = [ownFrame(at.function, 41), ownFrame("example.com/shop.(*Cache).Get", 26)];
      const crash = crashOf({}, { site: at, goroutine: textGoroutine(7, stack, { state: "running" }) });
      return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings[0]!.advice[0];
    };
    expect(given(1026)).toBe(
      "c.mu guards this map at 2 of 3 places. Take it at the other one too: Lock around the call of lookup at cache.go:26.",
    );
  });

  it("knows RLock around a change, and names the line that takes it, also in a caller", () => {
    const readLocked = { locks: [held("rlock")] };
    expect(advice([reading(readLocked), putting({ locks: [held("rlock", { line: 11 })] })])[0]).toBe(
      "RLock lets all readers in at once, and cache.go:12 changes the map under it. Take c.mu.Lock (and Unlock) instead of c.mu.RLock at cache.go:11.",
    );
    const byCaller = { locks: [held("rlock", { line: 33, by: "caller" })] };
    const [first] = advice([reading(readLocked), putting(byCaller)]);
    expect(first).toContain("cache.go:12 changes the map under it, which is called with it held.");
    expect(first).toContain("instead of c.mu.RLock at cache.go:33.");
    expect(first).not.toContain("Lock at cache.go:12");
  });

  it("does not take the RLock of something else for the map's", () => {
    const other = held("rlock", { key: "global example.com/shop.settings", expression: "settings" });
    const found = advice([
      reading(),
      putting({ locks: [other] }),
      elsewhere(14, locked),
      elsewhere(15, locked),
    ]);
    expect(found[0]).toContain("c.mu guards this map at 2 of 4 places.");
    expect(found.join("\n")).not.toContain("settings");
  });

  it("knows a lock that was copied: with a receiver, as a parameter, with a local struct", () => {
    const copied = (expression: string, key?: string) => ({
      locks: [held("lock", { doubt: "copied", line: 24, expression, ...(key === undefined ? {} : { key }) })],
    });
    const [reader, ...rest] = base.functions;
    const byValue = { ...reader!, receiver: { type: "Cache", pointer: false, name: "c" } };
    expect(advice([reading(copied("c.mu")), putting(locked)], { functions: [byValue, ...rest] })[0]).toBe(
      "The lock that cache.go:24 takes (c.mu) is a copy, and a copy keeps nobody out. Give Get (cache.go:22) and the type's other methods a pointer receiver: func (c *Cache) Get.",
    );
    expect(advice([reading(copied("mu", "local cache.go:22:9 mu")), putting(locked)])[0]).toContain(
      "Pass a pointer (mu *sync.Mutex, and & at the calls) to the function at cache.go:22",
    );
    expect(advice([reading(copied("p.mu")), putting(locked)])[0]).toContain("p := &list[i]");
  });

  it("knows a lock of another instance, and one that is given back too early", () => {
    const other = [held("lock", { doubt: "other-instance" })];
    expect(advice([reading({ locks: other }), putting({ locks: other })])[0]).toContain(
      "another Cache may have the same map in Cache.items, and a lock of its own",
    );
    expect(
      advice(
        [reading({ locks: other }), putting({ locks: other })],
        variable({ kind: "global", key: "global example.com/shop.items" }),
      )[0],
    ).toContain("Declare one lock beside items, as a package variable (cache.go:5)");
    const early = [held("lock", { doubt: "maybe", line: 11 })];
    expect(advice([reading(locked), putting({ locks: early })])[0]).toBe(
      "c.mu (taken in line 11) is not held on all ways to cache.go:12: it is given back too early, or taken on some ways only. Hold it until c.items has been used there.",
    );
  });

  it("knows that a receiver's lock is not the only one for a package variable", () => {
    const [reader, writer, ...rest] = base.functions;
    const receiver = { type: "Limiter", pointer: true, name: "c" };
    const found = advice([reading(locked), putting(locked)], {
      functions: [{ ...reader!, receiver }, { ...writer!, receiver }, ...rest],
      ...variable({ kind: "global", key: "global example.com/shop.items" }),
    });
    expect(found).toEqual([
      "The lock that cache.go:25 holds (c.mu, taken in line 1) is not the only one for this map: two goroutines may hold two of them. Declare one lock beside items, as a package variable (cache.go:5), and take that one wherever the map is used: cache.go:12 and :25.",
    ]);
  });

  it("does not count a lock that a function that was called took and gave back", () => {
    const inCallee = [held("lock", { doubt: "maybe", line: 90 })];
    expect(advice([reading(locked), putting({ locks: inCallee }), elsewhere(14, locked)])[0]).toContain(
      "Take it at the other one too: Lock at cache.go:12",
    );
  });

  it("tells two different locks apart", () => {
    const other = held("lock", { key: "field example.com/shop.Cache.readMu", expression: "c.readMu" });
    expect(advice([reading({ locks: [other] }), putting(locked), elsewhere(14, locked)])[0]).toBe(
      "The two sides hold two different locks: c.readMu at cache.go:25 and c.mu at cache.go:12. One lock has to guard the map: hold c.mu at cache.go:25 too.",
    );
  });

  it("does not claim that a lock is missing where both sides hold it", () => {
    const [first] = advice([reading(locked), putting(locked)]);
    expect(first).toMatch(/^As far as the source tells, both sides hold c\.mu /);
  });

  it("copies a map that is handed out where no lock reaches, and names the return, not the call", () => {
    const result = { ...field("result of All"), kind: "result" as const, key: "result All" };
    const local = { ...field("all"), kind: "local" as const, key: "local web.go:81:2 all", function: 3 };
    const facts = factsOf({
      ...base,
      functions: [...base.functions, { ...fact("example.com/web.show", 80, 90), package: "example.com/web" }],
      starts: [...base.starts, start(3, 62, "go", { starter: main, running: [2060, 2061] })],
      variables: [field("Cache.items"), result, local],
      accesses: [
        access("read", { function: 3, line: 84 }, { variable: 2, expression: "all" }),
        putting(locked),
      ],
      flows: [flow(0, 1, 18, "result"), flow(1, 2, 81, "assign")],
    });
    const at = { function: "example.com/web.show", file: "/home/ada/shop/cache.go", line: 84 };
    const goroutine = textGoroutine(7, [ownFrame(at.function, 84)], { state: "running" });
    const { findings } = inferPeers(
      crashOf({}, { site: at, goroutine }),
      new CaseSource(new FactsIndex(facts)),
    );
    expect(findings[0]!.advice).toEqual([
      "Cache.items gets out at cache.go:18, and cache.go:84 uses it where no lock of its owner reaches. Hand out a copy there, under c.mu: fill a new map in a loop; or hand out the single value that is asked for.",
    ]);
  });

  describe("on a map that gets out", () => {
    const local = (name: string, at: number, more: Partial<MapVariable> = {}): MapVariable => ({
      ...field(name),
      kind: "local",
      key: `local cache.go:${at}:2 ${name}`,
      line: at,
      ...more,
    });

    it("sends a copy where the sender goes on to use the map", () => {
      const sent = local("element of batches", 51, {
        kind: "element",
        key: "element of local cache.go:51:2 batches",
      });
      const channel = local("batches", 51, { type: "chan map[string]int" });
      const found = advice([reading({ variable: 2 }), putting({ variable: 0 })], {
        variables: [
          local("batch", 11, { function: put }),
          sent,
          local("got", 24, { function: get }),
          channel,
        ],
        flows: [flow(0, 1, 14, "send"), flow(1, 2, 24, "range")],
      });
      expect(found).toEqual([
        "cache.go:14 sends the map away, and who sent it goes on to use it. Send a copy (fill a new map in a loop), or go on with a new map.",
      ]);
    });

    it("keeps a copy of a caller's map that the caller goes on to change", () => {
      const given = local("labels", 40, { kind: "parameter", function: 3 });
      const found = advice([reading(), putting({ variable: 2, line: 18 })], {
        functions: [...base.functions, fact("example.com/shop.New", 40, 44)],
        variables: [field("Cache.items"), given, local("labels", 11, { function: put })],
        flows: [flow(1, 0, 41, "store"), flow(2, 1, 12, "argument")],
      });
      expect(found).toEqual([
        "cache.go:41 keeps the caller's own map in Cache.items, and cache.go:18 goes on to change it. Keep a copy there instead: fill a new map in a loop.",
      ]);
    });

    it("lets the owner change what a result makes others change", () => {
      const result = { ...field("result of Of"), kind: "result" as const, key: "result Of" };
      const found = advice([reading(), putting({ variable: 2, expression: "mine" })], {
        variables: [field("Cache.items"), result, local("mine", 11, { function: put })],
        flows: [flow(0, 1, 43, "result"), flow(1, 2, 11, "assign")],
      });
      expect(found).toEqual([
        "Cache.items gets out at cache.go:43, and cache.go:12 changes it where no lock of its owner reaches. Let its owner change it: do what cache.go:12 does in a method that holds a lock that is declared beside Cache.items (cache.go:5) meanwhile, instead of handing the map out.",
      ]);
    });

    it("puts a map back into a pool after its last use", () => {
      const pooled = local("element of scratch", 5, {
        kind: "element",
        key: "element of global example.com/shop.scratch",
      });
      const pool = local("scratch", 5, {
        kind: "global",
        key: "global example.com/shop.scratch",
        type: "sync.Pool",
      });
      const found = advice([reading({ variable: 1 }), putting({ variable: 1 })], {
        variables: [pooled, local("m", 11, { function: put }), pool],
        flows: [flow(0, 1, 11), flow(1, 0, 15, "store")],
      });
      expect(found[0]).toBe(
        "The map is one of a sync.Pool, scratch (cache.go:5): after Put (cache.go:15) the next Get has it, and nobody else may use it any more. Put it back only when the last use is over: cache.go:12 and :25.",
      );
    });

    it("makes a copy where an assignment was meant to make one", () => {
      const found = advice([reading(), putting({ variable: 1, expression: "mine" })], {
        variables: [field("Cache.items"), local("mine", 11, { function: put })],
        flows: [flow(0, 1, 11, "assign")],
      });
      expect(found).toContainEqual(
        "If mine is meant to be a map of its own: cache.go:11 copies nothing, an assignment shares the map. Make a copy there (fill a new map in a loop).",
      );
    });
  });

  it("holds the lock around a call into a library, or passes a copy to one that reads", () => {
    const crash = crashOf({ conflict: "concurrent map iteration and map write" }, { operation: "iterate" });
    const advised = (through: string, expression: string) => {
      const printing = access("iterate", { function: get, line: 25 }, { through, expression });
      const facts = factsOf({ ...base, accesses: [printing, putting(locked)] });
      return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings[0]!.advice;
    };
    expect(advised("fmt.Sprint", "c.items")).toEqual([
      "c.mu guards this map at 1 of 2 places. Take it at the other one too: Lock at cache.go:25 (around the call of fmt.Sprint).",
      "Or pass fmt.Sprint a copy of the map, made under the lock: fill a new map in a loop.",
    ]);
    expect(advised("json.Marshal", "c")[1]).toContain("a copy of c in which items is copied too");
    expect(advised("maps.Copy", "c.items")).toHaveLength(1);
  });

  it("tells of another way that suits the use", () => {
    const caching = access("write", { function: get, line: 27 });
    expect(advice([reading(), caching]).at(-1)).toContain("sync.Map");
    const reads = [23, 24, 26].map((line) => elsewhere(line));
    expect(advice([reading(), putting(), ...reads]).at(-1)).toContain("atomic.Pointer");
    const local = variable({ kind: "local", key: "local cache.go:51:2 items", function: main });
    expect(advice([reading(), putting()], local).at(-1)).toContain("items belongs to one function");
  });

  it("changes a copy of what an atomic pointer publishes", () => {
    const loading = reading({ expression: "c.current.Load().items" });
    expect(advice([loading, putting()])).toEqual([
      "cache.go:12 changes the map in place, while readers have it from an atomic Load (cache.go:25). Copy on write: make a changed copy of Cache.items and publish it with Store (or CompareAndSwap, where several do so).",
    ]);
  });

  it("puts no lock beside what a library declares", () => {
    const header = variable({
      name: "Request.Header",
      type: "http.Header",
      file: "known:net/http",
      line: 16,
    });
    const [first, ...rest] = advice([reading(), putting()], header);
    expect(first).toContain("Request.Header is a map of a library's type");
    expect(first).toContain("Clone method");
    expect(first).not.toContain("known:");
    expect(rest).toEqual([]);
  });

  it("says that several goroutines run one line only where they can", () => {
    const writing = access("write", { function: get, line: 25 });
    const crash = crashOf(
      { conflict: "concurrent map writes" },
      { operation: "write", operationFrom: "runtime.mapassign_faststr" },
    );
    const local = variable({ kind: "local", key: "local cache.go:51:2 items", function: main });
    const advised = (many: boolean) => {
      const starts = base.starts.map((one) =>
        one.started === get ? { ...one, many, inLoop: many, running: many ? [one.site] : [] } : one,
      );
      const facts = factsOf({ ...base, ...local, starts, accesses: [writing] });
      return inferPeers(crash, new CaseSource(new FactsIndex(facts))).findings[0]!.advice.join("\n");
    };
    expect(advised(true)).toContain("Several goroutines run the same line.");
    expect(advised(false)).not.toContain("Several goroutines run the same line.");
  });
});
