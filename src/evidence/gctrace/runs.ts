/**
 * Tells the processes of a text apart, and keeps of each one the last cycles and the sums over all.
 *
 * Prefixes name processes. Where they do not, numbers do: cycles of one process count up from 1 and its time goes on, so
 * cycle 8 at 0.2 s goes to the process whose last one was 7. Texts in reverse order count down.
 */
import type { WholeLine } from "./assemble.js";
import type { GcCycle, GcRun, PackageInit, PacerEnd, Scavenge, SchedulerLook } from "./gc-trace.js";
import { cycleOf, initOf, pacerEndOf, scavengeOf, schedulerOf, Values } from "./interpret.js";
import { Totals } from "./totals.js";
import { VersionHints } from "./versions.js";

/** How much is kept. */
export interface GcTraceLimits {
  /** The last cycles of a run; the sums count all. Default 1000. */
  readonly cycles: number;
  /** The last runs. Default 64. */
  readonly runs: number;
}

/** What is kept when nothing else is asked for. */
export const defaultLimits: GcTraceLimits = { cycles: 1000, runs: 64 };

/** Of inits, scavenges and looks at the scheduler so many are kept. */
const maxKept = 200;
/** Runs of one process that are open at the same time: two processes can write to one stream without a prefix. */
const maxOpen = 16;
/** A line is not further from its place than so many cycles, unless the whole text is in reverse order. */
const maxDisorder = 64;
/** More packages than any program has. */
const maxPackages = 20_000;

/** A run as it grows. */
class GrowingRun {
  readonly totals = new Totals();
  readonly versions = new VersionHints();
  cycles: GcCycle[] = [];
  readonly inits: PackageInit[] = [];
  initCount = 0;
  initClock = 0;
  readonly scavenges: Scavenge[] = [];
  scavengeCount = 0;
  readonly looks: SchedulerLook[] = [];
  lookCount = 0;
  otherLines = 0;
  firstLine: number;
  lastLine: number;
  /** What the pacer said, until the cycle's own line comes. */
  pacer: PacerEnd | null = null;
  periodic = false;
  readonly packages = new Set<string>();
  sawFirstLook = false;

  constructor(
    readonly process: string | null,
    line: number,
  ) {
    this.firstLine = line;
    this.lastLine = line;
  }

  touch(line: number): void {
    this.firstLine = Math.min(this.firstLine, line);
    this.lastLine = Math.max(this.lastLine, line);
  }

  /** How a cycle fits to this run: as its next one, as a later one, or as one whose line comes out of order. */
  fits(cycle: Pick<GcCycle, "number" | "start">): Fit | null {
    const last = this.cycles.at(-1);
    if (last === undefined) {
      return cycle.number === 1 ? "next" : "later";
    }
    if (cycle.number > last.number) {
      return cycle.start < last.start ? null : cycle.number === last.number + 1 ? "next" : "later";
    }
    return this.placeOf(cycle) === undefined ? null : "out of order";
  }

  /** Where among the last cycles one belongs that comes late; undefined where it does not fit in. */
  placeOf({ number, start }: Pick<GcCycle, "number" | "start">): number | undefined {
    for (let place = this.cycles.length; place >= Math.max(0, this.cycles.length - maxDisorder); place--) {
      const before = this.cycles[place - 1];
      const after = this.cycles[place];
      if (before !== undefined && before.number >= number) {
        if (before.number === number) {
          return undefined;
        }
        continue;
      }
      const fitsBefore = before === undefined ? after?.number === number + 1 : before.start <= start;
      return fitsBefore && (after === undefined || after.start >= start) ? place : undefined;
    }
    return undefined;
  }

  /** Puts a cycle in its place. */
  add(cycle: GcCycle, limit: number): void {
    this.totals.add(cycle);
    this.cycles.splice(this.placeOf(cycle) ?? this.cycles.length, 0, cycle);
    // Twice as many before it is cut, so that a long run is not copied for each cycle.
    if (this.cycles.length > 2 * Math.max(limit, maxDisorder)) {
      this.cycles = this.cycles.slice(-Math.max(limit, maxDisorder));
    }
  }
}

type Fit = "next" | "later" | "out of order";

/** Collects the runtime's lines into runs. */
export class Runs {
  readonly #limits: GcTraceLimits;
  /** By process; the latest last. */
  readonly #open = new Map<string | null, GrowingRun[]>();
  /** All that are kept, in the order of their first lines. */
  readonly #all: GrowingRun[] = [];
  #notKept = 0;
  #unread = 0;

  constructor(limits: GcTraceLimits) {
    this.#limits = limits;
  }

  /** Lines whose numbers make no sense. */
  get unread(): number {
    return this.#unread;
  }

  /** Runs that were dropped because there were too many. */
  get notKept(): number {
    return this.#notKept;
  }

  /** Takes a line. */
  push(line: WholeLine): void {
    const values = new Values(line.values);
    if (!this.#record(line, values)) {
      this.#unread++;
    }
  }

  /** All runs that are kept. */
  runs(): GcRun[] {
    return this.#all.map((run) => finished(run, this.#limits.cycles));
  }

