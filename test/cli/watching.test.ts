import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import { jsonLines, WatchOutput } from "../../src/cli/watch-output.js";
import { NamedFiles } from "../../src/cli/watch-files.js";
import { Watching, type WatchingOptions } from "../../src/cli/watching.js";
import { encodeEventFile, plainRecordedConflict } from "../support/event-file.js";
import { FileOnDisk, runningHeader } from "../support/file-on-disk.js";
import { shop, shopConflict } from "../support/incidents.js";
import { access, items, shared } from "../support/live-events.js";
import { readExposition } from "../support/prometheus.js";

const put = { goroutine: 7, operation: "write", site: "put" } as const;
const get = { goroutine: 8, operation: "read", site: "get" } as const;
const rings = [
  { capacity: 64, events: [] },
  { ringClass: "growth" as const, capacity: 64, events: [] },
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-watch-"));
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** An event file in the test's folder. */
function live(name = "4711-1.maptrap", header = runningHeader()): FileOnDisk {
  return new FileOnDisk(path.join(folder, name), { header, rings, conflictCapacity: 4 });
}

/** Watches, and keeps what is told. */
function watch(name: string, more: Partial<WatchingOptions> & { readonly all?: boolean } = {}) {
  const told: Record<string, unknown>[] = [];
  const notes: string[] = [];
  let conflicts = 0;
  const stream = {
    writableLength: 0,
    write(text: string | Uint8Array) {
      told.push(
        ...String(text)
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as Record<string, unknown>),
      );
      return true;
    },
  };
  const files = new NamedFiles(name, { all: more.all === true });
  const watching = new Watching(files, {
    output: new WatchOutput(stream, jsonLines),
    note: (text) => notes.push(text),
    json: true,
    binary: shop,
    openSymbols: () => undefined,
    call: ["maptrap", "watch"],
    workingDirectory: folder,
    onConflict: () => (conflicts += 1),
    ...more,
  });
  return {
    files,
    watching,
    told,
    notes,
    stream,
    /** The types of what was told since the last time. */
    types: (): unknown[] => told.splice(0).map(({ type }) => type),
    /** Looks again, some time later. */
    look: (later = 250): boolean => {
      vi.advanceTimersByTime(later);
      return watching.look();
    },
    get conflicts() {
      return conflicts;
    },
  };
}

/** The probe's text of a conflict, which the test does not write, is waited for over a few looks. */
function lookUntilGiven(look: () => boolean): void {
  for (let looks = 0; looks < 4; looks++) {
    look();
  }
}

