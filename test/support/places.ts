/**
 * The value flow against reality: a plan of places where it says values are, which places.py checks under GDB while the program runs.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Program } from "../../src/evidence/binary/program.js";
import { callsIn } from "../../src/golang/instructions/call-sites.js";
import type { ProgramFunctions } from "../../src/golang/instructions/functions.js";
import { mapArguments, mapRegister } from "../../src/golang/instructions/map-arguments.js";
import type { GeneralRegister } from "../../src/golang/instructions/registers.js";
import type { Moment, ValueFlow, ValuePlace } from "../../src/golang/instructions/value-flow.js";
import { repositoryRoot } from "./toolchains.js";

/** Places of each register's value on entry: kind, register or offset, what is to be added. */
type Places = Readonly<Record<string, readonly (readonly [string, string | number, number])[]>>;

/** How many places are asked for. */
export interface PlanSize {
  /** Instructions of each function. */
  readonly points: number;
  /** How often each of them is looked at. */
  readonly hits: number;
  readonly seed: number;
}

/** What GDB found. */
export interface PlacesResult {
  /** Comparisons of a place with the value that it must hold. */
  readonly checked: number;
  /** Instructions, calls and callers that were stopped at. */
  readonly points: number;
  readonly calls: number;
  readonly callers: number;
  readonly wrong: readonly string[];
}

/** Small functions that take no stack and call nothing. */
const uninteresting = /maplen|mapiterkey|mapiterelem/;

function placeList(places: readonly ValuePlace[]): Places[string] {
  return places.map((place) =>
    place.kind === "register"
      ? [place.kind, place.register, place.difference]
      : [place.kind, place.offset, place.difference],
  );
}

function placesAt(flow: ValueFlow, registers: readonly GeneralRegister[], moment: Moment): Places {
  return Object.fromEntries(
    registers.map((register) => [register, placeList(flow.placesOfArgument(register, moment))]),
  );
}

/** A sequence of random numbers below 1 (Park and Miller). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** For all map functions: random instructions, and all calls. */
function functionPlans(program: Program, functions: ProgramFunctions, size: PlanSize): object[] {
  const random = randomNumbers(size.seed);
  return [...program.functions()].flatMap((range) => {
    const roles = mapArguments(range.name);
    const code = functions.of(range);
    if (roles === undefined || code === undefined || uninteresting.test(range.name)) {
      return [];
    }
    const registers = roles.map(({ register }) => register);
    const flow = code.values();
    const { instructions } = code.graph;
    const points = Array.from({ length: size.points }, () => {
      const pc = instructions[Math.floor(random() * instructions.length)]!.address;
      const delta = program.stackDelta(pc);
      return delta === undefined || pc === range.start
        ? []
        : [{ pc, delta, places: placesAt(flow, registers, { kind: "before", pc }) }];
    }).flat();
    const calls = instructions
      .filter(({ flow: kind }) => kind === "call" || kind === "indirect call")
      .map(({ address, length }): readonly [number, object] => {
        const returnAddress = address + length;
        const places = placesAt(flow, registers, { kind: "in call", returnAddress });
        return [returnAddress, { delta: program.stackDelta(address), places }];
      });
    return [
      { name: range.name, entry: range.start, registers, points, calls: Object.fromEntries<object>(calls) },
    ];
  });
}

/** For all calls of map functions in the program's own code: where the map is while the call is under way. */
function callerPlans(program: Program, functions: ProgramFunctions): Record<string, object> {
  const plans: Record<string, object> = {};
  for (const range of program.functions()) {
    const code = /^(main|reflect)\./.test(range.name) ? functions.of(range) : undefined;
    for (const call of code === undefined ? [] : callsIn(code, functions)) {
      const register = mapRegister(call.callee);
      const flow = code?.values();
      const value =
        register === undefined ? undefined : flow?.valueOf(register, { kind: "before", pc: call.address });
      const places =
        value === undefined
          ? []
          : (flow?.placesOf(value, { kind: "in call", returnAddress: call.returnAddress }) ?? []);
      if (places.length > 0) {
        const delta = program.stackDelta(call.address);
        plans[call.returnAddress] = { delta, register, places: placeList(places) };
      }
    }
  }
  return plans;
}

/** The functions that map functions call, and the hash functions that they call through a register. */
function callees(program: Program, functions: ProgramFunctions): number[] {
  const direct = [...program.functions()]
    .filter(({ name }) => mapArguments(name) !== undefined)
    .flatMap((range) => {
      const code = functions.of(range);
      return code === undefined ? [] : callsIn(code, functions).map(({ target }) => target);
    });
  const hashes = ["memhash64", "memhash32", "strhash", "memhash", "nilinterhash", "f64hash"];
  const indirect = hashes.flatMap((name) =>
    program.functionsNamed(`runtime.${name}`).map(({ start }) => start),
  );
  return [...new Set([...direct, ...indirect])];
}

/** Runs a program under GDB and compares what is in registers and in the stack with what the value flow says. */
export function comparePlaces(
  program: Program,
  functions: ProgramFunctions,
  folder: string,
  size: PlanSize,
): PlacesResult {
  const plan = path.join(folder, "plan.json");
  const output = path.join(folder, "result.json");
  const work = {
    output,
    hits: size.hits,
    functions: functionPlans(program, functions, size),
    callees: callees(program, functions),
    callers: callerPlans(program, functions),
  };
  writeFileSync(plan, JSON.stringify(work));
  const script = path.join(repositoryRoot, "test/support/places.py");
  const quiet = ["-nx", "-batch", "-iex", "set auto-load off", "-iex", "set debuginfod enabled off"];
  const named = ["-ex", `python plan = ${JSON.stringify(plan)}`, "-x", script];
  execFileSync("gdb", [...quiet, ...named, "--args", program.binary.file, "1"], {
    // One thread and no signals: what a goroutine's registers hold on entry is known until it returns.
    env: { ...process.env, GOMAXPROCS: "1", GODEBUG: "asyncpreemptoff=1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(readFileSync(output, "utf8")) as PlacesResult;
}
