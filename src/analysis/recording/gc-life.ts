/** What the garbage collector did: its cycles, its phases and the write barrier, event by event. */
import { type EventColumns, eventKinds } from "../../evidence/ring/recording.js";
import { StateClock } from "./state-clock.js";

/** One cycle; a time is null where its event was not recorded. */
export interface GcCycle {
  /** Its number since the process started, from 1. */
  readonly number: number;
  begin: number | null;
  /** When marking began, and when mark termination did. */
  mark: number | null;
  markTermination: number | null;
  writeBarrierOn: number | null;
  writeBarrierOff: number | null;
  /** When marking was complete. */
  end: number | null;
  sweepBegin: number | null;
  sweepEnd: number | null;
  heapBefore: number | null;
  heapAfter: number | null;
}

/** Phases as the events number them. */
export const gcPhases = ["off", "mark", "mark termination"] as const;
/** The name of a phase. */
export type GcPhase = (typeof gcPhases)[number];

/** How many cycles are kept, the last ones. */
const keptCycles = 64;

/** Follows the garbage collector. */
export class GcLife {
  /** Off, mark, mark termination. */
  readonly phase: StateClock;
  /** Off, on. */
  readonly writeBarrier: StateClock;
  readonly #cycles = new Map<number, GcCycle>();
  #first = Infinity;
  #newest = 0;

  /**
   * @param fromStart whether its events are there from the start of the process on, when no cycle has begun
   * @param measuredFrom time before it is not counted
   */
  constructor(fromStart: boolean, measuredFrom: number) {
    const state = fromStart ? 0 : -1;
    this.phase = new StateClock(gcPhases.length, state, measuredFrom);
    this.writeBarrier = new StateClock(2, state, measuredFrom);
  }

  /** Whether it is marking, as far as is known. */
  get marking(): boolean {
    return this.phase.state > 0;
  }

  /** The last cycles, in order. */
  get cycles(): readonly GcCycle[] {
    return [...this.#cycles.values()].toSorted((one, other) => one.number - other.number);
  }

  /** How many cycles the recording shows anything of. */
  get cycleCount(): number {
    return this.#newest === 0 ? 0 : this.#newest - this.#first + 1;
  }

  /** Events were lost: what it does is not known until its next event. */
  missed(clock: number): void {
    this.phase.change(-1, clock);
    this.writeBarrier.change(-1, clock);
  }

  /** Takes one event of the garbage collector; others do nothing. */
  accept(events: EventColumns, at: number): void {
    const kind = events.kind[at] ?? 0;
    if (kind < eventKinds.gcPhase || kind > eventKinds.gcEnds) {
      return;
    }
    const clock = events.clock[at] ?? 0;
    const a = events.a[at] ?? 0;
    const cycle = this.#cycleOf(events.b[at] ?? 0);
    switch (kind) {
      case eventKinds.gcPhase:
        this.phase.change(a, clock);
        cycle.mark = a === 1 ? clock : cycle.mark;
        cycle.markTermination = a === 2 ? clock : cycle.markTermination;
        break;
      case eventKinds.writeBarrier:
        this.writeBarrier.change(a, clock);
        cycle.writeBarrierOn = a === 1 ? clock : cycle.writeBarrierOn;
        cycle.writeBarrierOff = a === 0 ? clock : cycle.writeBarrierOff;
        break;
      case eventKinds.sweepBegins:
        cycle.sweepBegin = clock;
        break;
      case eventKinds.sweepComplete:
        cycle.sweepEnd = clock;
        break;
      case eventKinds.gcBegins:
        cycle.begin = clock;
        cycle.heapBefore = a;
        break;
      default:
        cycle.end = clock;
        cycle.heapAfter = a;
    }
  }

  #cycleOf(number: number): GcCycle {
    const known = this.#cycles.get(number);
    if (known !== undefined) {
      return known;
    }
    const cycle: GcCycle = {
      number,
      begin: null,
      mark: null,
      markTermination: null,
      writeBarrierOn: null,
      writeBarrierOff: null,
      end: null,
      sweepBegin: null,
      sweepEnd: null,
      heapBefore: null,
      heapAfter: null,
    };
    this.#cycles.set(number, cycle);
    this.#first = Math.min(this.#first, number);
    this.#newest = Math.max(this.#newest, number);
    if (this.#cycles.size > keptCycles) {
      const [oldest] = this.#cycles.keys();
      this.#cycles.delete(oldest ?? number);
    }
    return cycle;
  }
}
