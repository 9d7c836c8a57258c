import { describe, expect, test } from "vitest";
import { Execution } from "../../../src/gomap/explore/execution.js";
import { replay, rewind, scheduleOf } from "../../../src/gomap/explore/schedule.js";
import { siteAt } from "../../../src/gomap/machine/sites.js";
import { Exploration } from "../../../src/gomap/programs/exploration.js";
import { outcomeTitle } from "../../../src/report/text/model.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { boundOf, chooseMap, type ModelSettings } from "../../../src/gomap/programs/settings.js";

const fresh = "map m {1: 10}\nwriter: m[1]=11\nreader: x=m[1]";

function explored(
  text: string,
  settings: Partial<ModelSettings> & Pick<ModelSettings, "minor">,
): Exploration {
  const whole: ModelSettings = {
    ...chooseMap(undefined, settings.minor),
    memory: "sc",
    policy: "panic",
    seed: 1,
    afterFatal: "stop",
    ...settings,
  };
  const exploration = new Exploration(parseProgram(text), whole, { kind: "all" });
  expect(exploration.advance(20_000_000)).toBe(true);
  expect(exploration.count(20_000_000)).toBe(true);
  return exploration;
}

interface Step {
  readonly goroutine: string;
  readonly text: string;
  readonly stored: number;
}

/** Makes all interleavings and hands each one over: its steps, and whether the reader was stopped. */
function forEachInterleaving(minor: number, see: (steps: readonly Step[], stopped: boolean) => void): void {
  const { compiled } = explored(fresh, { minor });
  const { histories, program } = compiled;
  const execution = new Execution(compiled.start("sc", true));
  const walk = (): void => {
    const enabled = execution.enabled();
    if (enabled === 0) {
      const { who, from, depth } = execution;
      const steps = Array.from({ length: depth }, (_, at) => ({
        goroutine: program.goroutines[who[at]!]!.name,
        text: siteAt(histories.site[from[at]!]!).text,
        stored: histories.low[from[at]!]!,
      }));
      see(steps, execution.stopped > 0);
    }
    for (let process = 0; process < execution.processes; process++) {
      if ((enabled & (1 << process)) !== 0) {
        execution.execute(process);
        walk();
        execution.undo();
      }
    }
  };
  walk();
}

/** The reader's look at the flag. */
const check = /^load (h\.flags|m\.writing)$/;
const mark = /^store (h\.flags|m\.writing)$/;

