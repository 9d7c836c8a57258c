/** Instructions of real Go programs: as objdump reads them, and with values where the running program has them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareFunctions } from "../../src/analysis/asm/compare.js";
import { mapFunctions } from "../../src/analysis/asm/find-functions.js";
import { type FunctionView, viewOf } from "../../src/analysis/asm/function-view.js";
import { markSummary } from "../../src/analysis/asm/mark-summary.js";
import { openProgram, type Program } from "../../src/evidence/binary/program.js";
import { loadInstructionDecoder } from "../../src/golang/instructions/decoder.js";
import { ProgramFunctions } from "../../src/golang/instructions/functions.js";
import { objdump, plainInstruction } from "../support/objdump.js";
import { comparePlaces } from "../support/places.js";
import { programFolder } from "../support/programs.js";
import {
  goCommand,
  goEnvironment,
  type GoVersion,
  repeats,
  TESTED,
  TESTED_BRIEFLY,
} from "../support/toolchains.js";

/** Instructions of mapassign_fast64 and mapaccess1_fast64, and how many of the former write RBX, as measured with objdump. */
const counts: Readonly<Record<GoVersion, readonly [assign: number, access: number, writes: number]>> = {
  "1.19": [215, 107, 15],
  "1.21": [206, 105, 15],
  "1.22": [206, 105, 15],
  "1.23": [206, 105, 15],
  "1.24": [226, 147, 14],
  "1.25": [239, 147, 15],
  "1.26": [233, 147, 15],
  "1.27": [258, 17, 18],
};

/** The same, in bytes up to and including the first one of the last instruction. */
const extents: Readonly<Record<GoVersion, readonly [assign: number, access: number]>> = {
  "1.19": [801, 399],
  "1.21": [782, 387],
  "1.22": [782, 387],
  "1.23": [782, 387],
  "1.24": [854, 501],
  "1.25": [929, 501],
  "1.26": [897, 504],
  "1.27": [981, 61],
};

/** Ways to build a program that change what is in its file or in its code. */
const builds = {
  plain: [],
  stripped: ["-ldflags=-s -w"],
  movable: ["-buildmode=pie"],
  unoptimised: ["-gcflags=all=-N -l"],
} as const;

type Build = keyof typeof builds;

interface Opened {
  readonly program: Program;
  readonly functions: ProgramFunctions;
}

let folder = "";
const opened = new Map<string, Opened>();

/** Builds and opens the program of all map operations, once for each way. */
async function open(version: GoVersion, build: Build): Promise<Opened> {
  const key = `${version}-${build}`;
  const known = opened.get(key);
  if (known !== undefined) {
    return known;
  }
  const file = path.join(folder, key);
  execFileSync(goCommand(version), ["build", ...builds[build], "-o", file, "."], {
    cwd: programFolder("map-operations"),
    env: goEnvironment({ CGO_ENABLED: "0" }),
  });
  const program = openProgram(file, 0);
  const one = { program, functions: new ProgramFunctions(program, await loadInstructionDecoder()) };
  opened.set(key, one);
  return one;
}