describe("Watching a file", () => {
  it("tells what is new as it comes, and ends with the process", () => {
    const file = live();
    const { look, types, told, watching } = watch(file.path);
    expect(look()).toBe(true);
    expect(told[1]).toMatchObject({
      pid: process.pid,
      file: file.path,
      mapImplementation: "swiss",
      noSymbols: null,
    });
    expect(types()).toEqual(["watch", "process"]);
    expect(look()).toBe(true);
    expect(types()).toEqual([]);
    file.add(0, [shared({ ...put, clock: 100 }), access({ ...get, clock: 250 })]);
    expect(look()).toBe(true);
    expect(told[0]).toMatchObject({
      map: { number: 1 },
      first: { goroutine: 7, operation: "write", frame: { file: "/home/ada/shop/cache.go", line: 12 } },
      second: { goroutine: 8, operation: "read", frame: { file: "/home/ada/shop/cache.go", line: 7 } },
    });
    expect(types()).toEqual(["shared", "pair"]);
    file.add(1, [{ ...items, kind: "tableGrows", clock: 300, goroutine: 7, a: 64, b: 28 }]);
    look();
    expect(types()).toEqual(["growth"]);
    file.exit(3);
    look();
    expect(look()).toBe(false);
    // The end is told with its own time, not with that of the last event.
    const after = (Date.now() - Number(file.started / 1_000_000n)) * 1e6;
    expect(told[0]!["atNanoseconds"]).toBeGreaterThan(300);
    expect(told[0]!["atNanoseconds"]).toBeLessThanOrEqual(after);
    watching.end();
    expect(told).toMatchObject([
      { type: "ended", ending: "exited", exitStatus: 3 },
      { type: "summary", processes: 1, sharedMaps: 1, growths: 1, events: 3, lost: 0, conflicts: 0 },
    ]);
  });

  it("waits for a file that is not there, or not whole yet", () => {
    const name = path.join(folder, "late.maptrap");
    const { look, types, watching } = watch(name);
    expect(look()).toBe(true);
    expect(watching.isWaiting).toBe(true);
    writeFileSync(name, "");
    expect(look()).toBe(true);
    writeFileSync(name, new Uint8Array(10_000));
    expect(look()).toBe(true);
    live("late.maptrap").exit(0);
    expect(look()).toBe(false);
    expect(types()).toEqual(["watch", "process", "ended"]);
  });

  it("sees the end of a process that was killed", async () => {
    const child = spawn("sleep", ["60"]);
    await new Promise((resolve) => child.once("spawn", resolve));
    const file = live("k.maptrap", runningHeader(child.pid));
    const { look, types, told } = watch(file.path);
    look();
    expect(look(2000)).toBe(true);
    expect(types()).toEqual(["watch", "process"]);
    const closed = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await closed;
    file.add(0, [access({ ...put, clock: 5 })]);
    expect(look(2000)).toBe(false);
    expect(told).toMatchObject([{ type: "shared" }, { type: "ended", ending: "gone", exitStatus: null }]);
  });

  it("takes a process that started much later for another one", () => {
    const header = { ...runningHeader(), startWall: 1_700_000_000_000_000_000n };
    const { look, told } = watch(live("old.maptrap", header).path);
    expect(look()).toBe(false);
    expect(told.at(-1)).toMatchObject({ type: "ended", ending: "not there" });
  });

  it("tells a conflict with both sides, and that Go's check ended the process", () => {
    const header = runningHeader();
    const file = live("c.maptrap", header);
    const watched = watch(file.path);
    watched.look();
    watched.types();
    file.become({ header, rings, conflictCapacity: 4, conflicts: [plainRecordedConflict] });
    lookUntilGiven(watched.look);
    expect(watched.conflicts).toBe(1);
    expect(watched.told).toMatchObject([{ type: "conflict", conflict: "concurrent map read and map write" }]);
    expect(watched.told[0]!["finding"]).toMatchObject({
      kind: "concurrent map read and map write",
      sides: [{ goroutine: { id: plainRecordedConflict.first!.goroutine } }, {}],
    });
    expect(watched.watching.conflicts).toBe(1);
  });

  it("tells the conflicts of a program under the trap", () => {
    const header = { ...runningHeader(), mode: "trap" as const };
    const file = new FileOnDisk(path.join(folder, "t.maptrap"), { header, conflicts: [shopConflict] });
    const watched = watch(file.path);
    lookUntilGiven(watched.look);
    expect(watched.told.at(-1)).toMatchObject({
      type: "conflict",
      conflict: "concurrent map read and map write",
      finding: { certainty: "caught" },
    });
    file.exit(66);
    watched.look();
    watched.look();
    expect(watched.told.at(-1)).toMatchObject({ type: "ended", ending: "exited", exitStatus: 66 });
  });

  it("takes any damage of the file for what it is", () => {
    const header = runningHeader();
    const whole = encodeEventFile({
      header,
      rings: [{ events: Array.from({ length: 8 }, (_, clock) => ({ clock, goroutine: clock })) }],
      conflicts: [plainRecordedConflict],
    });
    const name = path.join(folder, "d.maptrap");
    const damage = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    // Most bytes of a file are those of conflict records; the header, the heads and the events are few.
    const inHeader = fc.record({ at: fc.integer({ min: 8, max: 260 }), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(fc.oneof(damage, inHeader), { minLength: 1, maxLength: 6 }), (places) => {
        const bytes = whole.slice();
        for (const { at, byte } of places) {
          bytes[at] = byte;
        }
        writeFileSync(name, bytes);
        const { watching, look, told } = watch(name);
        try {
          lookUntilGiven(look);
        } catch (error) {
          expect(error).toBeInstanceOf(MaptrapError);
        }
        watching.end();
        expect(told.at(0)).toMatchObject({ type: "watch" });
        expect(() => readExposition(watching.metrics())).not.toThrow();
      }),
    );
  });

  it("counts what was overwritten, and says since when", () => {
    const file = live();
    const { look, told, types, watching } = watch(file.path);
    look();
    types();
    file.add(
      0,
      Array.from({ length: 100 }, (_, at) => access({ ...put, clock: at, goroutine: 7 + (at % 2) })),
    );
    look();
    expect(told.find(({ type }) => type === "lost")).toMatchObject({ lost: 36, withinNanoseconds: 250e6 });
    file.add(
      0,
      Array.from({ length: 100 }, (_, at) => access({ ...put, clock: 100 + at })),
    );
    types();
    look();
    expect(types()).toEqual([]);
    look(5000);
    expect(told).toMatchObject([{ type: "lost", lost: 36, withinNanoseconds: 5250e6 }]);
    watching.end();
    expect(told.at(-1)).toMatchObject({ type: "summary", events: 128, lost: 72 });
  });

  it("looks more often when much happens", () => {
    const file = live();
    const { look, watching } = watch(file.path);
    look();
    expect(watching.pause(250)).toBe(250);
    file.add(
      0,
      Array.from({ length: 32 }, (_, at) => access({ ...put, clock: at })),
    );
    look();
    expect(watching.pause(250)).toBe(100);
    file.add(
      0,
      Array.from({ length: 1000 }, (_, at) => access({ ...put, clock: 100 + at })),
    );
    look();
    expect(watching.pause(250)).toBe(20);
    expect(watching.pause(10)).toBe(10);
    look();
    expect(watching.pause(250)).toBe(250);
  });

  it("looks less often when nothing happens, and at once again when something does", () => {
    const file = live();
    const { look, watching } = watch(file.path);
    for (let looks = 0; looks < 8; looks++) {
      look();
    }
    expect([watching.pause(250), watching.pause(20), watching.pause(5000)]).toEqual([1000, 80, 5000]);
    file.add(0, [access({ ...put, clock: 1 })]);
    look();
    expect(watching.pause(250)).toBe(250);
  });

  it("keeps what it tells readable, and counts the rest", () => {
    const file = live();
    const { look, types, told } = watch(file.path, { json: false });
    look();
    types();
    const maps = (from: number) =>
      Array.from({ length: 25 }, (_, at) => {
        const map = { map: items.map + (from + at) * 64, clock: from + at };
        return [shared({ ...put, ...map }), access({ ...get, ...map })];
      }).flat();
    file.add(0, maps(0));
    look();
    expect(types()).toEqual(["shared", "pair"]);
    file.add(0, maps(25));
    look();
    expect(types()).toEqual([]);
    look(6000);
    expect(told).toEqual([{ type: "omitted", counts: { shared: 49 } }]);
    types();
    const growths = Array.from({ length: 50 }, (_, clock) => ({
      ...items,
      kind: "tableGrows" as const,
      clock: 90 + clock,
    }));
    file.add(1, growths);
    look();
    expect(types()).toEqual(Array.from({ length: 10 }, () => "growth"));
    look(6000);
    expect(told).toEqual([{ type: "omitted", counts: { growth: 40 } }]);
  });

  it("tells programs of all maps", () => {
    const file = live();
    const { look, types } = watch(file.path);
    look();
    types();
    const maps = Array.from({ length: 30 }, (_, at) =>
      access({ ...put, map: items.map + at * 64, clock: at }),
    );
    file.add(0, maps);
    look();
    expect(types()).toEqual(Array.from({ length: 30 }, () => "shared"));
  });

  it("goes on with a file that was deleted", () => {
    const file = live();
    const { look, types, told } = watch(file.path);
    look();
    types();
    unlinkSync(file.path);
    expect(look()).toBe(true);
    expect(look()).toBe(true);
    expect(told).toMatchObject([{ type: "link", link: "deleted" }]);
  });

  it("says that a file cannot be read any more, and ends", () => {
    const file = live();
    const { look, types, told, watching } = watch(file.path);
    look();
    types();
    truncateSync(file.path, 5000);
    expect(look()).toBe(false);
    expect(told).toMatchObject([{ type: "failed", reason: expect.stringContaining("cut short") as string }]);
    watching.end();
    expect(told.at(-1)).toMatchObject({ type: "summary", processes: 1 });
  });

  it("refuses what is no event file, a pipe, and a version that it does not know", () => {
    const name = path.join(folder, "x.maptrap");
    writeFileSync(name, "fatal error: concurrent map writes\n".repeat(1000));
    expect(() => watch(name).look()).toThrow("is not an event file of maptrap");
    expect(() => watch("/dev/null").look()).toThrow("/dev/null is not a regular file");
    const file = live();
    file.growing.view.setUint32(8, 99, true);
    file.write();
    expect(() => watch(file.path).look()).toThrow("version 99");
  });

  it("drops lines when their reader is slow, but never a conflict, and says how many", () => {
    const header = runningHeader();
    const file = live("s.maptrap", header);
    const { look, types, told, stream } = watch(file.path);
    look();
    types();
    stream.writableLength = 2 << 20;
    file.add(0, [access({ ...put, clock: 1 }), access({ ...get, clock: 2 })]);
    look();
    expect(types()).toEqual([]);
    file.become({
      header,
      rings: [{ ...rings[0]!, firstNumber: 2 }, rings[1]!],
      conflictCapacity: 4,
      conflicts: [plainRecordedConflict],
    });
    lookUntilGiven(look);
    expect(told).toMatchObject([{ type: "unwritten", lines: 2 }, { type: "conflict" }]);
  });
});

