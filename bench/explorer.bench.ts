/**
 * How fast the explorer of the model is:
 *
 * - states and steps a second on a small protocol, against Spin's compiled verifier on the same one in Promela, in turns;
 * - interleavings of the article's minimal example a second;
 * - operations of the modelled maps a second, against a JavaScript Map (for orientation).
 *
 * Spin is Debian's package `spin`, and needs a C compiler; without them the first part says so.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EndStates } from "../src/gomap/explore/end-states.js";
import { Enumeration } from "../src/gomap/explore/enumeration.js";
import { Execution } from "../src/gomap/explore/execution.js";
import { StateGraph } from "../src/gomap/explore/state-graph.js";
import { runToEnd } from "../src/gomap/machine/drive.js";
import { Goroutine } from "../src/gomap/machine/goroutine.js";
import { MapMemory } from "../src/gomap/machine/memory.js";
import { SeededRandom } from "../src/gomap/machine/random.js";
import { compile, type CompiledProgram } from "../src/gomap/programs/compiled.js";
import { parseProgram } from "../src/gomap/programs/parser.js";
import { chooseMap, mapMaker } from "../src/gomap/programs/settings.js";

const rounds = 5;
const counter = "var x\n" + ["a", "b", "c"].map((name) => `${name}: for i<3 { r=x; x=r+1 }`).join("\n");
const promela = `byte x;
active [3] proctype p() {
  byte i; byte r;
  do
  :: i < 3 -> r = x; x = r + 1; i++
  :: else -> break
  od
}
`;

interface Rate {
  readonly states: number;
  readonly steps: number;
}

function compiled(text: string, minor = 23): CompiledProgram {
  const makeMap = mapMaker({ ...chooseMap(undefined, minor), seed: 1 });
  return compile(parseProgram(text), { makeMap, policy: "panic", seed: 1 });
}

/** Our states and steps a second, everything counted from the text on. */
function ours(): Rate {
  const began = performance.now();
  const program = compiled(counter);
  const ends = new EndStates(() => 0, false);
  const execution = new Execution(program.start("sc", false));
  const graph = new StateGraph(execution, ends, { groups: 1, groupOf: () => 0, mostStates: 10_000_000 });
  graph.advance(Number.MAX_SAFE_INTEGER);
  const seconds = (performance.now() - began) / 1000;
  const { states, steps } = graph.progress();
  return { states: states / seconds, steps: steps / seconds };
}

/** Spin's, without its partial-order reduction: each state, as ours. */
function spin(folder: string): Rate {
  const began = performance.now();
  const output = execFileSync(path.join(folder, "pan"), ["-m100000", "-w22"], {
    cwd: folder,
    encoding: "utf8",
  });
  const seconds = (performance.now() - began) / 1000;
  const states = Number(/(?<n>\d+) states, stored/.exec(output)?.groups?.["n"]);
  const steps = Number(/(?<n>\d+) transitions/.exec(output)?.groups?.["n"]);
  if (!(states > 0) || !(steps > 0)) {
    throw new Error(`pan's output was not understood:\n${output}`);
  }
  return { states: states / seconds, steps: steps / seconds };
}

function buildSpin(folder: string): boolean {
  writeFileSync(path.join(folder, "counter.pml"), promela);
  const made = spawnSync("spin", ["-a", "counter.pml"], { cwd: folder });
  const built = spawnSync("cc", ["-O2", "-DNOREDUCE", "-o", "pan", "pan.c"], { cwd: folder });
  return made.status === 0 && built.status === 0;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

function againstSpin(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "maptrap-spin-"));
  try {
    if (!buildSpin(folder)) {
      console.log("explorer: spin or a C compiler is missing (apt-get install spin gcc): not compared");
      return;
    }
    const pairs = Array.from({ length: rounds }, () => ({ ours: ours(), spin: spin(folder) }));
    const states = median(pairs.map((pair) => pair.ours.states / pair.spin.states));
    const steps = median(pairs.map((pair) => pair.ours.steps / pair.spin.steps));
    const million = (rate: number): string => `${(rate / 1e6).toFixed(2)} M`;
    console.log(
      `explorer: ${states.toFixed(2)} times Spin's states a second, ${steps.toFixed(2)} times its steps ` +
        `(${million(median(pairs.map((pair) => pair.ours.states)))} states and ` +
        `${million(median(pairs.map((pair) => pair.ours.steps)))} steps a second; goal for states: 0.33)`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A million interleavings of the article's example, each of them made. */
function aMillion(minor: number): void {
  const program = compiled("a: for i<2 m[i]=i*2\nb: for i<2 _=m[i]", minor);
  const search = new Enumeration(new Execution(program.start("sc", true)), new EndStates(() => 0, true));
  const began = performance.now();
  while (search.progress().runs < 1_000_000 && !search.advance(100_000)) {
    // Goes on.
  }
  const seconds = (performance.now() - began) / 1000;
  const { runs } = search.progress();
  console.log(
    `explorer: 1,000,000 interleavings of the article's example on Go 1.${minor}'s map in ` +
      `${((seconds / runs) * 1e6).toFixed(1)} s (goal: 60 s)`,
  );
}

/** Sets and gets of 10,000 keys, in turns with a JavaScript Map. */
function mapOperations(minor: number): void {
  const pairs = Array.from({ length: rounds }, () => ({ model: modelled(minor), plain: plain() }));
  const rate = median(pairs.map(({ model }) => model));
  const ratio = median(pairs.map((pair) => pair.plain / pair.model));
  console.log(
    `model: ${(rate / 1e6).toFixed(2)} M operations a second on Go 1.${minor}'s map, ` +
      `one for ${ratio.toFixed(0)} of a JavaScript Map (for orientation)`,
  );
}

const keys = 10_000;

/** Operations a second. */
function modelled(minor: number): number {
  const functions = mapMaker({ ...chooseMap(undefined, minor), seed: 1 })("int");
  const memory = new MapMemory();
  const g = new Goroutine(memory, 0, new SeededRandom(1));
  const map = functions.makemap(g, 0);
  const argument = memory.scratch(0) + 1008;
  const began = performance.now();
  let sum = 0;
  for (let key = 0; key < keys; key++) {
    memory.writeWord(argument, key);
    memory.writeWord(runToEnd(g, functions.assign(g, map, argument)), key);
  }
  for (let key = 0; key < keys; key++) {
    memory.writeWord(argument, key);
    sum += memory.readWord(runToEnd(g, functions.access1(g, map, argument)));
  }
  return rateOf(sum, began);
}

function plain(): number {
  const map = new Map<number, number>();
  const began = performance.now();
  let sum = 0;
  for (let key = 0; key < keys; key++) {
    map.set(key, key);
  }
  for (let key = 0; key < keys; key++) {
    sum += map.get(key) ?? 0;
  }
  return rateOf(sum, began);
}

function rateOf(sum: number, began: number): number {
  const seconds = (performance.now() - began) / 1000;
  if (sum !== (keys * (keys - 1)) / 2) {
    throw new Error(`the map gave ${sum}`);
  }
  return (2 * keys) / seconds;
}

againstSpin();
for (const minor of [23, 27]) {
  aMillion(minor);
  mapOperations(minor);
}
