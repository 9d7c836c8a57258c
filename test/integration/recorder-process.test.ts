/**
 * Events of garbage collections against what the runtime says of the same run, and those of goroutines against what the
 * program knows of its own.
 */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSymbols } from "../../src/cli/binary-symbols.js";
import { eventKinds } from "../../src/evidence/ring/recording.js";
import { type TracedCollection, tracedCollections } from "../support/gctrace-lines.js";
import { folderWith, removeFolder } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { markedSite, programFolder } from "../support/programs.js";
import { type RecordedEvent, type RecordedRun, runRecorded } from "../support/recorded-run.js";
import { TESTED } from "../support/toolchains.js";

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

const mebibyte = 2 ** 20;
const milliseconds = (event: RecordedEvent | undefined): number => (event?.clock ?? NaN) / 1e6;

/** The events about one collection that there must be, in their order: kind, and payload a where it is a state. */
const collection: readonly (readonly [kind: number, state?: number])[] = [
  [eventKinds.gcBegins],
  [eventKinds.gcPhase, 1],
  [eventKinds.writeBarrier, 1],
  [eventKinds.gcPhase, 2],
  [eventKinds.gcPhase, 0],
  [eventKinds.writeBarrier, 0],
  [eventKinds.gcEnds],
  [eventKinds.sweepBegins],
  [eventKinds.sweepComplete],
];

function isOfCollector({ kind }: RecordedEvent): boolean {
  return kind >= eventKinds.gcPhase && kind <= eventKinds.gcEnds;
}

/** The events of collections, one collection after another; fails unless each has all, in their order. */
function collections(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const all = events.filter(isOfCollector);
  const cycles = Array.from({ length: Math.ceil(all.length / collection.length) }, (_, index) =>
    all.slice(index * collection.length, (index + 1) * collection.length),
  );
  for (const [index, cycle] of cycles.entries()) {
    const states = cycle.map(({ kind, a }, step) =>
      collection[step]?.[1] === undefined ? [kind] : [kind, a],
    );
    expect(states, `collection ${String(index + 1)}`).toEqual(collection);
    expect(new Set(cycle.map(({ b }) => b))).toEqual(new Set([index + 1]));
  }
  return cycles;
}

/** What the program printed: the number after a word. */
function printed(run: RecordedRun, word: string): number {
  return Number(new RegExp(`^${word} (\\d+)$`, "m").exec(run.stdout)?.[1]);
}

/**
 * Fails unless the times of a collection's events fit what gctrace says of it. gctrace's collection begins before the world
 * is stopped and ends after it runs again; its marking begins when the world runs again and ends before it is stopped.
 */
function expectTimesToFit(cycle: readonly RecordedEvent[], traced: TracedCollection): void {
  const [begin, markBegins, , markEnds, , , end] = cycle.map(milliseconds);
  const { sweepTermination, mark, markTermination } = traced;
  const whole = sweepTermination.most + mark.most + markTermination.most;
  expect((markEnds ?? NaN) - (markBegins ?? NaN)).toBeGreaterThanOrEqual(mark.least);
  expect((end ?? NaN) - (begin ?? NaN)).toBeLessThanOrEqual(whole);
}

/** Fails unless all collections are equally far from where gctrace puts them: the two count from different moments. */
function expectStartsToFit(cycles: readonly RecordedEvent[][], traced: readonly TracedCollection[]): void {
  const late = traced.map(({ start }, index) => milliseconds(cycles[index]?.[0]) - start.least);
  const offset = Math.min(...late);
  expect(offset).toBeGreaterThanOrEqual(0);
  for (const [index, { sweepTermination }] of traced.entries()) {
    expect(late[index]).toBeLessThanOrEqual(offset + sweepTermination.most + 1);
  }
}

