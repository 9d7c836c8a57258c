/** Where the option "order" of the overlay changes Go's own files. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AnchorError } from "../../../src/probe/overlay/anchors.js";
import type { Edit, FileChange } from "../../../src/probe/overlay/changes.js";
import { editFile } from "../../../src/probe/overlay/edit.js";
import { changesFor } from "../../../src/probe/overlay/hooks.js";
import { makeOverlay } from "../../../src/probe/overlay/make.js";
import { mergeChanges } from "../../../src/probe/overlay/merge.js";
import { orderChanges } from "../../../src/probe/overlay/order/changes.js";
import { type GoVersion, TESTED, toolchain } from "../../support/toolchains.js";

const minorOf = (version: GoVersion): number => Number(version.split(".")[1]);

function sourceOf(version: GoVersion, file: string): string {
  return readFileSync(path.join(toolchain(version), "src", file), "utf8");
}

/** All changes of a version, those of other options too, as the order's own stand on them. */
function changesOf(version: GoVersion): FileChange[] {
  return mergeChanges([...changesFor(minorOf(version)), ...orderChanges(minorOf(version))]);
}

/** The probe's calls in a file, each with the name of the function in which it stands. */
function calls(text: string): string[] {
  const found: string[] = [];
  let current = "";
  for (const line of text.split("\n")) {
    current =
      /^func (?:\(\w+ \*?(\w+)[^)]*\) )?(\w+)/.exec(line)?.slice(1, 3).filter(Boolean).join(".") ?? current;
    for (const [call] of line.matchAll(
      /\b(?:race\.Maptrap(?!Ordering|Off)|maptrapOrder(?!ing|Off)|maptrap(?:Kills|Receives)\b)\w*/g,
    )) {
      found.push(`${current}: ${call}`);
    }
  }
  return found;
}

/** How often each of them is there. */
function counted(found: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of found) {
    counts[call] = (counts[call] ?? 0) + 1;
  }
  return counts;
}

function edited(version: GoVersion, file: string): string {
  const change = changesOf(version).find((one) => one.file === file);
  expect(change, file).toBeDefined();
  return change === undefined ? "" : editFile(sourceOf(version, file), change, `go${version}`);
}

describe.each(TESTED)("Go %s", (version) => {
  it("is changed at all places, and its lines stay where they are", () => {
    const changes = changesOf(version);
    for (const change of changes) {
      const source = sourceOf(version, change.file).split("\n");
      const text = editFile(source.join("\n"), change, `go${version}`).split("\n");
      // Comments are left alone, so they show where a line has moved to. A body that another one
      // stands for takes its comments along.
      const moved = source.flatMap((line, index) =>
        /^\s*\/\//.test(line) &&
        text[index] !== line &&
        text[index] !== "" &&
        text[index]?.includes("maptrap") !== true
          ? [`${change.file}:${index + 1}`]
          : [],
      );
      expect(moved).toEqual([]);
      expect(text.length).toBeGreaterThanOrEqual(source.length);
    }
    expect(changes.length).toBeGreaterThan(40);
  });

  it("tells of channels", () => {
    expect(counted(calls(edited(version, "runtime/chan.go")))).toEqual({
      "closechan: maptrapOrderAcquireFor": 2,
      "closechan: maptrapOrderRelease": 1,
      "chanrecv: maptrapOrderAcquire": 2,
      "racesync: maptrapOrderSync": 1,
      "racenotify: maptrapOrderNotify": 1,
    });
    expect(edited(version, "runtime/chan.go").match(/maptrapOrdering != 0/g)).toHaveLength(10);
    expect(counted(calls(edited(version, "runtime/select.go")))).toEqual({
      "selectgo: maptrapOrderAcquire": 1,
    });
  });

  it("tells of locks", () => {
    const file = minorOf(version) < 24 ? "sync/mutex.go" : "internal/sync/mutex.go";
    expect(counted(calls(edited(version, file)))).toEqual({
      "Mutex.TryLock: race.MaptrapLock": 1,
      "Mutex.lockSlow: race.MaptrapLock": 1,
      "Mutex.unlockSlow: race.MaptrapUnlock": 1,
    });
    const counts = counted(calls(edited(version, "sync/rwmutex.go")));
    for (const lock of ["TryRLock", "maptrapRLock", "Lock", "TryLock"]) {
      expect(counts[`RWMutex.${lock}: race.MaptrapLocked`], lock).toBe(1);
    }
    expect(counts["RWMutex.Lock: race.MaptrapAcquire"]).toBe(2);
    expect(counts["RWMutex.maptrapRLock: race.MaptrapAcquire"]).toBe(1);
    expect(counts["RWMutex.RUnlock: race.MaptrapUnlocked"]).toBe(1);
    expect(counts["RWMutex.RUnlock: race.MaptrapMerge"]).toBe(1);
    expect(counts["RWMutex.Unlock: race.MaptrapUnlocked"]).toBe(1);
    expect(counts["RWMutex.Unlock: race.MaptrapRelease"]).toBe(1);
  });

  it("ignores synchronisation as often as it ends that", () => {
    // On each way through a function: an end for each return, so only the beginnings are counted against the functions.
    const pool = edited(version, "sync/pool.go");
    expect(pool.match(/MaptrapIgnore\(1\)/g)).toHaveLength(2);
    expect(pool).not.toMatch(/rand\w*\(4\)/);
    expect(pool).toContain("return (*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1]");
    const waitGroup = edited(version, "sync/waitgroup.go");
    expect(waitGroup).toContain("defer race.MaptrapIgnore(-1)");
    expect(waitGroup).toContain("{ wg.maptrapOrderedAdd(delta); return }");
  });

  it("gives each run of a timer a context of its own", () => {
    const text = edited(version, "runtime/time.go");
    expect(text.match(/getg\(\)\.racectx = maptrapOrderTimers\(\)/g)).toHaveLength(1);
    expect(text).toMatch(/if maptrapOrdering != 0 \{\n\t\tgp := getg\(\)\n\t\tgp\.racectx = 0\n/);
    const releases = calls(text).filter((call) => call.endsWith("maptrapOrderRelease"));
    expect(releases).toHaveLength(minorOf(version) < 23 ? 3 : 2);
  });

  it("has no place that could be missing without an error", () => {
    for (const change of orderChanges(minorOf(version))) {
      const source = sourceOf(version, change.file);
      for (const edit of change.edits.filter((one) => occurrences(one, source) === 1)) {
        const broken = source.replace(new RegExp(edit.find.source, "m"), "");
        const error = failure(() => editFile(broken, { ...change, edits: [edit], ends: [] }, `go${version}`));
        expect(error).toMatchObject({ file: change.file, anchor: edit.anchor, found: 0 });
      }
    }
  });
});

/** How often an edit's place is in the file as it is in GOROOT; those that stand on an edit before them are not. */
function occurrences(edit: Edit, source: string): number {
  return [...source.matchAll(new RegExp(edit.find.source, "gm"))].length;
}

function failure(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(AnchorError);
    return error;
  }
  return "no error";
}

