/** The program test/fixtures/programs/map-memory: what it says of its maps, and what its memory says. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { DecodedMap, Slot } from "../../src/golang/maps/decoded.js";
import { ProgramMaps } from "../../src/golang/maps/program-maps.js";
import { type LiveProcess, openProcess } from "../../src/evidence/process/process.js";
import { cacheHome, goCommand, goEnvironment, type GoVersion, repositoryRoot } from "./toolchains.js";

/** What the program prints of a map. */
export interface MapTruth {
  readonly name: string;
  /** Addresses of the type's descriptor and of the map, in hexadecimal. */
  readonly type: string;
  readonly map: string;
  readonly count: number;
  readonly entries: readonly string[];
  readonly sum: number;
}

/** The program, standing still. */
export interface StandingProgram {
  readonly truths: readonly MapTruth[];
  readonly process: LiveProcess;
  readonly maps: ProgramMaps;
  end(): Promise<void>;
}

/** As much of a value as there is. */
const all = { text: 1 << 20, string: 1 << 16, elements: 1 << 12, depth: 30, pointers: 1 };

/** Everything of a map. */
export const everything = { slots: Infinity, tables: Infinity, keys: 1 << 20 };

/** How the program can be built. */
export interface MapMemoryBuild {
  readonly version: GoVersion;
  readonly experiment?: string;
  /** Without symbols and debug information. */
  readonly stripped?: boolean;
  readonly pie?: boolean;
}

/** What has been built by this process. */
const built = new Set<string>();

/** Builds the program once, and gives its path. */
export function buildMapMemory({ version, experiment, stripped, pie }: MapMemoryBuild): string {
  const folder = path.join(cacheHome, "map-memory");
  mkdirSync(folder, { recursive: true });
  const marks = [experiment, stripped === true ? "stripped" : undefined, pie === true ? "pie" : undefined];
  const file = path.join(
    folder,
    ["map-memory", version, ...marks.filter((mark) => mark !== undefined)].join("-"),
  );
  if (built.has(file)) {
    return file;
  }
  const flags = [
    ...(stripped === true ? ["-ldflags=-s -w"] : []),
    ...(pie === true ? ["-buildmode=pie"] : []),
  ];
  // Files of tests that run side by side build the same one. Each finds it whole at any time, and can start it: go itself may write
  // the file in its place, while another test starts or reads it.
  const own = `${file}-${randomUUID()}`;
  execFileSync(goCommand(version), ["build", "-o", own, ...flags, "."], {
    cwd: path.join(repositoryRoot, "test/fixtures/programs/map-memory"),
    env: goEnvironment({ GOEXPERIMENT: experiment }),
    stdio: ["ignore", "ignore", "inherit"],
  });
  renameSync(own, file);
  built.add(file);
  return file;
}

/** Starts the program and waits until it stands still. */
export async function startMapMemory(file: string, args: readonly string[]): Promise<StandingProgram> {
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const truths: MapTruth[] = [];
  let ready = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "ready") {
      ready = true;
      break;
    }
    truths.push(JSON.parse(line) as MapTruth);
  }
  if (!ready || child.pid === undefined) {
    throw new Error(`${file} ${args.join(" ")} ended before it was ready`);
  }
  const live = openProcess(child.pid);
  const maps = new ProgramMaps(live.memory, live.program, all);
  return { truths, process: live, maps, end: () => endOf(child, live) };
}

async function endOf(child: ChildProcess, live: LiveProcess): Promise<void> {
  live.close();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  await ended;
}

/** The slots of a map that hold its entries. */
export function fullSlots(map: DecodedMap): readonly Slot[] {
  const blocks = [...map.blocks, ...map.oldBlocks, ...map.tables.flatMap((table) => table.groups)];
  return blocks.flatMap(({ slots }) => slots.filter(({ state }) => state === "full"));
}

/** The entries of a map, as the program prints them. */
export function entriesOf(map: DecodedMap): readonly string[] {
  return fullSlots(map)
    .map(({ key, element }) => `${key?.text}: ${element?.text}`)
    .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

/** What is wrong with a map as it was read, one sentence each. */
export function differences(truth: MapTruth, map: DecodedMap): readonly string[] {
  const found: string[] = [];
  const entries = entriesOf(map);
  const first = truth.entries.findIndex((entry, index) => entry !== entries[index]);
  if (truth.count !== map.count) {
    found.push(`count ${map.count}, not ${truth.count}`);
  }
  if (entries.length !== truth.entries.length) {
    found.push(`${entries.length} entries, not ${truth.entries.length}`);
  }
  if (first !== -1) {
    found.push(
      `entry ${first}: ${entries[first]?.slice(0, 300)}, not ${truth.entries[first]?.slice(0, 300)}`,
    );
  }
  found.push(...map.broken.map(({ where, sentence }) => `broken: ${where}: ${sentence}`));
  if (map.writing) {
    found.push("a writer is in it");
  }
  if (map.cut !== undefined) {
    found.push(`cut: ${map.cut}`);
  }
  return found;
}
