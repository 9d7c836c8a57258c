/**
 * Small random programs as order events, with what is true of them: each event has a line of its own, so a sentence that names a
 * line names an event.
 */
import fc from "fast-check";
import { orderKinds } from "../../src/evidence/order/events.js";
import type { SymbolFrame, Symbolizer } from "../../src/evidence/ring/symbolizer.js";
import type { WrittenOrderEvent } from "./order-events.js";
import { frame, symbolizerOf } from "./symbols.js";

/** Address of `runtime.text`. */
const text = 0x401000;

/** What one step does, and what the functions at the top of its stack are called. */
const steps = {
  lock: ["sync.(*Mutex).Lock"],
  unlock: ["sync.(*Mutex).Unlock"],
  rlock: ["sync.(*RWMutex).RLock"],
  runlock: ["sync.(*RWMutex).RUnlock"],
  done: ["sync.(*WaitGroup).Add", "sync.(*WaitGroup).Done"],
  wait: ["sync.(*WaitGroup).Wait"],
  send: ["runtime.chansend", "runtime.chansend1"],
  receive: ["runtime.chanrecv", "runtime.chanrecv1"],
  close: ["runtime.closechan"],
  store: ["sync/atomic.(*Bool).Store"],
  load: ["sync/atomic.(*Bool).Load"],
  go: ["runtime.newproc"],
  read: [],
  write: [],
} as const;

type StepName = keyof typeof steps;

const stepNames = Object.keys(steps) as StepName[];
const callNames: readonly string[] = [...new Set(Object.values(steps).flat())];
const callOffset = (name: string): number => 0x10 * (1 + callNames.indexOf(name));
const lineOffset = (line: number): number => 0x10_000 + line * 0x10;

/** One event of a program, at the line that is its position, from 1. */
export interface Told {
  readonly line: number;
  readonly goroutine: number;
  readonly step: StepName;
  /** The goroutine that a `go` starts; else the address. */
  readonly subject: number;
  /** Locks that are held then, by the lines where they were locked. */
  readonly held: ReadonlyMap<number, { readonly line: number; readonly reading: boolean }>;
}

/** A program that ran. */
export interface RandomProgram {
  readonly told: readonly Told[];
  readonly events: readonly WrittenOrderEvent[];
  readonly binary: Symbolizer;
  /** Whether one line's event happened before another's. */
  readonly before: (line: number, later: number) => boolean;
}

/** The order of events: what each goroutine and each address knows, as sets of lines. */
class Knowledge {
  readonly #goroutines = new Map<number, bigint>();
  readonly #addresses = new Map<number, bigint>();
  readonly #at: bigint[] = [0n];

  take({ line, goroutine, step, subject }: Told): void {
    let known = this.#goroutines.get(goroutine) ?? 0n;
    const there = this.#addresses.get(subject) ?? 0n;
    if (acquires.has(step)) {
      known |= there;
    }
    this.#at[line] = known;
    known |= 1n << BigInt(line);
    if (step === "go") {
      this.#goroutines.set(subject, known);
    } else if (merges.has(step)) {
      this.#addresses.set(subject, there | known);
    } else if (releases.has(step)) {
      this.#addresses.set(subject, known);
    }
    this.#goroutines.set(goroutine, known);
  }