describe("Watching a folder", () => {
  it("follows all processes, also those that start later, and stays", () => {
    const one = live("1.maptrap");
    const { look, told, types } = watch(folder);
    look();
    expect(types()).toEqual(["watch", "process"]);
    const two = live("2.maptrap");
    live("3.txt");
    mkdirSync(path.join(folder, "4.maptrap"));
    look(1000);
    expect(told).toMatchObject([{ type: "process", process: 2, file: two.path }]);
    types();
    one.exit(0);
    two.add(0, [access({ ...put, clock: 5 })]);
    look();
    look();
    expect(told).toMatchObject([
      { type: "shared", process: 2 },
      { type: "ended", process: 1 },
    ]);
    two.exit(0);
    look();
    expect(look()).toBe(true);
    expect(look(1000)).toBe(true);
    expect(types().slice(2)).toEqual(["ended"]);
  });

  it("leaves out processes that had ended before, unless all are wanted", () => {
    live("1.maptrap").exit(0);
    live("2.maptrap", { ...runningHeader(), startWall: 1_700_000_000_000_000_000n });
    live("3.maptrap");
    const usual = watch(folder);
    usual.look();
    expect(usual.files.leftOut).toBe(2);
    expect(usual.told.map(({ file }) => file).filter(Boolean)).toEqual([path.join(folder, "3.maptrap")]);
    const all = watch(folder, { all: true });
    all.look();
    expect(all.told.filter(({ type }) => type === "process")).toHaveLength(3);
  });

  it("says once what cannot be watched, and watches the rest", () => {
    writeFileSync(path.join(folder, "bad.maptrap"), "x".repeat(10_000));
    live("good.maptrap");
    const { look, notes, types } = watch(folder);
    look();
    look(1000);
    expect(types()).toEqual(["watch", "process"]);
    expect(notes).toEqual([`${folder}/bad.maptrap is not an event file of maptrap`]);
  });

  it("follows a bounded number of files at once", () => {
    const files = Array.from({ length: 70 }, (_, at) => live(`${100 + at}.maptrap`));
    const { look, notes, types } = watch(folder);
    look();
    expect(types()).toHaveLength(1 + 64);
    expect(notes).toEqual(["64 files are followed at once; 6 more have to wait until one ends"]);
    files.slice(0, 10).forEach((file) => {
      file.exit(0);
    });
    look();
    look();
    expect(types()).toEqual(Array.from({ length: 10 }, () => "ended"));
    look(1000);
    expect(types()).toEqual(Array.from({ length: 6 }, () => "process"));
  });

  it("follows the next process that writes a file of the same name", async () => {
    const child = spawn("sleep", ["60"]);
    await new Promise((resolve) => child.once("spawn", resolve));
    const one = live("server.maptrap", runningHeader(child.pid));
    const { look, types, told } = watch(folder);
    look();
    types();
    unlinkSync(one.path);
    live("server.maptrap");
    look(1000);
    expect(types()).toEqual(["link"]);
    const closed = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await closed;
    look(1000);
    look(1000);
    expect(told).toMatchObject([
      { type: "ended", pid: child.pid },
      { type: "process", pid: process.pid, file: one.path },
    ]);
  });

  it("becomes the watching of a folder when a folder appears", () => {
    const later = path.join(folder, "later");
    const { look, types, files } = watch(later);
    expect(look()).toBe(true);
    mkdirSync(later);
    live("later/1.maptrap");
    look();
    expect(files.several).toBe(true);
    expect(types()).toEqual(["watch", "process"]);
  });

  it("serves figures of all processes", () => {
    const one = live("1.maptrap");
    const two = live("2.maptrap");
    const { look, watching } = watch(folder);
    look();
    one.add(0, [shared({ ...put, clock: 1 }), access({ ...get, clock: 2 }), access({ ...put, clock: 3 })]);
    two.add(0, [access({ ...get, clock: 2 }), access({ ...get, clock: 3, goroutine: 9 })]);
    two.add(1, [{ ...items, kind: "tableSplits", clock: 9, a: 1, b: 2 }]);
    look();
    one.exit(0);
    look();
    look();
    const families = readExposition(watching.metrics());
    const values = (name: string) =>
      Object.fromEntries(
        families.get(name)!.samples.map(({ labels, value }) => [Object.values(labels).join(" "), value]),
      );
    expect(values("maptrap_shared_maps_total")).toEqual({ "": 2 });
    expect(values("maptrap_cross_goroutine_accesses_total")).toEqual({
      "/home/ada/shop/cache.go:12 example.com/shop.(*Cache).Put write": 1,
      "/home/ada/shop/cache.go:7 example.com/shop.(*Cache).Get read": 3,
    });
    expect(values("maptrap_map_growths_total")).toMatchObject({ table_splits: 1, double: 0 });
    expect(values("maptrap_events_read_total")).toEqual({ accesses: 5, growth: 1, process: 0 });
    expect(values("maptrap_process_up")).toEqual({
      [`${process.pid} shop 1.maptrap`]: 0,
      [`${process.pid} shop 2.maptrap`]: 1,
    });
  });
});