it("a build with -race is refused, as it needs what is changed", () => {
  const text = edited("1.27", "internal/race/race.go");
  expect(text.startsWith(sourceOf("1.27", "internal/race/race.go"))).toBe(true);
  expect(text).toMatch(/^var _ int = "maptrap's overlay .* cannot be used together with -race"$/m);
});

describe("the overlay", () => {
  const cacheDirectory = mkdtempSync(path.join(tmpdir(), "order-overlay-"));
  afterAll(() => {
    rmSync(cacheDirectory, { recursive: true, force: true });
  });
  const go = { goroot: toolchain("1.27"), version: "go1.27.3", minor: 27 };

  async function files(order: boolean | undefined): Promise<ReadonlyMap<string, string>> {
    const { overlayFile } = await makeOverlay(go, { cacheDirectory, order });
    const { Replace } = JSON.parse(await readFile(overlayFile, "utf8")) as {
      Replace: Record<string, string>;
    };
    const source = path.join(go.goroot, "src");
    return new Map(Object.entries(Replace).map(([file, copy]) => [path.relative(source, file), copy]));
  }

  it("has none of it without the option", async () => {
    const without = await files(undefined);
    expect(await files(false)).toEqual(without);
    for (const file of [
      "runtime/chan.go",
      "internal/race/norace.go",
      "internal/sync/mutex.go",
      "sync/pool.go",
    ]) {
      expect(without.has(file), file).toBe(false);
    }
    const proc = await readFile(without.get("runtime/proc.go") ?? "", "utf8");
    expect(proc).toContain("const maptrapOrderHooks = false");
    expect(proc).not.toContain("maptrapOrderSwitch");
    expect(proc).not.toContain("maptrapOrderSync");
  });

  it("is another one with it", async () => {
    const withIt = await files(true);
    expect(withIt.get("runtime/proc.go")).not.toBe((await files(false)).get("runtime/proc.go"));
    const proc = await readFile(withIt.get("runtime/proc.go") ?? "", "utf8");
    expect(proc).toContain("const maptrapOrderHooks = true");
    expect(proc).toContain("goenvs(); maptrapInit(); maptrapOrderSwitch()");
    expect(await readFile(withIt.get("internal/race/norace.go") ?? "", "utf8")).toContain(
      "func MaptrapLock(",
    );
  });
});