function view({ program, functions }: Opened, name: string): FunctionView {
  const [range] = program.functionsNamed(name);
  return viewOf(functions.of(range!)!, functions, program);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-asm-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(TESTED)("Go %s", (version) => {
  it("counts instructions, writes and bytes as they were measured", async () => {
    const one = await open(version, "plain");
    const assign = view(one, "runtime.mapassign_fast64");
    const access = view(one, "runtime.mapaccess1_fast64");
    const rbx = assign.registers.find(({ register }) => register === "rbx");
    expect([assign.instructions.length, access.instructions.length, rbx?.writes]).toEqual(counts[version]);
    expect([assign, access].map(({ instructions }) => instructions.at(-1)!.offset + 1)).toEqual(
      extents[version],
    );
  });

  it("says what the registers hold on entry", async () => {
    const assign = view(await open(version, "plain"), "runtime.mapassign_fast64");
    const entry = new Map(assign.registers.map(({ register, onEntry }) => [register, onEntry]));
    expect(["rax", "rbx", "rcx", "rdi"].map((register) => entry.get(register))).toEqual([
      "map type",
      "map",
      "key",
      undefined,
    ]);
  });

  it("finds where the mark is tested, set and cleared", async () => {
    const one = await open(version, "plain");
    const order = (name: string): string[] =>
      view(one, name).instructions.flatMap(({ mark, fatalWhen }) =>
        mark === undefined || mark === "load"
          ? []
          : [fatalWhen === undefined ? mark : `${mark}, fatal when ${fatalWhen}`],
      );
    const ending = ["test, fatal when not marked", "clear"];
    const swiss = one.program.mapImplementation === "swiss";
    expect(order("runtime.mapassign_fast64")).toEqual([
      "test, fatal when marked",
      "set",
      ...ending,
      ...(swiss ? ending : []),
    ]);
    const readers = swiss
      ? ["runtime.mapaccess2_fast64"]
      : ["runtime.mapaccess2_fast64", "runtime.mapiternext"];
    for (const reader of [...readers, ...(swiss ? ["internal/runtime/maps.(*Iter).Next"] : [])]) {
      expect(order(reader)).toEqual(["test, fatal when marked"]);
    }
    const assign = view(one, "runtime.mapassign_fast64");
    const messages = new Set(assign.instructions.flatMap(({ call }) => call?.message ?? []));
    expect([...messages]).toEqual(["concurrent map writes"]);
    const [window] = markSummary(assign).windows;
    expect(window!.shortest.instructions).toBeGreaterThan(10);
    expect(window!.longest.instructions).toBeGreaterThan(window!.shortest.instructions);
    expect(window!.within.length).toBeGreaterThanOrEqual(window!.longest.instructions);
  });

  it("locks nothing where maps are read and written", async () => {
    const one = await open(version, "plain");
    const locked = mapFunctions(one.program)
      .filter((range) =>
        one.functions.of(range)!.graph.instructions.some((instruction) => instruction.locked),
      )
      .map(({ name }) => name);
    // Iterators note themselves in a classic map's header, and there are other bits beside.
    expect(locked).toEqual(one.program.mapImplementation === "classic" ? ["runtime.mapiterinit"] : []);
  });
});

const disassembled = TESTED.flatMap((version) =>
  (Object.keys(builds) as Build[])
    .filter((build) => build === "plain" || TESTED_BRIEFLY.includes(version))
    .map((build) => [version, build] as const),
);

describe.each(disassembled)("Go %s, %s", (version, build) => {
  it("reads each instruction of the map functions as objdump does", async () => {
    const { program, functions } = await open(version, build);
    const ranges = mapFunctions(program);
    const other = objdump(
      program.binary.file,
      Math.min(...ranges.map(({ start }) => start)),
      Math.max(...ranges.map(({ end }) => end)),
    );
    const instructions = ranges.flatMap((range) => functions.of(range)!.graph.instructions);
    const different = instructions.flatMap(({ address, length, text }) => {
      const [own, theirs] = [text, other.get(address) ?? "nothing"].map((one) =>
        plainInstruction(one, address + length),
      );
      return own === theirs ? [] : [`${address.toString(16)}: ${own} | ${theirs}`];
    });
    expect(different).toEqual([]);
    expect(instructions.length).toBeGreaterThan(4000);
    // What objdump has within a function and we have not would be an instruction that was read as a part of another.
    const read = new Set(instructions.map(({ address }) => address));
    const within = ranges.flatMap((range) => {
      const last = functions.of(range)!.graph.instructions.at(-1)!.address;
      return [...other.keys()].filter((address) => address >= range.start && address <= last);
    });
    expect(within.filter((address) => !read.has(address))).toEqual([]);
  });
});

const measured: readonly (readonly [GoVersion, Build])[] =
  repeats > 1
    ? TESTED.flatMap((version) => [[version, "plain"] as const, [version, "unoptimised"] as const])
    : [
        ["1.23", "unoptimised"],
        ["1.27", "plain"],
      ];

describe.each(measured)("Go %s, %s, under GDB", (version, build) => {
  it("has the arguments where the value flow says they are", async () => {
    const { program, functions } = await open(version, build);
    const seed = repeats > 1 ? Date.now() % 100_000 : 7;
    const size = { points: repeats > 1 ? 12 : 4, hits: repeats > 1 ? 10 : 3, seed };
    const result = comparePlaces(program, functions, folder, size);
    expect(result.wrong, `with seed ${seed}`).toEqual([]);
    expect(result.points).toBeGreaterThan(60);
    expect(result.calls).toBeGreaterThan(200);
    expect(result.callers).toBeGreaterThan(500);
    expect(result.checked).toBeGreaterThan(3000);
  });
});

describe("two functions beside each other", () => {
  it("finds the prologue that a writer and a reader share, and what only one of them does", async () => {
    const one = await open("1.23", "plain");
    const assign = view(one, "runtime.mapassign_fast64");
    const access = view(one, "runtime.mapaccess1_fast64");
    const { rows, aligned } = compareFunctions(assign, access);
    expect(aligned).toBe(true);
    expect(rows.slice(0, 4)).toEqual(
      [0, 1, 2, 3].map((index) => ({ left: index, right: index, same: true })),
    );
    expect(rows.flatMap(({ left }) => left ?? [])).toEqual(assign.instructions.map((_, index) => index));
    expect(rows.flatMap(({ right }) => right ?? [])).toEqual(access.instructions.map((_, index) => index));
    const set = assign.instructions.findIndex(({ mark }) => mark === "set");
    expect(rows.find(({ left }) => left === set)?.same).toBe(false);
  });
});