  #record(line: WholeLine, values: Values): boolean {
    switch (line.kind) {
      case "gc":
        return this.#cycle(line, values);
      case "pacer":
        return this.#pacer(line, values);
      case "init":
        return this.#init(line, values);
      case "scavenge":
        return this.#scavenge(line, values);
      case "scheduler":
        return this.#look(line, values);
      case "gc-forced":
        this.#latest(line).periodic = true;
        return true;
      case "other":
        this.#latest(line).otherLines++;
        return true;
      default:
        return line.kind satisfies never;
    }
  }

  #cycle(line: WholeLine, values: Values): boolean {
    const read = cycleOf(values, line.line, line.interrupted);
    if (read === null) {
      return false;
    }
    if (line.numberApart && !this.#goesOn(line, read)) {
      return false;
    }
    const run = this.#runOf(line, read);
    const { pacer, periodic } = run;
    const cycle: GcCycle = {
      ...read,
      pacer: isOf(pacer, read) ? pacer : null,
      periodic: periodic && !read.forced,
    };
    run.pacer = null;
    run.periodic = false;
    run.add(cycle, this.#limits.cycles);
    run.versions.cycle(cycle, values);
    run.touch(line.line);
    return true;
  }

  /** Whether it is the very next cycle of a run, or one that was missing in it. */
  #goesOn({ process }: WholeLine, cycle: Pick<GcCycle, "number" | "start">): boolean {
    const fits = (this.#open.get(process) ?? []).map((run) => run.fits(cycle));
    return fits.includes("next") || fits.includes("out of order");
  }

  /** The run whose next cycle it is, else one where it is a later one, else a new one. */
  #runOf(line: WholeLine, cycle: Pick<GcCycle, "number" | "start">): GrowingRun {
    const open = (this.#open.get(line.process) ?? []).toReversed();
    const fits = open.map((run) => run.fits(cycle));
    for (const wanted of ["next", "out of order", "later"] as const) {
      const run = open[fits.indexOf(wanted)];
      if (run !== undefined) {
        return run;
      }
    }
    return this.#newRun(line);
  }

  #pacer(line: WholeLine, values: Values): boolean {
    const run = this.#latest(line);
    run.versions.pacer(values);
    if (values.has("cpuPercent")) {
      run.pacer = pacerEndOf(values);
      return run.pacer !== null;
    }
    run.otherLines++;
    return true;
  }

  #init(line: WholeLine, values: Values): boolean {
    const init = initOf(values, line.line);
    if (init === null) {
      return false;
    }
    let run = this.#latest(line);
    // A package's init runs once in a process.
    if (run.packages.has(init.package) || run.packages.size >= maxPackages) {
      run = this.#newRun(line);
    }
    run.packages.add(init.package);
    run.initCount++;
    run.initClock += init.clock;
    if (run.inits.length < maxKept) {
      run.inits.push(init);
    }
    return true;
  }

  #scavenge(line: WholeLine, values: Values): boolean {
    const scavenge = scavengeOf(values, line.line);
    if (scavenge === null) {
      return false;
    }
    const run = this.#latest(line);
    run.scavengeCount++;
    run.versions.scavenge(scavenge);
    keepLast(run.scavenges, scavenge);
    return true;
  }

  #look(line: WholeLine, values: Values): boolean {
    const look = schedulerOf(values, line.line);
    if (look === null) {
      return false;
    }
    let run = this.#latest(line);
    // The first one of a process is at 0.
    if (look.at === 0 && run.sawFirstLook) {
      run = this.#newRun(line);
    }
    run.sawFirstLook ||= look.at === 0;
    run.lookCount++;
    run.versions.scheduler(values);
    keepLast(run.looks, look);
    return true;
  }

  /** The run that the lines of a process belong to at present. */
  #latest(line: WholeLine): GrowingRun {
    const run = this.#open.get(line.process)?.at(-1) ?? this.#newRun(line);
    run.touch(line.line);
    return run;
  }

  #newRun({ process, line }: WholeLine): GrowingRun {
    const run = new GrowingRun(process, line);
    const open = [...(this.#open.get(process) ?? []), run].slice(-maxOpen);
    this.#open.set(process, open);
    this.#all.push(run);
    if (this.#all.length > this.#limits.runs) {
      const dropped = this.#all.shift();
      this.#notKept++;
      if (dropped !== undefined) {
        this.#close(dropped);
      }
    }
    return run;
  }

  #close(run: GrowingRun): void {
    const left = (this.#open.get(run.process) ?? []).filter((one) => one !== run);
    if (left.length === 0) {
      this.#open.delete(run.process);
    } else {
      this.#open.set(run.process, left);
    }
  }
}

/** Whether the pacer speaks of this cycle: where lines are lost or out of order, it can be of another one. */
function isOf(pacer: PacerEnd | null, { goal, heap }: Pick<GcCycle, "goal" | "heap">): boolean {
  return (
    pacer !== null &&
    Math.floor(pacer.end / mebibyte) === heap.end &&
    (goal === null || Math.floor(pacer.goal / mebibyte) === goal)
  );
}

const mebibyte = 1_048_576;

function keepLast<T>(kept: T[], one: T): void {
  kept.push(one);
  if (kept.length > maxKept) {
    kept.shift();
  }
}

function finished(run: GrowingRun, cycles: number): GcRun {
  return {
    process: run.process,
    textLines: [run.firstLine, run.lastLine],
    totals: run.totals.sums(),
    cycles: cycles === 0 ? [] : run.cycles.slice(-cycles),
    inits: { count: run.initCount, clock: run.initClock, kept: run.inits },
    scavenges: { count: run.scavengeCount, kept: run.scavenges },
    scheduler: { count: run.lookCount, kept: run.looks },
    otherLines: run.otherLines,
    goVersion: run.versions.text(),
  };
}
