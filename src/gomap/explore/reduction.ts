/**
 * Dynamic partial-order reduction: of all interleavings that differ only in the order of steps that do not touch each
 * other, one is made.
 *
 * Source sets and sleep sets (P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas: Source Sets, JACM 2017), with what C. Flanagan
 * and P. Godefroid (POPL 2005) do about steps that may have to wait. In short: a run is made; for each step the earlier
 * steps that it could have come before (a _race_) are found by vector clocks; where none of the ways that begin such
 * another order is to be taken yet, one is added. A process that was tried in a state sleeps below its siblings until a
 * step that touches its own.
 *
 * Under x86-TSO the store buffers are processes of their own (see execution.ts): a store into a buffer touches nothing, its
 * way to memory is a write; a load that takes its value from the own buffer touches that buffer's store only.
 *
 * What is explored does not stop with the first fatal error: the goroutine that is stopped does nothing more, and the
 * others go on, so that each goroutine that would be stopped is.
 */
import { withRoom } from "../../base/growing.js";
import { type EndStates } from "./end-states.js";
import { type Execution } from "./execution.js";
import {
  ATOMIC_LOAD,
  ATOMIC_OR,
  BEGIN,
  FENCE,
  firstSynchronising,
  GROUP_WAIT,
  isTerminal,
  LOAD,
  LOCK,
  READ_LOCK,
  READ_UNLOCK,
  START,
  STORE,
  UNLOCK,
  WRITE_LOCK,
  WRITE_UNLOCK,
} from "./operations.js";
import { bits, lowest, type Search, type SearchProgress } from "./search.js";

const ints = (length: number): Int32Array => new Int32Array(length);

/** Steps of one process touch memory in one of these ways. */
const NOTHING = 0;
const READ = 1;
const WRITE = 2;
/** A load from the own store buffer. */
const FORWARDED = 3;

/** A step as it touches memory. */
interface Touching {
  readonly touch: number;
  readonly process: number;
  readonly mask: number;
}

/** See the file's comment. */
export class Reduction<T> implements Search<T> {
  #steps = 0;
  #runs = 0;
  /** Runs that were given up since all that was left to do was asleep. */
  #asleep = 0;
  #depth = 0;
  #fresh = true;
  readonly #processes: number;
  readonly #tso: boolean;

  // For each depth: the state there.
  #enabled = ints(256);
  #backtrack = ints(256);
  #done = ints(256);
  #sleep = ints(256);
  // For each depth: the step that was done there.
  #who = ints(256);
  #kind = ints(256);
  #word = ints(256);
  #mask = ints(256);
  #touch = ints(256);
  /** The step before on the same word, and the same process' step before: depth + 1, 0 for none. */
  #beforeOnWord = ints(256);
  #beforeOfProcess = ints(256);
  /** For each step and process: the last step of that process that happened before it (itself counted in), as depth + 1. */
  #clock: Int32Array;

  /** For each process its last step, for each word of 8 bytes the last on it; as depth + 1. */
  readonly #last: Int32Array;
  readonly #lastOnWord: Int32Array;
  /** For each goroutine and store in its buffer: the depth at which it was stored. */
  readonly #storedAt: Int32Array[];
  readonly #stored: Int32Array;

  /** For each byte the goroutines that were seen to store there, and for each word the bytes with more than one. */
  readonly #writers: Uint16Array;
  readonly #manyWriters: Uint8Array;
  #beginAnew = false;

  // The step that is looked at.
  #atWord = 0;
  #atMask = 0;
  #atTouch = NOTHING;
  #atKind = 0;
  readonly #stepClock: Int32Array;
  readonly #raceClock: Int32Array;
  readonly #races: number[] = [];
  readonly #first: Int32Array;

