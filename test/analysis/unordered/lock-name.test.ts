import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lockName } from "../../../src/analysis/unordered/lock-name.js";
import { processorTime } from "../../support/processor-time.js";

const nameIn = (line: string, reading = false): string | null =>
  lockName(
    { function: "main.f", file: "/shop/x.go", line: 2, inlined: false },
    reading,
    () => `first\n${line}\nlast`,
  );

describe("lockName", () => {
  it.each([
    ["\tc.mu.Lock()", "c.mu"],
    ["\ts.shards[i].mu.Lock() // guards the shard", "s.shards[i].mu"],
    ["\tmu.Lock()", "mu"],
    ["\t(*c).mu.Lock()", "(*c).mu"],
    ["\tif !c.mu.TryLock() {", "c.mu"],
    ["\tfunc() { c.Lock(); defer c.Unlock() }()", "c"],
    ["\tf(c.mu.Lock())", null],
    ["\tc.mu.RLock()", null],
    ["\ta.mu.Lock(); b.mu.Lock()", null],
    ['\tlog("c.mu.Lock()"); d.mu.Lock()', null],
    ["\t// c.mu.Lock()", null],
    ["\tget().mu.Lock()", null],
    ["\tc.lock()", null],
    ["", null],
  ])("reads %j", (line, name) => {
    expect(nameIn(line)).toBe(name);
  });

  it("tells locks for readers from others on one line", () => {
    expect(nameIn("a.mu.Lock(); b.mu.RLock()", true)).toBe("b.mu");
    expect(nameIn("a.mu.Lock(); b.mu.RLock()", false)).toBe("a.mu");
  });

  it("asks for Go files only, and for a line that is there", () => {
    const asked: string[] = [];
    const read = (file: string): string => {
      asked.push(file);
      return "c.mu.Lock()";
    };
    const frame = { function: "main.f", inlined: false };
    expect(lockName({ ...frame, file: "/etc/shadow", line: 1 }, false, read)).toBeNull();
    expect(lockName({ ...frame, file: "/x.go", line: null }, false, read)).toBeNull();
    expect(lockName({ ...frame, file: null, line: 1 }, false, read)).toBeNull();
    expect(asked).toEqual([]);
    expect(lockName({ ...frame, file: "/x.go", line: 2 }, false, read)).toBeNull();
    expect(lockName({ ...frame, file: "/x.go", line: 1 }, false, read)).toBe("c.mu");
    expect(lockName({ ...frame, file: "/x.go", line: 1 }, false, () => undefined)).toBeNull();
    expect(lockName(undefined, false, read)).toBeNull();
  });

  it("gives plain Go only, whatever stands there, and soon", () => {
    const pieces = fc.constantFrom(
      "c",
      ".",
      "(",
      ")",
      "*",
      "[",
      "]",
      ".Lock()",
      ".RLock()",
      "mu",
      "\x1b",
      "\u202e",
      " ",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }), (parts) => {
        const name = nameIn(parts.join("").replaceAll("\n", ""));
        expect(name ?? "c").toMatch(/^[\w.()*[\]]{1,80}$/);
      }),
    );
    const long = processorTime(() => expect(nameIn(`${"(*a.b)[c.d].".repeat(80)}x`)).toBeNull());
    expect(long).toBeLessThan(2_000);
  });
});
