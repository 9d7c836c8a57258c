/** Programs that do little but synchronise: bench/programs/order/workloads. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { goEnvironment } from "../../test/support/toolchains.js";
import { Series } from "../turns/series.js";
import { TurnTaker, type Turn } from "../turns/turn-taker.js";
import { environmentOf, type Binaries, type Kind } from "./builds.js";
import { emptyFolder, writtenIn } from "./event-folder.js";

/** How often, and how long. */
export interface WorkloadPlan {
  readonly kinds: readonly Kind[];
  readonly turns: number;
  /** Which workloads; all whose name begins with this. */
  readonly only: string;
  /** Where order files go. */
  readonly folder: string;
}

/** What was measured of one group of workloads, for which each kind had one process. */
export interface Group {
  readonly name: string;
  readonly series: readonly Series[];
  /** The largest resident memory of its process, in bytes. */
  readonly memory: ReadonlyMap<Kind, number>;
  /** Events and bytes for each second of its work, on the clock. */
  readonly events: number;
  readonly bytes: number;
}

/** Nanoseconds that a turn of the plain program takes. */
const turnLength = 30e6;

/** The names of all workloads. */
export function workloadNames(binary: string, only: string): string[] {
  return execFileSync(binary, ["list"], { env: goEnvironment(), encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((name) => name.startsWith(only));
}

/** Measures all workloads, group by group: the group is the first part of a name. */
export async function measureWorkloads(binaries: Binaries, plan: WorkloadPlan): Promise<Group[]> {
  const names = workloadNames(binaries.plain, plan.only);
  const groups: Group[] = [];
  for (const name of new Set(names.map((one) => one.split("/")[0] ?? ""))) {
    groups.push(
      await measureGroup(binaries, name, {
        ...plan,
        names: names.filter((one) => one.startsWith(`${name}/`)),
      }),
    );
  }
  return groups;
}

async function measureGroup(
  binaries: Binaries,
  name: string,
  { kinds, turns, names, folder }: WorkloadPlan & { readonly names: readonly string[] },
): Promise<Group> {
  const eventFolder = emptyFolder(path.join(folder, "events"));
  const programs = kinds.map(
    (kind) => new TurnTaker(kind, binaries[kind], [], environmentOf(kind, eventFolder)),
  );
  const series = names.map((one) => new Series(one));
  const memory = new Map<Kind, number>();
  let worked = 0;
  try {
    for (const one of series) {
      const operations = await calibrate(programs, one.name);
      for (let turn = 0; turn < turns; turn++) {
        await one.add(programs, async (program) => {
          const result = await program.turn(`${operations} ${one.name}`);
          worked += program.kind === "order" ? result.wall : 0;
          return result;
        });
      }
    }
    for (const program of programs) {
      memory.set(program.kind, program.memory().most);
    }
  } finally {
    await Promise.all(programs.map(async (program) => program.stop()));
  }
  const { events, fileBytes } = kinds.includes("order")
    ? writtenIn(eventFolder)
    : { events: 0, fileBytes: 0 };
  return { name, series, memory, events: (events * 1e9) / worked, bytes: (fileBytes * 1e9) / worked };
}

/** How many operations the plain program does in a turn's length. All programs do a little of it first. */
async function calibrate(programs: readonly TurnTaker[], name: string): Promise<number> {
  const [plain] = programs;
  if (plain === undefined) {
    throw new Error("there is no program to measure");
  }
  let operations = 1000;
  let turn: Turn;
  for (;;) {
    turn = await plain.turn(`${operations} ${name}`);
    if (turn.wall >= turnLength / 4 || operations >= 1e9) {
      break;
    }
    operations *= 4;
  }
  for (const program of programs.slice(1)) {
    await program.turn(`${Math.ceil(operations / 16)} ${name}`);
  }
  return Math.ceil((operations * turnLength) / turn.wall);
}
