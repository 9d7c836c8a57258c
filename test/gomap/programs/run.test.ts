import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenError } from "../../../src/gomap/explore/schedule.js";
import { RunCursor } from "../../../src/gomap/programs/moment.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { driven, Runs } from "../../../src/gomap/programs/run.js";
import { chooseMap, type ModelSettings } from "../../../src/gomap/programs/settings.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import { partStarts, storyLines, storyParts } from "../../../src/report/text/model-story.js";

const base: ModelSettings = {
  ...chooseMap("classic", undefined),
  memory: "sc",
  policy: "panic",
  seed: 1,
  afterFatal: "stop",
};

function runsOf(text: string, settings: Partial<ModelSettings> = {}): Runs {
  return new Runs(parseProgram(text), { ...base, ...settings });
}

/** Lets goroutines do single steps until a text is the next step of one of them. */
function until(runs: Runs, schedule: Uint8Array, process: number, text: string): Uint8Array {
  let now = schedule;
  for (let most = 0; most < 200; most++) {
    const cursor = new RunCursor(runs, runs.make(now).record);
    cursor.goTo(now.length);
    const { goroutines } = cursor.moment();
    if (goroutines[process]?.next?.text === text) {
      return now;
    }
    now = driven(runs, now, { at: now.length, process, distance: "step" });
  }
  throw new Error(`${text} does not come`);
}

const begin = new Uint8Array();
const step = "step" as const;

