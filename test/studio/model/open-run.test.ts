import { describe, expect, it } from "vitest";
import { chooseMap, type ModelSettings } from "../../../src/gomap/programs/settings.js";
import { OpenRuns } from "../../../studio/views/model/open-run.js";
import { compare, explore, exploreSeveral } from "../../../studio/views/model/tasks.js";
import { placeOfAddress } from "../../../studio/views/model/touched.js";

const settings: ModelSettings = {
  ...chooseMap("swiss", undefined),
  memory: "sc",
  policy: "panic",
  seed: 1,
  afterFatal: "stop",
};
const article = "a: for i<2 m[i]=i*2\nb: for i<2 _=m[i]";

/** The run of the example of an end. */
async function opened(program: string, group: string, conditions = settings) {
  const { rows, examples } = await explore(
    { program, settings: conditions, plan: { kind: "reduced" } },
    () => undefined,
    () => false,
  );
  const { token } = examples[rows.find((row) => row.group === group)!.outcome!]!;
  const runs = new OpenRuns();
  return { runs, run: runs.open({ program, settings: conditions, token }) };
}

describe("the open run", () => {
  it("is told in parts, and each moment has the map's bytes", async () => {
    const { runs, run } = await opened(article, "silent damage");
    expect(run.end.details).toEqual(["b: _=m[i] with key 1 gave 0; it can be 2 or not there"]);
    expect(run.missed.includes(1)).toBe(true);
    const parts = runs.current.story({ from: 0, until: 1000, every: false });
    expect(parts.map(({ firstStep }) => firstStep)).toEqual([...run.partStarts]);
    const last = parts.at(-1)!;
    expect(last.firstStep + last.steps).toBe(run.steps);
    expect(runs.current.story({ from: 5, until: 9, every: true }).map(({ firstStep }) => firstStep)).toEqual([
      5, 6, 7, 8,
    ]);
    // Before the first step there is no group; at the end both elements are in it.
    expect(runs.current.moment(0).maps[0]).toMatchObject({ map: { count: 0, blocks: [] }, previous: null });
    const { map } = runs.current.moment(run.steps).maps[0]!;
    expect(map).toMatchObject({ count: 2, broken: [] });
    const keys = map.blocks[0]!.slots.filter(({ state }) => state === "full").map(({ key }) => key?.text);
    expect(keys).toEqual(["0", "1"]);
  });

  it.each(["classic", "swiss"] as const)("knows which place of a %s map each step touches", async (map) => {
    const { runs, run } = await opened("map m {1: 10}\na: m[2]=22\nb: x=m[1]", "nothing", {
      ...settings,
      ...chooseMap(map, undefined),
    });
    const places = new Map<string, string | undefined>();
    for (let step = 1; step <= run.steps; step++) {
      const { moment, maps, last } = runs.current.moment(step);
      const { touched } = moment;
      if (touched !== undefined) {
        const what = /(?:load|store) \S+/.exec(last!.what)![0];
        places.set(what, placeOfAddress(maps[0]!.map, touched.address));
      }
    }
    const expected =
      map === "classic"
        ? { "load h.flags": "flags", "store h.count": "count", "store b.keys[1]": "bucket 0, slot 1" }
        : { "load m.writing": "writing", "store m.used": "used", "store g.slots[1].key": "group 0, slot 1" };
    for (const [what, place] of Object.entries(expected)) {
      expect([what, places.get(what)]).toEqual([what, place]);
    }
  });

  it("says what is wrong with a token", () => {
    const runs = new OpenRuns();
    expect(() => runs.open({ program: article, settings, token: "mt1-AAAA" })).toThrow(
      "the token is damaged",
    );
    expect(() => runs.open({ program: article, settings, token: "\u0000" })).toThrow("no token of a run");
    expect(() => runs.current).toThrow("no run is open");
    const { token } = runs.open({ program: article, settings, token: "" });
    expect(runs.open({ program: article, settings, token }).steps).toBe(0);
    expect(() => runs.open({ program: `${article}\nc: n=len(m)`, settings, token })).toThrow(
      "of another program",
    );
  });

  it("is driven, and goes on from there", () => {
    const runs = new OpenRuns();
    runs.open({ program: article, settings, token: "" });
    const first = runs.current.drive({ at: 0, process: 1, distance: "step" });
    expect(first.step).toBe(1);
    expect(runs.open({ program: article, settings, token: first.token })).toMatchObject({
      steps: 1,
      group: null,
    });
    const end = runs.current.drive({ at: 1, process: 0, distance: "end" });
    expect(end.step).toBe(2);
    expect(runs.open({ program: article, settings, token: end.token }).group).toBe("nothing");
  });
});

