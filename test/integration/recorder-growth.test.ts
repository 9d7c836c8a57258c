/**
 * Events of the growth of maps against the truth: a program that reads its maps' own memory after each operation, and so
 * knows what happened. Number, order and payloads are the same.
 */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  byMap,
  countKinds,
  eventsOf,
  firstDifference,
  type GrowthTruth,
  type Happening,
  parseGrowthTruth,
  withoutEvacuation,
  wrongEvacuation,
} from "../support/growth-truth.js";
import { folderWith, removeFolder } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { programFolder } from "../support/programs.js";
import { type RecordedEvent, runRecorded } from "../support/recorded-run.js";
import { type GoVersion, TESTED } from "../support/toolchains.js";

const minor = (version: GoVersion): number => Number(version.split(".")[1]);

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

/** A build of the program. */
interface Build {
  readonly version: GoVersion;
  readonly experiment: Readonly<Record<string, string>>;
  readonly maps: "classic" | "swiss";
}

const builds: readonly Build[] = TESTED.flatMap((version): Build[] => {
  const own: Build = { version, experiment: {}, maps: minor(version) < 24 ? "classic" : "swiss" };
  const hasBoth = version === "1.24" || version === "1.25";
  return hasBoth ? [own, { version, experiment: { GOEXPERIMENT: "noswissmap" }, maps: "classic" }] : [own];
});

/** The kinds of event that a map of that sort can have; pruning came with Go 1.25. */
function kinds({ version, maps }: Build): string[] {
  if (maps === "classic") {
    return ["clear", "growthBegins", "growthComplete", "sameSizeGrowthBegins"];
  }
  const swiss = ["becomesTable", "clear", "directoryDoubles", "tableGrows", "tableSplits"];
  return minor(version) < 25 ? swiss : [...swiss, "tombstonesPruned"];
}

/** Fails unless each map's events, taken by themselves, are what its memory shows. */
function expectSameForEachMap({ maps, seen }: GrowthTruth, events: readonly Happening[]): void {
  const [truth, told] = [byMap(seen), byMap(events)];
  for (const [map, name] of maps) {
    const [memory, recorded] = [truth.get(map) ?? [], told.get(map) ?? []];
    expect(
      firstDifference(withoutEvacuation(memory), withoutEvacuation(recorded), maps),
      name,
    ).toBeUndefined();
    expect(wrongEvacuation(memory, recorded), name).toBeUndefined();
  }
}

describe.each(builds)("Go $version, $maps maps", (build) => {
  let file: string;
  beforeAll(async () => {
    const { version, experiment, maps } = build;
    file = path.join(work, `growth-${version}-${maps}`);
    const environment = { CGO_ENABLED: "0", ...experiment };
    await probedBuild({ version, args: ["."], cwd: programFolder("growth"), environment }, file);
  });

  /** Runs the program; gives what it saw, and the events on its maps. */
  async function run(
    mode: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ truth: GrowthTruth; events: RecordedEvent[] }> {
    const { status, stdout, stderr, events } = await runRecorded(file, work, [mode], environment);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const truth = parseGrowthTruth(stdout);
    return { truth, events: eventsOf(truth.maps, events) };
  }

  it("one goroutine: every growth of every map, in the order of the program", async () => {
    const { truth, events } = await run("alone");
    expect(Object.keys(countKinds(truth.seen)).toSorted()).toEqual(kinds(build));
    expect(countKinds(events)).toEqual(countKinds(truth.seen));
    const difference = firstDifference(withoutEvacuation(truth.seen), withoutEvacuation(events), truth.maps);
    expect(difference).toBeUndefined();
    expectSameForEachMap(truth, events);
    expect(new Set(events.map(({ goroutine }) => goroutine))).toEqual(new Set([1]));
    // A clear that cuts a growth off says so.
    expect(events.some(({ kind, b }) => kind === 30 && b > 0)).toBe(build.maps === "classic");
  });

  it("several goroutines, each with its own maps, and garbage collections all the time", async () => {
    // Stacks do not shrink: the program would look at where its map was when one does in the midst of an operation on it.
    const environment = { GOGC: "5", GOMAXPROCS: "4", GODEBUG: "gcshrinkstackoff=1" };
    const { truth, events } = await run("apart", environment);
    expect(countKinds(events)).toEqual(countKinds(truth.seen));
    expectSameForEachMap(truth, events);
    const users = [...byMap(events).values()].map(
      (own) => new Set(own.map(({ goroutine }) => goroutine)).size,
    );
    expect(new Set(users)).toEqual(new Set([1]));
    expect(new Set(events.map(({ goroutine }) => goroutine)).size).toBe(4);
  });

  it("several goroutines that share maps under a lock", async () => {
    const { truth, events } = await run("together", { GOMAXPROCS: "4" });
    expect(truth.maps.size).toBe(2);
    expect(countKinds(events)).toEqual(countKinds(truth.seen));
    expectSameForEachMap(truth, events);
    expect(new Set(events.map(({ goroutine }) => goroutine)).size).toBeGreaterThan(1);
  });
});