describe("a run that a person drives", () => {
  it("goes a step, an operation, or to the end, and has a token of its own each time", () => {
    const runs = runsOf("map m {1: 10}\na: m[1]=11; m[2]=22\nb: x=m[1]");
    const one = driven(runs, begin, { at: 0, process: 1, distance: "step" });
    expect([...one]).toEqual([1]);
    const whole = driven(runs, one, { at: 1, process: 0, distance: "statement" });
    const { record, outcome, token } = runs.make(whole);
    expect(outcome).toBe(undefined);
    expect(runs.replay(token).schedule).toEqual(whole);
    const cursor = new RunCursor(runs, record);
    cursor.goTo(whole.length);
    expect(cursor.moment().goroutines[0]?.next?.statement).toBe("m[2]=22");
    const end = driven(runs, whole, { at: whole.length, process: 1, distance: "end" });
    expect(runs.make(end).outcome?.group).toBe("nothing");
    expect(() => driven(runs, end, { at: end.length, process: 0, distance: "step" })).toThrow(TokenError);
    expect(() => driven(runs, begin, { at: 0, process: 7, distance: "step" })).toThrow(TokenError);
  });

  it("is no deadlock where it leaves off; a real one is", () => {
    const runs = runsOf("mutex mu\na: mu.Lock(); mu.Lock()\nb: m[1]=1");
    expect(runs.make(Uint8Array.of(0)).outcome).toBe(undefined);
    const end = driven(runs, begin, { at: 0, process: 0, distance: "end" });
    expect(runs.make(end).outcome?.group).toBe("deadlock");
  });

  it("replays in whatever way it was driven", () => {
    const texts = shippedPrograms
      .filter(({ large }) => large !== true)
      .map(({ programs }) => programs[0]!.text);
    const choices = fc.array(fc.tuple(fc.nat(30), fc.constantFrom("step", "statement", "end")), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom("sc", "tso"), choices, (text, memory, rows) => {
        const runs = runsOf(text, { memory });
        let schedule = new Uint8Array();
        for (const [number, distance] of rows) {
          const cursor = new RunCursor(runs, runs.make(schedule).record);
          cursor.goTo(schedule.length);
          const can = Array.from({ length: cursor.execution.processes }, (_, one) => one).filter(
            (one) => (cursor.execution.enabled() & (1 << one)) !== 0,
          );
          const process = can[number % Math.max(1, can.length)];
          if (process !== undefined) {
            schedule = driven(runs, schedule, { at: schedule.length, process, distance }) as typeof schedule;
          }
        }
        const run = runs.make(schedule);
        expect(run.record.length).toBe(schedule.length);
        expect(runs.replay(run.token).schedule).toEqual(schedule);
        const story = runs.story(run);
        expect(partStarts(story.length, (at) => story[at]!)).toEqual(
          storyParts(story).map(({ firstStep }) => firstStep),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe("the mark in a story", () => {
  it.each([
    ["classic", "h.flags"],
    ["swiss", "m.writing"],
  ] as const)("misses a reader that looked before, on a %s map", (map, field) => {
    const runs = runsOf("map m {1: 10}\na: m[1]=11\nb: x=m[1]", { ...chooseMap(map, undefined) });
    const looks = until(runs, begin, 1, `load ${field}`);
    const looked = driven(runs, looks, { at: looks.length, process: 1, distance: step });
    const sets = until(runs, looked, 0, `store ${field}`);
    const set = driven(runs, sets, { at: sets.length, process: 0, distance: step });
    const story = runs.story(runs.make(set));
    expect(story[looks.length]?.mark).toEqual({ what: "found clear", beside: [] });
    expect(story.at(-1)?.mark).toEqual({ what: "set", beside: ["b"] });
    expect(storyLines(story).at(-1)).toMatch(/\(sets the mark, too late for b, which looked before\)$/);
    const cursor = new RunCursor(runs, runs.make(set).record);
    cursor.goTo(sets.length);
    expect(cursor.moment().marks).toMatchObject([{ map: "m", field, marked: false }]);
    cursor.goTo(set.length);
    expect(cursor.moment().marks).toMatchObject([{ map: "m", field, marked: true }]);
    expect(cursor.moment().touched?.isStore).toBe(true);
    cursor.goTo(0);
    expect(cursor.moment()).toMatchObject({ step: 0, touched: undefined });
  });

  it("is missed by a reader that looks when the element is still to come", () => {
    const runs = runsOf("map m {1: 10}\na: m[2]=22\nb: x=m[2]");
    const cleared = until(runs, begin, 0, "store *elem");
    const looks = until(runs, cleared, 1, "load h.flags");
    const looked = driven(runs, looks, { at: looks.length, process: 1, distance: step });
    expect(runs.story(runs.make(looked)).at(-1)?.mark).toEqual({ what: "found clear", beside: ["a"] });
    const end = driven(runs, looked, { at: looked.length, process: 1, distance: "end" });
    expect(runs.make(end).outcome?.kinds).toEqual(["zero value read"]);
  });

  it("is not seen while it is in a store buffer", () => {
    const runs = runsOf("map m {1: 10}\na: m[1]=11\nb: x=m[1]", { memory: "tso" });
    const sets = until(runs, begin, 0, "store h.flags");
    const set = driven(runs, sets, { at: sets.length, process: 0, distance: step });
    const looks = until(runs, set, 1, "load h.flags");
    const looked = driven(runs, looks, { at: looks.length, process: 1, distance: step });
    const run = runs.make(looked);
    expect(runs.story(run).at(-1)?.mark).toEqual({ what: "in store buffer", beside: ["a"] });
    const cursor = new RunCursor(runs, run.record);
    cursor.goTo(looked.length);
    const [a] = cursor.moment().goroutines;
    expect(a).toMatchObject({ canFlush: true, buffer: [{ text: "store h.flags", value: "4" }] });
    expect(cursor.moment().marks[0]?.marked).toBe(false);
    const flushed = driven(runs, looked, { at: looked.length, process: a!.bufferProcess!, distance: step });
    expect(runs.story(runs.make(flushed)).at(-1)).toMatchObject({
      reachesMemory: true,
      mark: { what: "set", beside: ["b"] },
    });
  });

  it("is found by whoever looks while it is set", () => {
    const runs = runsOf("map m {1: 10}\na: m[1]=11\nb: x=m[1]");
    const sets = until(runs, begin, 0, "store h.flags");
    const set = driven(runs, sets, { at: sets.length, process: 0, distance: step });
    const end = driven(runs, set, { at: set.length, process: 1, distance: "end" });
    const run = runs.make(end);
    expect(run.outcome?.group).toBe("fatal error");
    expect(runs.story(run).at(-1)?.mark).toEqual({ what: "found set", beside: ["a"] });
    const cursor = new RunCursor(runs, run.record);
    cursor.goTo(end.length);
    expect(cursor.moment().goroutines).toMatchObject([
      { state: "halted" },
      { state: "stopped", message: "fatal error: concurrent map read and map write" },
    ]);
  });
});