describe.each([23, 27])("what the model shows of Go 1.%i", (minor) => {
  test("a reader that looks while the flag is set is stopped, and no other", () => {
    let met = 0;
    let before = 0;
    let wrong = 0;
    forEachInterleaving(minor, (steps, stopped) => {
      let writing = false;
      let seen = false;
      let looked = false;
      for (const { goroutine, text, stored } of steps) {
        if (goroutine === "writer" && mark.test(text)) {
          writing = stored !== 0;
          before += writing && looked ? 1 : 0;
        }
        if (goroutine === "reader" && check.test(text)) {
          seen = writing;
          looked = true;
        }
      }
      met += seen ? 1 : 0;
      wrong += seen === stopped ? 0 : 1;
    });
    expect(wrong).toBe(0);
    expect(met).toBeGreaterThan(0);
    // One that looked just before the flag was set reads on beside the writer, and nobody notices.
    expect(before).toBeGreaterThan(0);
  });

  test("of two writers both are stopped, or one", () => {
    const text = "map m {1: 10, 2: 20}\na: m[1]=11\nb: m[2]=22";
    const exploration = new Exploration(
      parseProgram(text),
      { ...chooseMap(undefined, minor), memory: "sc", policy: "panic", seed: 1, afterFatal: "continue" },
      { kind: "reduced" },
    );
    expect(exploration.advance(5_000_000)).toBe(true);
    const titles = exploration.result().outcomes.map(outcomeTitle);
    for (const who of ["a", "b", "a and b"]) {
      expect(titles).toContain(`fatal error: concurrent map writes, noticed by ${who}`);
    }
  });

  test.each(["sc", "tso"] as const)("the article's example can end in each way, under %s", (memory) => {
    const exploration = new Exploration(
      parseProgram("a: for i<2 m[i]=i*2\nb: for i<2 _=m[i]"),
      { ...chooseMap(undefined, minor), memory, policy: "panic", seed: 1, afterFatal: "stop" },
      { kind: "reduced" },
    );
    expect(exploration.advance(5_000_000)).toBe(true);
    expect(exploration.count(5_000_000)).toBe(true);
    const { outcomes, interleavings } = exploration.result();
    expect(outcomes.map(outcomeTitle)).toEqual([
      "nothing",
      "fatal error: concurrent map read and map write, noticed by b",
      "silent damage: zero value read",
    ]);
    expect(interleavings?.byKind.map(({ group }) => group)).toEqual([
      "nothing",
      "fatal error",
      "silent damage",
    ]);
    expect(interleavings?.total).toBeGreaterThan(1_000_000);
  });

  test("counting through states gives as many interleavings as there are", () => {
    const exploration = explored("map m {1: 10}\na: m[1]=11\nb: _=m[1]", { minor });
    const { progress, interleavings, outcomes } = exploration.result();
    expect(interleavings?.total).toBe(progress.runs);
    for (const { group, kinds, interleavings: count } of interleavings?.byKind ?? []) {
      const found = outcomes.find((one) => one.group === group && String(one.kinds) === String(kinds));
      expect(found?.runs).toBe(count);
    }
  });

  test("a counterexample's token makes its run again", () => {
    const exploration = explored(fresh, { minor });
    const { outcomes, settings } = exploration.result();
    const found = outcomes.find(({ group }) => group === "fatal error");
    expect(found?.example.switches).toBe(1);
    const schedule = scheduleOf(found!.example.token, boundOf(fresh, settings));
    const execution = new Execution(exploration.compiled.start("sc", true));
    expect(replay(execution, schedule)).toBe(schedule.length);
    expect(exploration.outcomeOf(execution).stopped[0]?.goroutine).toBe("reader");
    rewind(execution);
    expect(execution.depth).toBe(0);
  });

  test.each(["lock-always", "rwmutex", "sync-map"] as const)(
    "with the policy %s nothing can happen",
    (policy) => {
      const exploration = new Exploration(
        parseProgram("map m {1: 10}\na: m[1]=11; m[2]=22\nb: _=m[1]; _=m[2]"),
        { ...chooseMap(undefined, minor), memory: "tso", policy, seed: 1, afterFatal: "stop" },
        { kind: "reduced" },
      );
      expect(exploration.advance(5_000_000)).toBe(true);
      expect(exploration.result().outcomes.map(({ group }) => group)).toEqual(["nothing"]);
    },
  );

  test("the policy silent turns the fatal error into damage or nothing", () => {
    const exploration = new Exploration(
      parseProgram("map m {1: 10}\na: m[1]++\nb: m[1]++"),
      { ...chooseMap(undefined, minor), memory: "sc", policy: "silent", seed: 1, afterFatal: "stop" },
      { kind: "reduced" },
    );
    expect(exploration.advance(5_000_000)).toBe(true);
    const titles = exploration.result().outcomes.map(outcomeTitle);
    expect(titles).toContain("silent damage: lost update");
    expect(titles.some((title) => title.startsWith("fatal"))).toBe(false);
  });
});

test("sites have names that Go developers know", () => {
  const { compiled } = explored(fresh, { minor: 23 });
  const texts = new Set(
    Array.from(compiled.histories.site.subarray(0, compiled.histories.count), (id) => siteAt(id).text),
  );
  expect([...texts]).toEqual(
    expect.arrayContaining(["load h.flags", "store h.flags", "load h.B", "load b.tophash[0]"]),
  );
});