describe("tasks", () => {
  it("an exploration can be ended, with what it has found", async () => {
    const news: string[] = [];
    const explored = await explore(
      { program: article, settings, plan: { kind: "all" } },
      ({ text }) => news.push(text),
      () => /ends, depth/.test(news.at(-1) ?? ""),
    );
    expect(explored.stopped).toBe(true);
    expect(explored.summary[0]).toContain("not complete (cancelled)");
    expect(explored.summary[1]).toBe("the interleavings were not counted: it was cancelled before");
    expect(explored.rows.length).toBeGreaterThan(0);
    expect(news.at(-1)).toMatch(/^[\d,]+ runs, \d+ ends, depth \d+, [\d,]+ steps a second/);
  });

  it("an exploration can be ended before anything was found", async () => {
    const explored = await explore(
      { program: article, settings, plan: { kind: "reduced" } },
      () => undefined,
      () => true,
    );
    expect(explored).toMatchObject({ stopped: true, rows: [], counted: false });
    expect(explored.summary[0]).toContain(
      "0 runs made with partial-order reduction, not complete (cancelled)",
    );
  });

  it("a comparison says what there is so far", async () => {
    const seen: number[] = [];
    const request = { program: "map m {1: 0}\na: m[1]++\nb: m[1]++", settings, runs: 100 };
    const compared = await compare(
      request,
      (news) => seen.push(news.compared!.memories.flatMap(({ policies }) => policies).length),
      () => false,
    );
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(compared.memories.map(({ memory, incomplete }) => [memory, incomplete])).toEqual([
      ["sc", null],
      ["tso", null],
    ]);
    expect(compared.memories.map(({ policies }) => policies.length)).toEqual([6, 6]);
    expect(compared.memories.every(({ checks }) => checks?.rows.length === 3)).toBe(true);
  });

  it("a cancelled comparison keeps what was counted, and says of how many runs", async () => {
    let isEnough = false;
    const compared = await compare(
      { program: "map m {1: 0}\na: m[1]++\nb: m[1]++", settings, runs: 1_000_000 },
      ({ compared: now }) => (isEnough = (now?.memories[0]?.policies.length ?? 0) > 0),
      () => isEnough,
    );
    expect(compared.stopped).toBe(true);
    expect(compared.memories).toHaveLength(1);
    const { policies, incomplete, checks } = compared.memories[0]!;
    expect(policies).toHaveLength(1);
    expect(policies[0]![0]).toMatch(/^panic \(after [\d,]+ of 1,000,000 runs\)$/);
    expect(incomplete).toBe("Cancelled, so incomplete: 0 of 6 policies with all runs, no run checked");
    expect(checks).toBeNull();
  });

  it("several programs are a row each, those not come to as well", async () => {
    const request = { shipped: "triggers", settings, plan: { kind: "reduced" } as const };
    let isEnough = false;
    const several = await exploreSeveral(
      request,
      ({ text }) => (isEnough = text.startsWith("3 of 17: read beside delete")),
      () => isEnough,
    );
    expect(several.stopped).toBe(true);
    expect(several.table.rows).toHaveLength(17);
    const [first, second, third, fourth] = several.table.rows;
    expect(first).toEqual([
      "read beside write",
      expect.stringMatching(/ %$/),
      expect.stringMatching(/ %$/),
      "concurrent map read and map write, noticed by a",
    ]);
    expect(second?.[0]).toBe("read beside write of a new key");
    expect(third?.[0]).toBe("read beside delete (incomplete)");
    expect(fourth).toEqual(["read beside clear", "-", "-", "not explored"]);
  });
});