describe.each(TESTED)("Go %s", (version) => {
  let file: string;
  beforeAll(async () => {
    file = path.join(work, `collections-${version}`);
    const environment = { CGO_ENABLED: "0" };
    await probedBuild({ version, args: ["."], cwd: programFolder("collections"), environment }, file);
  });

  it.each(["gctrace=1", "gctrace=1,gcstoptheworld=1"])("collections, with GODEBUG=%s", async (GODEBUG) => {
    const run = await runRecorded(file, work, ["collect"], { GODEBUG });
    expect(run.status).toBe(0);
    const traced = tracedCollections(run.stderr);
    const cycles = collections(run.events);
    expect(traced.length).toBeGreaterThan(10);
    expect(traced.map(({ number }) => number)).toEqual(cycles.map((_, index) => index + 1));
    expect(cycles).toHaveLength(printed(run, "collections"));
    for (const [index, one] of traced.entries()) {
      const cycle = cycles[index] ?? [];
      const [begins, ends] = [cycle[0]?.a ?? NaN, cycle[6]?.a ?? NaN];
      expect(Math.floor(begins / mebibyte)).toBeGreaterThanOrEqual(one.heap[0]);
      expect(Math.floor(ends / mebibyte)).toBe(one.heap[2]);
      expectTimesToFit(cycle, one);
    }
    expectStartsToFit(cycles, traced);
  });

  it("goroutines: who started them, with which function, and that they ended", async () => {
    const run = await runRecorded(file, work, ["start"], { GOTRACEBACK: "system" });
    expect(run.stderr).toContain("panic: that is all");
    const starts = run.events.filter(({ kind }) => kind === eventKinds.goroutineStarts);
    const ends = run.events.filter(({ kind }) => kind === eventKinds.goroutineEnds);
    const started = new Map(starts.map((event) => [event.goroutine, event]));
    const ended = new Map(ends.map((event) => [event.goroutine, event]));
    expect([started.size, ended.size]).toEqual([starts.length, ends.length]);

    const own = [...run.stdout.matchAll(/^start (\d+) (\d+) (\d+)$/gm)].map(([, ...fields]) =>
      fields.map(Number),
    );
    expect(own.length).toBeGreaterThanOrEqual(163);
    for (const [id = NaN, parent, entry = NaN] of own) {
      expect(started.get(id)?.a).toBe(parent);
      if (entry !== 0) {
        expect((started.get(id)?.site ?? NaN) + run.header.text).toBe(entry);
      }
    }
    const over = [...run.stdout.matchAll(/^end (\d+)$/gm)].map(([, id]) => Number(id));
    expect(over.length).toBe(own.length - 20);
    for (const id of over) {
      expect(ended.get(id)?.clock).toBeGreaterThan(started.get(id)?.clock ?? NaN);
    }
    // Whoever started and did not end is in the dump, the runtime's own goroutines too, and nobody else.
    const left = new Set([...started.keys()].filter((id) => !ended.has(id)));
    const dumped = new Set([...run.stderr.matchAll(/^goroutine (\d+) .*\[/gm)].map(([, id]) => Number(id)));
    dumped.delete(0); // the thread that prints
    expect(left).toEqual(dumped);
    expect(started.get(1)?.a).toBe(0);
  });

  it("goroutines: where the go statement stands", async () => {
    const run = await runRecorded(file, work, ["start"]);
    const symbols = openSymbols(file);
    const ofMain = run.events.filter(
      ({ kind, a, b }) => kind === eventKinds.goroutineStarts && a === 1 && b >= run.header.text,
    );
    const places = ofMain.map(({ b }) => symbols?.symbolizeInnermost(b - run.header.text));
    const inStart = places.filter((place) => place?.function === "main.start");
    const counts: Record<string, number> = {};
    for (const place of inStart) {
      const site = `${path.basename(place?.file ?? "?")}:${String(place?.line)}`;
      counts[site] = (counts[site] ?? 0) + 1;
    }
    const source = path.join(programFolder("collections"), "main.go");
    const loop = ["plain", "leaves", "panics", "keepsThread", "stays"].map((mark) => [
      markedSite(source, mark),
      20,
    ]);
    expect(counts).toEqual({ ...Object.fromEntries(loop), [markedSite(source, "family")]: 1 });
  });
});