  before(line: number, later: number): boolean {
    return (((this.#at[later] ?? 0n) >> BigInt(line)) & 1n) === 1n;
  }
}

const acquires: ReadonlySet<StepName> = new Set(["lock", "rlock", "wait", "receive", "load", "store"]);
const merges: ReadonlySet<StepName> = new Set(["done", "runlock", "store"]);
const releases: ReadonlySet<StepName> = new Set(["unlock", "send", "close"]);

const kinds: Partial<Record<StepName, number>> = {
  lock: orderKinds.acquire,
  rlock: orderKinds.acquire,
  wait: orderKinds.acquire,
  receive: orderKinds.acquire,
  load: orderKinds.acquire,
  store: orderKinds.update,
  unlock: orderKinds.release,
  send: orderKinds.release,
  close: orderKinds.release,
  done: orderKinds.merge,
  runlock: orderKinds.merge,
  go: orderKinds.start,
  read: orderKinds.access + 1,
  write: orderKinds.access + 2,
};

/** Addresses by what a step does: two locks, one WaitGroup, two channels, one variable, two maps. */
function subjectOf(step: StepName, choice: number): number {
  switch (step) {
    case "lock":
    case "unlock":
    case "rlock":
    case "runlock":
      return 0xc000100000 + 0x100 * (choice % 2);
    case "done":
    case "wait":
      return 0xc000200000;
    case "send":
    case "receive":
    case "close":
      return 0xc000300000 + 0x100 * (choice % 2);
    case "store":
    case "load":
      return 0xc000400000;
    case "read":
    case "write":
      return 0xc000500000 + 0x100 * (choice % 2);
    case "go":
      return 0;
    default:
      return step satisfies never;
  }
}

const mostGoroutines = 5;

/** Runs choices as a program: what cannot be done then is left out. */
class Run {
  readonly told: Told[] = [];
  readonly events: WrittenOrderEvent[] = [];
  readonly knowledge = new Knowledge();
  readonly frames: Record<number, readonly SymbolFrame[]> = {};
  readonly #held = new Map<number, Map<number, { line: number; reading: boolean }>>([[1, new Map()]]);
  readonly #lists = new Map<number, string>();

  step(choice: readonly [number, number, number]): void {
    const goroutines = [...this.#held.keys()];
    const goroutine = goroutines[choice[0] % goroutines.length] ?? 1;
    const step = stepNames[choice[1] % stepNames.length] ?? "read";
    const subject = step === "go" ? goroutines.length + 1 : subjectOf(step, choice[2]);
    const held = this.#held.get(goroutine) ?? new Map<number, { line: number; reading: boolean }>();
    const all = [...this.#held.values()];
    const isWritten = all.some((locks) => locks.get(subject)?.reading === false);
    const isRead = all.some((locks) => locks.get(subject)?.reading === true);
    const possible: Partial<Record<StepName, boolean>> = {
      lock: !isWritten && !isRead,
      unlock: held.get(subject)?.reading === false,
      rlock: !isWritten && !held.has(subject),
      runlock: held.get(subject)?.reading === true,
      go: goroutines.length < mostGoroutines,
    };
    if (possible[step] === false) {
      return;
    }
    const line = this.told.length + 1;
    if (step === "unlock" || step === "runlock") {
      held.delete(subject);
    }
    const one: Told = { line, goroutine, step, subject, held: new Map(held) };
    this.#tell(one);
    if (step === "lock" || step === "rlock") {
      held.set(subject, { line, reading: step === "rlock" });
    }
    if (step === "go") {
      this.#held.set(subject, new Map());
    }
  }

  #tell(one: Told): void {
    const { line, goroutine, step, subject } = one;
    this.told.push(one);
    this.knowledge.take(one);
    this.frames[lineOffset(line)] = [frame(`main.g${goroutine}`, "/home/ada/p/x.go", line)];
    if (step === "read" || step === "write") {
      this.#tellLocks(one);
    }
    this.events.push({
      goroutine,
      kind: kinds[step] ?? 0,
      value: subject,
      stack: stackAt(step, line),
      writer: 1 + (goroutine % 2),
    });
  }

  /** The list of locks stands before the access, when it is another one than before. */
  #tellLocks({ goroutine, held }: Told): void {
    const list = JSON.stringify([...held]);
    if ((this.#lists.get(goroutine) ?? "[]") === list) {
      return;
    }
    this.#lists.set(goroutine, list);
    const writer = 1 + (goroutine % 2);
    if (held.size === 0) {
      this.events.push({ goroutine, kind: orderKinds.holdsNone, writer });
    }
    [...held].forEach(([value, { line, reading }], index) => {
      const stack = stackAt(reading ? "rlock" : "lock", line);
      const number = 2 * index + Number(reading);
      this.events.push({ goroutine, kind: orderKinds.holds, value, number, stack, writer });
    });
  }
}

function stackAt(step: StepName, line: number): number[] {
  return [...steps[step].map((name) => text + callOffset(name)), text + lineOffset(line)];
}

function programOf(choices: readonly (readonly [number, number, number])[]): RandomProgram {
  const run = new Run();
  for (const choice of choices) {
    run.step(choice);
  }
  const calls = Object.fromEntries(
    callNames.map((name) => [callOffset(name), [frame(name, `/usr/lib/go/src/${fileOf(name)}`, 1)]]),
  );
  return {
    told: run.told,
    events: run.events,
    binary: symbolizerOf({ ...calls, ...run.frames }),
    before: (line, later) => run.knowledge.before(line, later),
  };
}

function fileOf(name: string): string {
  return `${name.slice(0, name.lastIndexOf("/") + 1)}${name.slice(name.lastIndexOf("/") + 1).split(".")[0]}/x.go`;
}

/** Random programs of up to so many steps. */
export function randomPrograms(most: number): fc.Arbitrary<RandomProgram> {
  const number = fc.nat({ max: 999 });
  return fc.array(fc.tuple(number, number, number), { minLength: most / 2, maxLength: most }).map(programOf);
}