  constructor(
    readonly execution: Execution,
    readonly ends: EndStates<T>,
  ) {
    const { processes, goroutines } = execution;
    this.#processes = processes;
    this.#tso = processes > goroutines;
    this.#clock = ints(256 * processes);
    this.#last = ints(processes);
    this.#lastOnWord = ints(execution.words.length >> 1);
    this.#storedAt = Array.from({ length: goroutines }, () => ints(64));
    this.#stored = ints(goroutines);
    this.#stepClock = ints(processes);
    this.#raceClock = ints(processes);
    this.#first = ints(processes);
    this.#writers = new Uint16Array(this.#tso ? execution.words.length * 4 : 0);
    this.#manyWriters = new Uint8Array(this.#tso ? execution.words.length >> 1 : 0);
  }

  /** Runs that were given up because what was left had been explored elsewhere. */
  get asleep(): number {
    return this.#asleep;
  }

  advance(steps: number): boolean {
    const until = this.#steps + steps;
    while (this.#steps < until) {
      if (this.#beginAnew) {
        this.#restart();
      }
      if (this.#fresh) {
        this.#open();
      }
      const depth = this.#depth;
      const todo = (this.#backtrack[depth] ?? 0) & ~(this.#done[depth] ?? 0) & ~(this.#sleep[depth] ?? 0);
      if (todo !== 0) {
        const process = lowest(todo);
        this.#done[depth] = (this.#done[depth] ?? 0) | (1 << process);
        this.#step(process);
      } else if (depth === 0) {
        return true;
      } else {
        this.#back();
      }
    }
    return false;
  }

  progress(): SearchProgress {
    let share = 0;
    let part = 1;
    for (let depth = 0; depth < this.#depth; depth++) {
      const all = bits(
        (this.#backtrack[depth] ?? 0) & ~((this.#sleep[depth] ?? 0) & ~(this.#done[depth] ?? 0)),
      );
      part /= Math.max(1, all);
      share += part * Math.max(0, bits(this.#done[depth] ?? 0) - 1);
    }
    return { steps: this.#steps, runs: this.#runs, states: 0, depth: this.#depth, share: Math.min(1, share) };
  }

  /** Comes to a state for the first time on this way. */
  #open(): void {
    this.#fresh = false;
    const depth = this.#depth;
    this.#room(depth + 1);
    const { execution } = this;
    const enabled = execution.enabled();
    this.#enabled[depth] = enabled;
    this.#done[depth] = 0;
    this.#backtrack[depth] = 0;
    if (enabled === 0) {
      this.#runs++;
      this.ends.add(execution);
      this.#racesOfWaiting();
      return;
    }
    const awake = enabled & ~(this.#sleep[depth] ?? 0);
    if (awake === 0) {
      this.#asleep++;
      return;
    }
    // The one that ran last goes on where it can: shorter stories, and nothing depends on it.
    const last = depth > 0 ? (this.#who[depth - 1] ?? 0) : 0;
    this.#backtrack[depth] = (awake & (1 << last)) !== 0 ? 1 << last : awake & -awake;
  }

  /** Those that wait for ever could have come before those that they wait for. */
  #racesOfWaiting(): void {
    const { execution } = this;
    for (let process = 0; process < execution.goroutines; process++) {
      const node = execution.node[process] ?? 0;
      if (!isTerminal(execution.histories.kind[node] ?? 0)) {
        this.#look(process);
        this.#compare(process);
        this.#addRaces(process);
      }
    }
  }

  #step(process: number): void {
    const depth = this.#depth;
    this.#look(process);
    this.#compare(process);
    this.#addRaces(process);
    this.#sleep[depth + 1] = this.#stillAsleep(process, depth);
    this.#note(process, depth);
    this.execution.execute(process);
    this.#steps++;
    this.#depth++;
    this.#fresh = true;
  }

  /** Which of those that sleep here, or were tried here, sleep after the step that is looked at. */
  #stillAsleep(process: number, depth: number): number {
    let still = 0;
    const word = this.#atWord;
    const mask = this.#atMask;
    const touch = this.#atTouch;
    const kind = this.#atKind;
    const candidates = ((this.#sleep[depth] ?? 0) | (this.#done[depth] ?? 0)) & ~(1 << process);
    for (let rest = candidates; rest !== 0; rest &= rest - 1) {
      const other = lowest(rest);
      this.#look(other);
      const apart =
        touch === NOTHING ||
        word !== this.#atWord ||
        (mask & this.#atMask) === 0 ||
        !this.#conflicts({ touch, process, mask }, this.#atTouch, other, this.#atMask);
      if (apart) {
        still |= 1 << other;
      }
    }
    this.#atWord = word;
    this.#atMask = mask;
    this.#atTouch = touch;
    this.#atKind = kind;
    return still;
  }

  /** Notes the step that is looked at as done at a depth. */
  #note(process: number, depth: number): void {
    const processes = this.#processes;
    if (this.#tso && this.#atTouch === WRITE) {
      this.#noteWriter(process);
    }
    this.#who[depth] = process;
    this.#kind[depth] = this.#atKind;
    this.#word[depth] = this.#atWord;
    this.#mask[depth] = this.#atMask;
    this.#touch[depth] = this.#atTouch;
    this.#stepClock[process] = depth + 1;
    this.#clock.set(this.#stepClock, depth * processes);
    this.#beforeOfProcess[depth] = this.#last[process] ?? 0;
    this.#last[process] = depth + 1;
    if (this.#atTouch !== NOTHING) {
      this.#beforeOnWord[depth] = this.#lastOnWord[this.#atWord] ?? 0;
      this.#lastOnWord[this.#atWord] = depth + 1;
    }
    if (this.#tso && this.#atKind === STORE && process < this.execution.goroutines) {
      const index = this.#stored[process] ?? 0;
      let at = this.#storedAt[process] ?? ints(0);
      if (index >= at.length) {
        at = withRoom(at, index + 1, ints);
        this.#storedAt[process] = at;
      }
      at[index] = depth;
      this.#stored[process] = index + 1;
    }
  }

  /** Goes back one step. */
  #back(): void {
    this.execution.undo();
    const depth = --this.#depth;
    const process = this.#who[depth] ?? 0;
    this.#last[process] = this.#beforeOfProcess[depth] ?? 0;
    if (this.#touch[depth] !== NOTHING) {
      this.#lastOnWord[this.#word[depth] ?? 0] = this.#beforeOnWord[depth] ?? 0;
    }
    if (this.#tso && this.#kind[depth] === STORE && process < this.execution.goroutines) {
      this.#stored[process] = (this.#stored[process] ?? 0) - 1;
    }
  }

  /** Looks at the step that a process would do. */
  #look(process: number): void {
    const { execution } = this;
    const { histories, goroutines } = execution;
    const node = execution.nextNode(process);
    if (node < 0) {
      this.#atTouch = NOTHING;
      return;
    }
    const offset = histories.offset[node] ?? 0;
    const kind = histories.kind[node] ?? 0;
    this.#atKind = kind;
    this.#atWord = offset >> 3;
    this.#atMask =
      kind >= firstSynchronising ? 0xff : ((1 << (histories.size[node] ?? 0)) - 1) << (offset & 7);
    if (process >= goroutines) {
      this.#atTouch = WRITE;
      return;
    }
    switch (kind) {
      case LOAD:
      case ATOMIC_LOAD:
        this.#atTouch = execution.isForwarded(process, node) ? FORWARDED : READ;
        return;
      case STORE:
        this.#atTouch = this.#tso ? NOTHING : WRITE;
        return;
      case GROUP_WAIT:
      case BEGIN:
        this.#atTouch = READ;
        return;
      case FENCE:
        this.#atTouch = NOTHING;
        return;
      default:
        this.#atTouch = isTerminal(kind) ? NOTHING : WRITE;
    }
  }

  /** Whether two steps on the same bytes (of the word that is looked at) do not commute. */
  #conflicts(one: Touching, otherTouch: number, other: number, otherMask: number): boolean {
    const { touch, process, mask } = one;
    if (this.#tso && touch !== otherTouch && Math.abs(process - other) === this.execution.goroutines) {
      // A goroutine's load and its own store on the way to memory: the value is the same before and after, and only if
      // someone else stores there too may it be another one later. A load that has to wait for the store comes after it.
      const [load, store] = touch === WRITE ? [otherMask, mask] : [mask, otherMask];
      return (load & ~store) !== 0 || ((this.#manyWriters[this.#atWord] ?? 0) & load & store) !== 0;
    }
    if (touch === FORWARDED || otherTouch === FORWARDED) {
      return false;
    }
    return touch === WRITE ? otherTouch !== NOTHING : otherTouch === WRITE;
  }

  /**
   * Notes who stores where. When it turns out that a second goroutine stores somewhere, what was explored so far may have
   * left out orders of loads and stores of the first one; then it begins anew.
   */
  #noteWriter(process: number): void {
    const goroutine = process % this.execution.goroutines;
    for (let rest = this.#atMask; rest !== 0; rest &= rest - 1) {
      const at = this.#atWord * 8 + lowest(rest);
      const before = this.#writers[at] ?? 0;
      const now = before | (1 << goroutine);
      if (now !== before) {
        this.#writers[at] = now;
        if (before !== 0) {
          this.#manyWriters[this.#atWord] = (this.#manyWriters[this.#atWord] ?? 0) | (1 << lowest(rest));
          this.#beginAnew = true;
        }
      }
    }
  }

  #restart(): void {
    this.#beginAnew = false;
    while (this.#depth > 0) {
      this.#back();
    }
    this.#sleep[0] = 0;
    this.#fresh = true;
    this.#runs = 0;
    this.#asleep = 0;
    this.ends.forget();
  }

  /** Compares the step that is looked at with those done: its clock, and the steps that it races with. */
  #compare(process: number): void {
    const { goroutines } = this.execution;
    const clock = this.#stepClock;
    this.#races.length = 0;
    this.#copyClock(this.#last[process] ?? 0);
    let from = 0;
    if (process >= goroutines) {
      const goroutine = process - goroutines;
      from = this.#storedAt[goroutine]?.[this.execution.flushed(goroutine)] ?? 0;
      this.#join(clock, from + 1);
    } else if (this.#tso && (this.#atKind === ATOMIC_OR || this.#atKind >= firstSynchronising)) {
      if (this.#atKind !== ATOMIC_LOAD) {
        this.#join(clock, this.#last[process + goroutines] ?? 0);
      }
    }
    const race = this.#raceClock;
    race.set(clock);
    if (this.#atTouch === NOTHING) {
      return;
    }
    const mask = this.#atMask;
    const isFlush = process >= goroutines;
    const mayWait = !isFlush && this.#atKind >= firstSynchronising;
    let isCovered = false;
    for (let at = this.#lastOnWord[this.#atWord] ?? 0; at > 0; at = this.#beforeOnWord[at - 1] ?? 0) {
      const depth = at - 1;
      if (isCovered && (!isFlush || depth < from)) {
        return;
      }
      const who = this.#who[depth] ?? 0;
      const touch = this.#touch[depth] ?? 0;
      const own = (this.#mask[depth] ?? 0) & mask;
      const earlier = { touch, process: who, mask: this.#mask[depth] ?? 0 };
      if (who === process || own === 0 || !this.#conflicts(earlier, this.#atTouch, process, mask)) {
        if (who === process && touch === WRITE && own === mask && !isFlush && !mayWait) {
          return;
        }
        continue;
      }
      const meets = mayWait ? this.#couldMeet(process, depth) : certainly;
      if (meets !== never && (race[who] ?? 0) < at) {
        this.#races.push(depth);
      }
      this.#join(clock, at);
      if (meets === certainly) {
        this.#join(race, at);
        isCovered ||= touch === WRITE && own === mask && !mayWait;
      }
    }
  }

  /** Whether the step that is looked at, which may have to wait, could have been done where another one was. */
  #couldMeet(process: number, depth: number): number {
    const flushed = this.#tso ? (this.#last[process + this.execution.goroutines] ?? 0) : 0;
    if ((this.#last[process] ?? 0) <= depth && flushed <= depth) {
      return ((this.#enabled[depth] ?? 0) & (1 << process)) === 0 ? never : certainly;
    }
    return canBothStep(this.#kind[depth] ?? 0, this.#atKind) ? perhaps : never;
  }

  #copyClock(at: number): void {
    const clock = this.#stepClock;
    if (at === 0) {
      clock.fill(0);
      return;
    }
    const start = (at - 1) * this.#processes;
    for (let index = 0; index < this.#processes; index++) {
      clock[index] = this.#clock[start + index] ?? 0;
    }
  }

  #join(clock: Int32Array, at: number): void {
    if (at === 0) {
      return;
    }
    const start = (at - 1) * this.#processes;
    for (let index = 0; index < this.#processes; index++) {
      const other = this.#clock[start + index] ?? 0;
      if (other > (clock[index] ?? 0)) {
        clock[index] = other;
      }
    }
  }

  /** Sees to it that for each race the other order is explored as well. */
  #addRaces(process: number): void {
    for (const depth of this.#races) {
      const initials = this.#initials(depth, process);
      const backtrack = this.#backtrack[depth] ?? 0;
      if ((backtrack & initials) !== 0) {
        continue;
      }
      const enabled = this.#enabled[depth] ?? 0;
      const possible = initials & enabled;
      if (possible === 0) {
        this.#backtrack[depth] = backtrack | enabled;
      } else {
        const own = 1 << process;
        this.#backtrack[depth] = backtrack | ((possible & own) !== 0 ? own : possible & -possible);
      }
    }
  }

  /**
   * The processes that can begin a run in which the step that is looked at comes before the one at a depth: of the steps
   * since then that do not depend on it, and the one looked at, those that depend on none of the others.
   */
  #initials(depth: number, process: number): number {
    const processes = this.#processes;
    const first = this.#first;
    const raced = this.#who[depth] ?? 0;
    let seen = 0;
    let initials = 0;
    for (let at = depth + 1; at < this.#depth; at++) {
      const start = at * processes;
      const who = this.#who[at] ?? 0;
      if ((seen & (1 << who)) !== 0 || (this.#clock[start + raced] ?? 0) > depth) {
        continue;
      }
      if (!this.#follows(this.#clock, start, seen)) {
        initials |= 1 << who;
      }
      seen |= 1 << who;
      first[who] = at;
    }
    if ((seen & (1 << process)) === 0 && !this.#follows(this.#stepClock, 0, seen)) {
      initials |= 1 << process;
    }
    return initials;
  }

  /** Whether a step with the clock comes after the first step of one of the processes. */
  #follows(clock: Int32Array, start: number, processes: number): boolean {
    for (let rest = processes; rest !== 0; rest &= rest - 1) {
      const other = lowest(rest);
      if ((clock[start + other] ?? 0) > (this.#first[other] ?? 0)) {
        return true;
      }
    }
    return false;
  }

  #room(depth: number): void {
    if (depth + 1 < this.#enabled.length) {
      return;
    }
    const needed = depth + 2;
    this.#enabled = withRoom(this.#enabled, needed, ints);
    this.#backtrack = withRoom(this.#backtrack, needed, ints);
    this.#done = withRoom(this.#done, needed, ints);
    this.#sleep = withRoom(this.#sleep, needed, ints);
    this.#who = withRoom(this.#who, needed, ints);
    this.#kind = withRoom(this.#kind, needed, ints);
    this.#word = withRoom(this.#word, needed, ints);
    this.#mask = withRoom(this.#mask, needed, ints);
    this.#touch = withRoom(this.#touch, needed, ints);
    this.#beforeOnWord = withRoom(this.#beforeOnWord, needed, ints);
    this.#beforeOfProcess = withRoom(this.#beforeOfProcess, needed, ints);
    this.#clock = withRoom(this.#clock, this.#enabled.length * this.#processes, ints);
  }
}

const never = 0;
const perhaps = 1;
const certainly = 2;

/** Whether there can be a state in which both kinds of steps, on the same object, are possible for two goroutines. */
function canBothStep(done: number, next: number): boolean {
  switch (next) {
    case LOCK:
      return done !== UNLOCK;
    case READ_LOCK:
      return done !== WRITE_LOCK && done !== WRITE_UNLOCK;
    case WRITE_LOCK:
      return done !== READ_LOCK && done !== READ_UNLOCK && done !== WRITE_UNLOCK;
    case BEGIN:
      return done !== START;
    default:
      return true;
  }
}
