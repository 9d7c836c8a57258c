/**
 * The program test/fixtures/programs/order, which synchronises in one way at a time, and what observing order finds in it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { buildCase } from "../../src/analysis/build-case.js";
import { readOrderFile } from "../../src/cli/order-file.js";
import type { Symbolizer } from "../../src/evidence/ring/symbolizer.js";
import { command } from "./maptrap-command.js";
import { programFolder } from "./programs.js";

/** A way to synchronise. */
export interface LitmusScenario {
  readonly name: string;
  /** The two accesses that nothing orders in the broken form, as `file.go:12 / file.go:34`, in order. */
  readonly pair: string;
  /** It cannot be played in one process with others. */
  readonly alone: boolean;
}

/** Whether the way to synchronise is used, or its edge is removed. */
export type LitmusForm = "ok" | "broken";

/** The program as it was built with one Go version. */
export interface LitmusProgram {
  readonly binary: string;
  readonly symbols: Symbolizer | undefined;
  readonly scenarios: readonly LitmusScenario[];
}

/** The folder of the program's source. */
export const litmusFolder = programFolder("order");

/** Asks a built program for its scenarios. Those that need a newer Go are not in it. */
export async function litmusScenarios(binary: string): Promise<LitmusScenario[]> {
  const { status, stdout } = await command(binary, []);
  if (status !== 0) {
    throw new Error(`${binary} ended with ${status}`);
  }
  const marks = litmusMarks();
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", one = "", other = "", , company = ""] = line.split("\t");
      return { name, pair: pairOf([placeOf(marks, one), placeOf(marks, other)]), alone: company === "alone" };
    });
}

/** Where each `// site: MARK` of the program stands. */
function litmusMarks(): Map<string, string> {
  const marks = new Map<string, string>();
  for (const file of readdirSync(litmusFolder).filter((name) => name.endsWith(".go"))) {
    const lines = readFileSync(path.join(litmusFolder, file), "utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      const mark = /\/\/ site: (.*)$/.exec(line)?.[1];
      if (mark !== undefined) {
        marks.set(mark, `${file}:${index + 1}`);
      }
    }
  }
  return marks;
}

function placeOf(marks: ReadonlyMap<string, string>, mark: string): string {
  const place = marks.get(mark);
  if (place === undefined) {
    throw new Error(`the program has no site ${mark}`);
  }
  return place;
}

/** One run of the program. */
export interface LitmusRun {
  readonly form: LitmusForm;
  /** Played one after the other. */
  readonly scenarios: readonly LitmusScenario[];
  readonly processors: number;
  /** Where the event file is put, which is removed afterwards. */
  readonly file: string;
}

/** Runs scenarios while order is observed. Gives what is wrong with what was found, one sentence each. */
export async function litmusWrongs(program: LitmusProgram, run: LitmusRun): Promise<string[]> {
  const { form, scenarios, processors, file } = run;
  const environment = { MAPTRAP: "order", MAPTRAP_FILE: file, GOMAXPROCS: `${processors}` };
  const names = scenarios.map(({ name }) => name);
  const where = `${form} ${names.length === 1 ? names.join("") : `${names.length} scenarios`}, GOMAXPROCS=${processors}`;
  try {
    const result = await command(program.binary, [form, ...names], { environment });
    if (result.status !== 0 || !/^done$/m.test(result.stdout)) {
      return [`${where}: status ${result.status}\n${result.stdout}${result.stderr}`];
    }
    const found = await pairsFound(program, file);
    const expected = form === "ok" ? new Map<string, number>() : pairsOf(scenarios);
    const all = [...new Set([...found.keys(), ...expected.keys()])].toSorted();
    return all
      .filter((pair) => found.get(pair) !== expected.get(pair))
      .map(
        (pair) => `${where}: ${pair} on ${found.get(pair) ?? 0} maps instead of ${expected.get(pair) ?? 0}`,
      );
  } finally {
    await rm(file, { force: true });
  }
}

/** Each scenario has a map of its own, and some share their two places. */
function pairsOf(scenarios: readonly LitmusScenario[]): Map<string, number> {
  const pairs = new Map<string, number>();
  for (const { pair } of scenarios) {
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** The pairs of places that nothing orders, and on how many maps; and all else that a reader would want to know. */
async function pairsFound({ symbols }: LitmusProgram, file: string): Promise<Map<string, number>> {
  const { eventFile, order } = await readOrderFile(file, { symbolsOf: () => symbols });
  const { coverage, result } = order;
  const { findings, observations } = buildCase({
    command: ["maptrap", "read", file],
    workingDirectory: litmusFolder,
    processes: [{ eventFile, order, binary: symbols, run: null }],
  });
  const found = new Map<string, number>();
  for (const { certainty, sides, observations: handles } of findings) {
    const places = sides.map(({ site }) => `${path.basename(site?.file ?? "?")}:${site?.line ?? "?"}`);
    const pair = `${certainty === "inferred" ? "inferred " : ""}${pairOf(places)}`;
    const maps = observations.map((one) =>
      one.kind === "unordered" && handles.includes(one.handle) ? one.maps : 0,
    );
    found.set(
      pair,
      Math.max(
        found.get(pair) ?? 0,
        maps.reduce((sum, count) => sum + count, 0),
      ),
    );
  }
  const cutShort = coverage.cutShort === null ? [] : [`cut short: ${coverage.cutShort}`];
  const lost = coverage.notPlaced === 0 ? [] : [`${coverage.notPlaced} events not placed`];
  const damage = coverage.damage.filter((words) => !isEndOfProcess(words));
  for (const words of [...cutShort, ...lost, ...damage, ...result.forgotten]) {
    found.set(words, 1);
  }
  return found;
}

/**
 * Whether a program that ends may leave that: main returns while another processor (of four at most) has taken the number of its next
 * chunk, and waits for the pages of it. No event is in such a chunk; one that is missing before others of its writer is told as missing.
 */
function isEndOfProcess(words: string): boolean {
  return /^chunks that were never begun: [1-4]$/.test(words);
}

function pairOf(places: readonly string[]): string {
  return places.toSorted().join(" / ");
}
