/** Recorded stops, analysed again: what is said of them, and what is not when something is missing or another. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildStoppedCase } from "../../../src/analysis/stopped/build-stopped-case.js";
import { observeStop, withArrivals } from "../../../src/analysis/stopped/observe.js";
import type { GdbSessionEvidence, StoppedObservation } from "../../../src/case/case.js";
import { decodeCase, encodeCase } from "../../../src/case/file.js";
import { renderText } from "../../../src/report/text/render.js";
import { programFolder } from "../../support/programs.js";
import { decodeStop, type RecordedStop, replayed } from "../../support/recorded-stop.js";
import { repositoryRoot } from "../../support/toolchains.js";

const stopNamed = (name: string): RecordedStop =>
  decodeStop(readFileSync(path.join(repositoryRoot, "test/fixtures/stopped", `${name}.json`), "utf8"));

/** What the program's comment calls a line. A change of lines in that file means that the stops are recorded again. */
const source = readFileSync(path.join(programFolder("gdb-catch"), "main.go"), "utf8").split("\n");
const siteAt = (line: number | null | undefined): string =>
  /\/\/ site: (\S+)$/.exec(source[(line ?? 0) - 1] ?? "")?.[1] ?? `line ${line}`;

const observed = (stop: RecordedStop, changes: Record<string, unknown> = {}): StoppedObservation =>
  observeStop({
    program: replayed(stop, changes),
    reason: stop.reason,
    now: undefined,
    handle: "o0",
    evidence: "e0",
  });

const evidence: GdbSessionEvidence = {
  kind: "gdb-session",
  handle: "e0",
  path: "/srv/gdb-catch",
  how: "run",
  core: null,
  processId: 4711,
  run: null,
  goVersion: "go1.23.5",
  platform: "linux/amd64",
  mapImplementation: "classic",
  debugger: null,
  ending: "stopped",
  exitStatus: 2,
  stripped: false,
  notes: [],
};

const caseOf = (observation: StoppedObservation) =>
  buildStoppedCase({
    command: ["maptrap", "gdb", "run", "./gdb-catch"],
    workingDirectory: "/srv",
    sessions: [{ evidence, observation }],
    modulePath: "example.com/gdb-catch",
    created: new Date(0),
  });

/** Sides as `role site`, in the order of the finding. */
const sidesOf = (observation: StoppedObservation): string[][] =>
  caseOf(observation).findings.map(({ certainty, sides }) => [
    certainty,
    ...sides.map(({ role, operation, site }) => `${role} ${operation} ${siteAt(site?.line)}`),
  ]);

describe("a stop at Go's check", () => {
  it("names both sides and the map that the program printed, classic and swiss", () => {
    const expected = [
      ["read-write-1.23", "int"],
      ["read-write-1.27", "string"],
    ] as const;
    for (const [name, scenario] of expected) {
      const stop = stopNamed(name);
      const observation = observed(stop);
      expect([observation.map.address, observation.mapProven]).toEqual([stop.map, true]);
      expect(observation.conflict).toBe("concurrent map read and map write");
      expect(sidesOf(observation)).toEqual([
        ["caught", `stopped write ${scenario}-write`, `detected read ${scenario}-read`],
      ]);
    }
  });

  it("tells two writers apart", () => {
    const stop = stopNamed("write-write-1.23");
    const [[certainty, ...sides] = []] = sidesOf(observed(stop));
    expect(certainty).toBe("caught");
    expect(sides.toSorted()).toEqual(
      sides.some((side) => side === "detected write write-one")
        ? ["detected write write-one", "stopped write write-two"]
        : ["detected write write-two", "stopped write write-one"],
    );
  });

  it("shows the map with its type and entries, and all goroutines", () => {
    const { decoded, map, goroutines, groups, threads } = observed(stopNamed("read-write-1.23"));
    expect(map.type).toBe("map[int]int");
    expect(decoded?.header.map(({ name }) => name)).toEqual([
      "count",
      "flags",
      "B",
      "noverflow",
      "hash0",
      "buckets",
      "oldbuckets",
      "nevacuate",
      "extra",
    ]);
    expect(decoded?.entries.every(({ key, element }) => /^\d+$/.test(key) && /^\d+$/.test(element))).toBe(
      true,
    );
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(goroutines);
    expect(threads.filter(({ goroutine }) => goroutine !== null)).toHaveLength(2);
  });

  it("names no other side where that is gone", () => {
    const observation = observed(stopNamed("gone-1.23"));
    expect(observation.map.address).toBe(stopNamed("gone-1.23").map);
    expect(sidesOf(observation)).toEqual([]);
    expect(observation.gone[0]).toMatch(/^The other side is gone: it had left the map/);
  });

  it("does not take another map for the same", () => {
    const stop = stopNamed("read-write-1.27");
    const { others } = observed(stop);
    const [other] = others;
    const elsewhere = stopWithOtherMap(stop, other?.goroutine.id ?? -1);
    expect(sidesOf(elsewhere)).toEqual([]);
    expect(elsewhere.others).toEqual([]);
    expect(elsewhere.gone).not.toEqual([]);
  });

  it("does not name readers as those that were met", () => {
    const observation = observed(stopNamed("readers-1.27"));
    const readers = observation.others.filter(({ operation }) => operation === "read");
    expect(readers.every(({ phase }) => phase === "reads")).toBe(true);
    for (const [, ...sides] of sidesOf(observation)) {
      expect(sides.toSorted()).toEqual(["detected read readers-read", "stopped write readers-write"]);
    }
    expect(sidesOf(observation)).toHaveLength(1);
  });

  it("infers no more than that somebody may have been it, between two accesses", () => {
    const observation = observed(stopNamed("near-1.27"));
    expect(observation.others.map(({ grade }) => grade)).toEqual(["near"]);
    expect(sidesOf(observation)).toEqual([
      ["inferred", "supposed write sleep-write", "detected read sleep-read"],
    ]);
    expect(caseOf(observation).findings[0]?.score).toBe(0.6);
    expect(observation.others[0]?.sentences.join(" ")).toContain("was not observed");
  });

  it("catches nothing where two places that should hold the map hold different things", () => {
    const stop = stopNamed("read-write-1.23");
    const contradicted = { ...stop.answers };
    for (const [key, value] of Object.entries(contradicted)) {
      if (key.startsWith("places ") && key.endsWith(" rbx") && Array.isArray(value) && value.length > 0) {
        contradicted[key] = [...(value as unknown[]), { kind: "register", name: "rsp" }];
      }
    }
    const observation = observed(stop, contradicted);
    expect(observation.mapProven).toBe(false);
    expect(sidesOf(observation).map(([certainty]) => certainty)).not.toContain("caught");
  });
});

