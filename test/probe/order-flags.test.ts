import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callsFlag, callsMark, plainAtomicsAreCalls } from "../../src/golang/plain-atomics.js";
import { withoutCalls, withOrderFlags } from "../../src/probe/order-flags.js";

const go = (goflags: string) => ({ goflags, minor: 27 });

/** Packages, whether they are the standard library's, and whether they are compiled with calls. */
const packages = [
  { path: "example.com/shop", standard: false, calls: true },
  { path: "example.com/shop/cart", standard: false, calls: true },
  { path: "shop", standard: false, calls: true },
  { path: "runtime", standard: true, calls: false },
  { path: "internal/runtime/atomic", standard: true, calls: false },
  { path: "sync", standard: true, calls: false },
  { path: "sync/atomic", standard: true, calls: false },
  { path: "strings", standard: true, calls: false },
  { path: "math", standard: true, calls: false },
  { path: "math/bits", standard: true, calls: false },
  { path: "crypto/sha256", standard: true, calls: false },
  { path: "crypto/tls", standard: true, calls: true },
  { path: "net/http", standard: true, calls: true },
  { path: "os", standard: true, calls: true },
  { path: "context", standard: true, calls: true },
];

/** The flags that the go command takes for a package, as `go help build` and cmd/go/internal/load/flag.go say. */
function flagsOf(
  values: readonly string[],
  path: string,
  standard: boolean,
  named: readonly string[],
): string[] {
  let flags: string[] = [];
  for (const value of values.map((text) => text.trim())) {
    const equals = value.indexOf("=");
    const plain = value === "" || value.startsWith("-");
    const pattern = value.slice(0, equals).trim();
    const expression = pattern
      .split("...")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")
      .replace(/\/\.\*$/, "(/.*)?");
    const fits = plain
      ? named.includes(path)
      : pattern === "all" || (pattern === "std" ? standard : new RegExp(`^${expression}$`).test(path));
    if (fits) {
      flags = (plain ? value : value.slice(equals + 1)).split(/\s+/).filter((word) => word !== "");
    }
  }
  return flags;
}

/** The values of -gcflags in flags, which stand in front. */
function gcflags(flags: readonly string[]): string[] {
  return flags.filter((flag) => flag.startsWith("-gcflags=")).map((flag) => flag.slice("-gcflags=".length));
}

describe("withOrderFlags", () => {
  it.each(packages)("compiles $path with calls: $calls", ({ path, standard, calls }) => {
    const values = gcflags(withOrderFlags([], go("")));
    expect(flagsOf(values, path, standard, [path])).toEqual(calls ? [callsFlag] : []);
  });

  it("leaves the other flags, and what follows -args, behind its own", () => {
    const flags = withOrderFlags(["-tags=a", "-gcflags", "all=-N -l", "x", "-args", "-gcflags=-m"], go(""));
    expect(flags.slice(-4)).toEqual(["-tags=a", "x", "-args", "-gcflags=-m"]);
    expect(flagsOf(gcflags(flags.slice(0, -4)), "example.com/shop", false, [])).toEqual([
      "-N",
      "-l",
      callsFlag,
    ]);
  });

  it("reads GOFLAGS, which come first", () => {
    const flags = withOrderFlags(["-gcflags=net/http=-l"], go("'-gcflags=all=-N -m' -race"));
    expect(flags).not.toContain("-race");
    expect(flagsOf(gcflags(flags), "net/http", true, [])).toEqual(["-l", callsFlag]);
    expect(flagsOf(gcflags(flags), "os", true, [])).toEqual(["-N", "-m", callsFlag]);
    expect(flagsOf(gcflags(flags), "sync", true, [])).toEqual(["-N", "-m"]);
  });

  it("keeps the user's flags for the packages that they name, whatever they are", () => {
    const pattern = fc.constantFrom(
      "",
      "all=",
      "std=",
      "...=",
      "example.com/...=",
      "example.com/shop=",
      "shop=",
      "strings=",
      "sync=",
      "sync/...=",
      "crypto/...=",
      "crypto/tls=",
      "math/...=",
      "math/bits=",
      "runtime=",
      "net/http=",
      "s...=",
      " os =",
    );
    const value = fc
      .tuple(pattern, fc.subarray(["-N", "-l", "-m=2", "-S"]))
      .map(([p, words]) => p + words.join(" "));
    const named = fc.constantFrom([], ["example.com/shop"], ["sync"]);
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 4 }),
        fc.array(value, { maxLength: 3 }),
        named,
        (first, then, main) => {
          const goflags = first.map((text) => `"-gcflags=${text}"`).join(" ");
          const values = gcflags(
            withOrderFlags(
              then.map((text) => `--gcflags=${text}`),
              go(goflags),
              main,
            ),
          );
          for (const { path, standard, calls } of packages) {
            const users = flagsOf([...first, ...then], path, standard, main);
            const all = flagsOf([...first, ...values], path, standard, main);
            expect(all.filter((word) => word !== callsFlag)).toEqual(users);
            expect({ path, calls: all.includes(callsFlag) }).toEqual({ path, calls });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("compiles packages of the standard library with calls that are tested themselves, but never those of the contract", () => {
    const named = [
      "strings",
      "crypto/sha256",
      "sync",
      "sync/atomic",
      "runtime",
      "internal/poll",
      "example.com/shop",
    ];
    const values = gcflags(withOrderFlags([], go(""), named));
    const withFlag = named.filter((path) => flagsOf(values, path, true, named).includes(callsFlag));
    expect(withFlag).toEqual(["strings", "crypto/sha256", "example.com/shop"]);
  });

  it("may be applied to what it gave", () => {
    const once = withOrderFlags(["-gcflags=all=-N", "-gcflags=example.com/...=-l"], go(""));
    const again = withOrderFlags(once, go(""));
    const inGoflags = withOrderFlags([], go(once.map((flag) => `'${flag}'`).join(" ")));
    for (const values of [gcflags(again), gcflags(inGoflags)]) {
      for (const { path, standard } of packages) {
        expect(flagsOf(values, path, standard, [])).toEqual(flagsOf(gcflags(once), path, standard, []));
      }
    }
  });

  it("gives Go 1.19 nothing with a blank unless the user's flags make it so", () => {
    expect(
      withOrderFlags([], { goflags: "-gcflags=all=", minor: 19 }).filter((flag) => /\s/.test(flag)),
    ).toEqual([]);
  });

  it("names no package twice without need", () => {
    expect(new Set(withoutCalls).size).toBe(withoutCalls.length);
  });
});

describe("plainAtomicsAreCalls", () => {
  const settings = (flags: string) => new Map([["-gcflags", flags]]);

  it("knows a build with the flags by the last of them", () => {
    const last = gcflags(withOrderFlags(["-gcflags=-l"], go(""))).at(-1) ?? "";
    expect(last).toBe(callsMark);
    expect(plainAtomicsAreCalls(settings(last))).toBe(true);
  });

  it.each([
    ["all=-d=ssa/intrinsics/off", true],
    ["all=-N -d=ssa/intrinsics/off -l", true],
    ["all=-N", false],
    ["example.com/...=-d=ssa/intrinsics/off", false],
    ["-d=ssa/intrinsics/off", false],
    ["", false],
  ])("takes %j as %s", (flags, calls) => {
    expect(plainAtomicsAreCalls(settings(flags))).toBe(calls);
  });

  it("says no where there are settings and no such flag, and nothing where there are none", () => {
    expect(plainAtomicsAreCalls(new Map([["GOARCH", "amd64"]]))).toBe(false);
    expect(plainAtomicsAreCalls(new Map())).toBeUndefined();
  });
});
