/** Single map operations: bench/programs/record/micro. */
import { execFileSync } from "node:child_process";
import { goEnvironment } from "../../test/support/toolchains.js";
import type { Kind } from "./builds.js";
import { Series } from "../turns/series.js";
import { withPrograms, type Recorded } from "./session.js";
import type { TurnTaker } from "../turns/turn-taker.js";

/** Operations of the geometric mean that has a goal: one goroutine, maps of three sizes, two types of key. */
export const GOAL_OPERATIONS: readonly string[] = [
  "read",
  "miss",
  "overwrite",
  "grow",
  "delete",
  "delete+insert",
  "iterate",
];

/** Tells whether a workload counts for the goal: those operations, and two goroutines on a map under its lock. */
export function hasGoal(workload: string): boolean {
  const [, , operation = ""] = workload.split("/");
  return GOAL_OPERATIONS.includes(operation) || /^shared\/2 locked \w+$/.test(workload);
}

/** How often, and how long. */
export interface MicroPlan {
  readonly kinds: readonly Kind[];
  /** New processes so many times, for what depends on the addresses of a process. */
  readonly sessions: number;
  /** Turns of each workload in a session; fewer of those that several goroutines do, which are long. */
  readonly turns: number;
  /** Which workloads; all that contain this. */
  readonly only: string;
}

/** Milliseconds of a turn. Shared maps need longer ones, because the recorder's limit is one for a tenth of a second. */
const turnLength = (workload: string) => (workload.startsWith("shared/") ? 300 : 6);

/** In how many turns of a session a workload takes part. */
function turnsOf(workload: string, turns: number): number {
  return workload.startsWith("shared/") ? Math.ceil(turns / (hasGoal(workload) ? 2 : 4)) : turns;
}

/** Measures all workloads. */
export async function measureMicro(
  binaries: Readonly<Record<Kind, string>>,
  plan: MicroPlan,
): Promise<{ series: Series[]; recorded: (Recorded | undefined)[] }> {
  const names = execFileSync(binaries.plain, ["list"], { env: goEnvironment(), encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((name) => name.includes(plan.only));
  const all = names.map((name) => ({ series: new Series(name), operations: 0 }));
  const recorded: (Recorded | undefined)[] = [];
  for (let session = 0; session < plan.sessions; session++) {
    const work = async (programs: readonly TurnTaker[]) => {
      for (let turn = 0; turn < plan.turns; turn++) {
        for (const one of all) {
          if (turn >= turnsOf(one.series.name, plan.turns)) {
            continue;
          }
          one.operations ||= await calibrate(programs, one.series.name);
          const command = `${one.operations} ${one.series.name}`;
          await one.series.add(programs, async (program) => program.turn(command));
        }
      }
    };
    recorded.push(await withPrograms(binaries, plan.kinds, [], work));
  }
  return { series: all.map(({ series }) => series), recorded };
}

/** How many operations the plain program does in a turn's length. All programs do a little of it first. */
async function calibrate(programs: readonly TurnTaker[], name: string): Promise<number> {
  const [plain] = programs;
  if (plain === undefined) {
    throw new Error("there is no program to measure");
  }
  const wanted = turnLength(name) * 1e6;
  let operations = 16;
  for (;;) {
    const { wall, cpu, operations: done } = await plain.turn(`${operations} ${name}`);
    const spent = Math.min(wall, cpu);
    if (spent >= wanted / 4 || operations >= 1e9) {
      operations = Math.ceil((done * wanted) / spent);
      break;
    }
    operations *= 4;
  }
  for (const program of programs.slice(1)) {
    await program.turn(`${Math.ceil(operations / 8)} ${name}`);
  }
  return operations;
}