describe("one that came when it was let go on", () => {
  it("takes the place of what was known of it before", () => {
    const observation = observed(stopNamed("near-1.27"));
    const [near] = observation.others;
    expect(near).toBeDefined();
    const came = withArrivals(observation, [
      { ...near!, grade: "came", map: observation.map.address, mapProven: true, operation: "write" },
    ]);
    expect(came.others.map(({ grade }) => grade)).toEqual(["came"]);
    expect(came.gone).toEqual([]);
    expect(sidesOf(came)[0]?.[0]).toBe("caught");
    expect(withArrivals(observation, []).gone[0]).toContain("did not come back");
  });
});

describe("the case of a stop", () => {
  it("is read back as it was written", () => {
    for (const name of ["read-write-1.23", "readers-1.27", "gone-1.23", "near-1.27"]) {
      const incident = caseOf(observed(stopNamed(name)));
      expect(decodeCase(encodeCase(incident), "case.json")).toEqual(incident);
    }
  });

  it("is drawn with both sides, the map and the goroutines", () => {
    const text = renderText(caseOf(observed(stopNamed("read-write-1.23"))));
    expect(text).toContain("o0  fatal error: concurrent map read and map write");
    expect(text).toContain("A  Write by goroutine");
    expect(text).toContain("B  Read by goroutine");
    expect(text).toContain("  The map\n    count ");
    expect(text).toContain("  Goroutines (");
    expect(text).toContain("then:  it was let go, and ended of its own error with exit status 2");
  });

  it("says that the other side is gone, and what would tell more", () => {
    const text = renderText(caseOf(observed(stopNamed("gone-1.23"))));
    expect(text).toContain("The other side is gone");
    expect(text).toContain("next: Stop it again");
    expect(text).not.toContain("B  ");
  });
});

/** The stop with the other goroutine's registers and stack slots pointing to some other map. */
function stopWithOtherMap(stop: RecordedStop, goroutine: number): StoppedObservation {
  const other = "0xc0000f0000";
  const key = `stackOf ${goroutine}`;
  const text = JSON.stringify(stop.answers[key], (_, value: unknown) =>
    value === BigInt(stop.map) ? `${BigInt(other)}n` : typeof value === "bigint" ? `${value}n` : value,
  );
  const stack = JSON.parse(text, (_, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as { frames: { sp: number; callerSp: number }[] };
  const low = Math.min(...stack.frames.map(({ sp }) => sp));
  const high = Math.max(...stack.frames.map(({ callerSp }) => callerSp)) + 128;
  const hex = (address: string): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(address));
    return bytes.toString("hex");
  };
  const slots = Object.entries(stop.answers).flatMap(([question, answer]): [string, unknown][] => {
    const at = /^read (\d+) 8$/.exec(question);
    const within = at !== null && Number(at[1]) >= low && Number(at[1]) < high;
    return within && answer === hex(stop.map) ? [[question, hex(other)]] : [];
  });
  // What is on another map is asked of what was not asked before: whether it is near.
  const calls = Object.fromEntries(
    Object.entries(stop.answers)
      .filter(([question]) => question.startsWith("functionAt "))
      .flatMap(([, range]) =>
        typeof range === "object" && range !== null && "start" in range
          ? [[`mapCalls ${String(range.start)}`, []]]
          : [],
      ),
  );
  return observed(stop, { [key]: stack, ...Object.fromEntries(slots), ...calls });
}
