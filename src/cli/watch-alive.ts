/** Whether the process that writes an event file is still there. */
import { readdirSync, readFileSync } from "node:fs";
import { systemErrorCode } from "../base/errors.js";
import { statFields } from "../base/process-stat.js";

/** What an event file tells of its process. */
export interface ProcessStart {
  /** Its start by the wall clock, Unix time in nanoseconds; 0 = not known. */
  readonly startWall: bigint;
  /** Its start by the monotonic clock, nanoseconds since the machine started. */
  readonly startMonotonic: number;
}

/** Linux counts a process's start in these, whatever the machine: 100 in a second. */
const tick = 1e7;
/** Clocks are compared with this much room, nanoseconds: start times are whole seconds in places. */
const room = 3e9;

/**
 * Whether a process is there: running or stopped, not a zombie, and not another one that got its number later.
 *
 * @param start when the process started, where that is known
 */
export function isProcessAlive(processId: number, start: ProcessStart | undefined): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId > 0x7fff_ffff) {
    return false;
  }
  try {
    process.kill(processId, 0);
  } catch (error) {
    if (systemErrorCode(error) !== "EPERM") {
      return false;
    }
  }
  const stat = readProc(`${processId}/stat`);
  if (stat === undefined) {
    return true;
  }
  const fields = statFields(stat);
  const dead = fields[0] === "Z" || fields[0] === "X";
  return !dead && (start === undefined || !startedLater(Number(fields[19]) * tick, start));
}

/**
 * Whether a process that started at a time since boot is another one than that of the event file. The wall clock may have
 * been set since, and the monotonic clock stands still while a machine sleeps; only when both agree it is another one.
 */
function startedLater(sinceBoot: number, { startWall, startMonotonic }: ProcessStart): boolean {
  const started = bootTime();
  if (Number.isNaN(sinceBoot) || started === undefined || startWall === 0n) {
    return false;
  }
  const wall = Number(startWall);
  const beforeBoot = wall < started - 60e9;
  return beforeBoot || (started + sinceBoot > wall + room && sinceBoot > startMonotonic + room);
}

/** When the machine started, as it was read last. */
let boot: { readonly asked: number; readonly time: number | undefined } | undefined;
/** How old that may be, milliseconds: it moves only when the clock is set, and the file is long on large machines. */
const bootAge = 60_000;

/** When the machine started, by the wall clock as it is now, nanoseconds; undefined where the system does not tell. */
function bootTime(): number | undefined {
  const now = performance.now();
  if (boot === undefined || now - boot.asked >= bootAge) {
    const line = /^btime (\d+)$/m.exec(readProc("stat") ?? "");
    boot = { asked: now, time: line === null ? undefined : Number(line[1]) * 1e9 };
  }
  return boot.time;
}

/** A small file of Linux's /proc; undefined where there is none. */
function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, "utf8");
  } catch {
    // Not Linux, no /proc, or the process has just ended: the caller asks again later.
    return undefined;
  }
}

/**
 * The number that a process has here. One in a container has two: its own one, which is in its event file, and one outside.
 *
 * @returns the same number where it is that process; undefined when the process is not there
 */
export function findProcess(processId: number, start: ProcessStart | undefined): number | undefined {
  if (isProcessAlive(processId, start)) {
    return processId;
  }
  if (start === undefined) {
    return undefined;
  }
  return (containers.numbers().get(processId) ?? []).find(
    (outside) => startedTogether(outside, start) && isProcessAlive(outside, start),
  );
}

/** The processes in containers below this one: by their own number, the numbers that they have here. */
class ContainerProcesses {
  #numbers = new Map<number, number[]>();
  #read = -Infinity;

  /** As it was a second ago at most: reading all of /proc takes time, and may be asked for many files in a row. */
  numbers(): ReadonlyMap<number, readonly number[]> {
    const now = performance.now();
    if (now - this.#read >= askEvery) {
      this.#numbers = new Map();
      for (const outside of processNumbers()) {
        const found = /^NSpid:\s+\d+\s(?:.*\s)?(\d+)$/m.exec(readProc(`${outside}/status`) ?? "");
        const inside = Number(found?.[1]);
        if (found !== null) {
          this.#numbers.set(inside, [...(this.#numbers.get(inside) ?? []), outside]);
        }
      }
      this.#read = now;
    }
    return this.#numbers;
  }
}

/** How often the system is asked, milliseconds. */
const askEvery = 1000;

const containers = new ContainerProcesses();

/** Other containers have processes of the same number, so the start has to fit too. */
function startedTogether(processId: number, { startMonotonic, startWall }: ProcessStart): boolean {
  const stat = readProc(`${processId}/stat`) ?? "";
  const sinceBoot = Number(statFields(stat)[19]) * tick;
  const started = bootTime();
  const near = (one: number, other: number): boolean => Math.abs(one - other) <= room;
  return (
    near(sinceBoot, startMonotonic) || (started !== undefined && near(started + sinceBoot, Number(startWall)))
  );
}

function processNumbers(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Whether one process is there, asked again and again. */
export class ProcessPresence {
  /** When the process started, once that is known. */
  start: ProcessStart | undefined;
  #here: number | undefined;
  #asked = -Infinity;
  #alive = true;

  /** Whether it was ever seen. */
  get wasSeen(): boolean {
    return this.#here !== undefined;
  }

  /** The number that the process has here; undefined when it is not there, or cannot be seen from here. */
  processHere(processId: number): number | undefined {
    this.#here ??= findProcess(processId, this.start);
    return this.#here;
  }

  /** Whether it is there. The answer may be a second old; once it is no, it stays so. */
  isAlive(processId: number): boolean {
    const now = performance.now();
    if (this.#alive && now - this.#asked >= askEvery) {
      this.#asked = now;
      const here = this.processHere(processId);
      this.#alive = here !== undefined && isProcessAlive(here, this.start);
    }
    return this.#alive;
  }
}
