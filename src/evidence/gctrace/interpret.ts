/** From the values of a whole line to its record. Null when the numbers are none that a runtime prints. */
import type { ReadValue } from "./form.js";
import type {
  GcCycle,
  GcPhases,
  Mebibytes,
  PackageInit,
  PacerEnd,
  Scavenge,
  SchedulerLook,
} from "./gc-trace.js";

/** From here on a goal is none: without a limit Go prints the largest number that there is (1.18: all of 64 bits; later 97 % of 63). */
const noGoal = 2 ** 40;
/** More processors than Go knows: 1024 up to 1.9, any number after; a larger one is a misreading. */
const mostProcessors = 1_000_000;

/** A line's values by field. */
export class Values {
  readonly #values: readonly ReadValue[];

  constructor(values: readonly ReadValue[]) {
    this.#values = values;
  }

  /** All texts of a field, in their order. */
  all(field: string): readonly string[] {
    return this.#values.filter((value) => value.field === field).map(({ text }) => text);
  }

  /** Whether the field is there. */
  has(field: string): boolean {
    return this.#values.some((value) => value.field === field);
  }

  /** The first number of a field; NaN when there is none. */
  number(field: string): number {
    return Number(this.#values.find((value) => value.field === field)?.text ?? Number.NaN);
  }

  /** The text of a field; empty when there is none. */
  text(field: string): string {
    return this.#values.find((value) => value.field === field)?.text ?? "";
  }
}

/** Milliseconds as printed, to nanoseconds. */
function nanoseconds(milliseconds: string): number {
  return Math.round(Number(milliseconds) * 1e6);
}

function areCounts(numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
}

/** A cycle without what stands in other lines. */
export function cycleOf(
  values: Values,
  line: number,
  interrupted: boolean,
): Omit<GcCycle, "pacer" | "periodic"> | null {
  const heap = values.all("heap").map(Number);
  const [start, end, live] = heap;
  const clock = phasesOf(values.all("clock"));
  const cpu = cpuOf(values);
  const amounts = amountsOf(values);
  const goal = amounts.get("goal");
  const processors = amounts.get("P");
  const number = values.number("number");
  const percent = values.number("percent");
  const time = Math.round(values.number("start") * 1e9);
  if (
    heap.length !== 3 ||
    start === undefined ||
    end === undefined ||
    live === undefined ||
    clock === null ||
    cpu === null ||
    goal === undefined ||
    processors === undefined ||
    number < 1 ||
    processors < 1 ||
    processors > mostProcessors ||
    percent > 1000 ||
    !areCounts([number, percent, time, ...heap, processors])
  ) {
    return null;
  }
  return {
    line,
    number,
    start: time,
    percent,
    clock,
    cpu,
    heap: { start, end, live },
    goal: goal >= noGoal ? null : goal,
    stacks: known(amounts.get("stacks")),
    globals: known(amounts.get("globals")),
    processors,
    forced: values.has("forced"),
    leakCheck: values.has("leakCheck"),
    interrupted,
  };
}

function known(amount: Mebibytes | undefined): Mebibytes | null {
  return amount === undefined || !Number.isSafeInteger(amount) ? null : amount;
}

function amountsOf(values: Values): ReadonlyMap<string, number> {
  const units = values.all("unit");
  return new Map(
    values
      .all("amount")
      .map((amount, index) => [(units[index] ?? "").replace(/^ (?:MB )?|, $/g, ""), Number(amount)]),
  );
}

function phasesOf(clock: readonly string[]): GcPhases | null {
  const times = clock.map(nanoseconds);
  const sweepTermination = times[0];
  const markTermination = times.at(-1);
  if ((times.length !== 3 && times.length !== 5) || sweepTermination === undefined) {
    return null;
  }
  const mark = times.slice(1, -1).reduce((sum, time) => sum + time, 0);
  return { sweepTermination, mark, markTermination: markTermination ?? 0 };
}

/** `sweep + assist / background / idle + termination`; in Go 1.5 with scan and synchronization before the assist time. */
function cpuOf(values: Values): GcCycle["cpu"] | null {
  const times = values.all("cpu").map(nanoseconds);
  const separators = values.all("separator").join("");
  if (separators !== "+//+" && separators !== "+++//+") {
    return null;
  }
  const slash = separators.indexOf("/");
  const before = times.slice(1, slash).reduce((sum, time) => sum + time, 0);
  const [assist = 0, background = 0, idle = 0, markTermination = 0] = times.slice(slash);
  return {
    sweepTermination: times[0] ?? 0,
    assist,
    background: background + before,
    idle,
    markTermination,
  };
}

/** What the pacer says at a cycle's end; null for its other lines. */
export function pacerEndOf(values: Values): PacerEnd | null {
  const [heapWork, stackWork, globalsWork] = values.all("work").map(Number);
  const end = values.number("end");
  const goal = end - values.number("overGoal");
  const numbers = [values.number("expectedWork"), values.number("triggered"), end];
  if (
    heapWork === undefined ||
    stackWork === undefined ||
    globalsWork === undefined ||
    !areCounts(numbers) ||
    !Number.isSafeInteger(heapWork + stackWork + globalsWork)
  ) {
    return null;
  }
  return {
    cpuPercent: values.number("cpuPercent"),
    expectedCpuPercent: values.number("expectedCpuPercent"),
    heapWork: Math.max(0, heapWork),
    stackWork: Math.max(0, stackWork),
    globalsWork: Math.max(0, globalsWork),
    expectedWork: values.number("expectedWork"),
    triggered: values.number("triggered"),
    end,
    goal: Math.max(0, goal),
  };
}

/** A package's init. */
export function initOf(values: Values, line: number): PackageInit | null {
  const bytes = values.number("bytes");
  const allocations = values.number("allocations");
  return areCounts([bytes, allocations])
    ? {
        line,
        package: values.text("package"),
        start: nanoseconds(values.text("start")),
        clock: nanoseconds(values.text("clock")),
        bytes,
        allocations,
      }
    : null;
}

/** A line of the scavenger. */
export function scavengeOf(values: Values, line: number): Scavenge | null {
  // Go 1.14 has its number in front.
  const amounts = values.all("amount").map(Number);
  const units = values.all("unit");
  const own = amounts.slice(amounts.length - units.length - 1);
  const eagerAt = units.findIndex((unit) => unit.includes("eager"));
  const releasedAt = units.findIndex((unit) => !unit.includes("work"));
  const background = own[0];
  const released = own[releasedAt];
  const usedPercent = own.at(-1);
  if (
    background === undefined ||
    released === undefined ||
    usedPercent === undefined ||
    releasedAt < 1 ||
    own.length !== units.length + 1 ||
    !areCounts(own)
  ) {
    return null;
  }
  return {
    line,
    background,
    eager: eagerAt === -1 ? null : (own[eagerAt] ?? null),
    released,
    usedPercent,
    forced: values.has("forced"),
  };
}

/** A look at the scheduler. */
export function schedulerOf(values: Values, line: number): SchedulerLook | null {
  const numbers = values.all("number").map(Number);
  const named = new Map(
    values.all("key").map((key, index) => [key.replace(/[ =]/g, ""), numbers[index] ?? Number.NaN]),
  );
  const of = (name: string): number => named.get(name) ?? Number.NaN;
  const look = {
    line,
    at: values.number("at") * 1e6,
    processors: of("gomaxprocs"),
    idleProcessors: of("idleprocs"),
    threads: of("threads"),
    runQueue: of("runqueue"),
  };
  const queues = values.all("queue").map(Number);
  return areCounts(Object.values(look)) && areCounts(queues)
    ? { ...look, localQueues: values.has("detail") ? null : queues }
    : null;
}
