/**
 * Rebuilds what the maps of a process lived through, from the events of its recorder. Fed with any number of batches; can be
 * asked at any time. What it keeps is bounded, and what had to go is counted.
 */
import { type EventColumns, eventKinds } from "../../evidence/ring/recording.js";
import { type GcCycle, GcLife } from "./gc-life.js";
import { isGrowth } from "./growth.js";
import type { MapLife } from "./map-life.js";
import { type MapLimits, MapTable } from "./map-table.js";

/** From when on all events of a class are there: 0 = from the start of the process. */
export interface CompleteSince {
  readonly accesses: number;
  readonly process: number;
}

/** What the analysis is told beforehand. */
export interface AnalysisOptions {
  readonly completeSince?: CompleteSince | undefined;
  readonly limits?: MapLimits | undefined;
}

/** Recorded accesses, counted while the garbage collector was in one state. */
export interface AccessesInState {
  readonly accesses: number;
  /** Accesses by another goroutine than the one before on that map. */
  readonly turns: number;
  /** For how long it was in this state. */
  readonly time: number;
}

/** What was going on when Go's check found a conflict. */
export interface ConflictMoment {
  readonly clock: number;
  readonly goroutine: number;
  readonly address: number;
  readonly life: number;
  /** Index of its conflict record. */
  readonly record: number;
  /** 0 off, 1 mark, 2 mark termination; -1 = not known. */
  readonly gcPhase: number;
  /** 0 off, 1 on; -1 = not known. */
  readonly writeBarrier: number;
  readonly growing: boolean;
}

/** What a recording shows. */
export interface RecordingSummary {
  readonly events: number;
  /** Clock of the first and the last event; null without any. */
  readonly firstClock: number | null;
  readonly lastClock: number | null;
  /** Maps with recorded accesses, the ones to look at first: a conflict, then the most turns. */
  readonly maps: readonly MapLife[];
  /** Shared maps that had to be forgotten. */
  readonly mapsNotKept: number;
  /** Other maps of which growth or clears were recorded. */
  readonly otherMaps: number;
  readonly conflicts: readonly ConflictMoment[];
  readonly gc: {
    readonly cycles: readonly GcCycle[];
    readonly cycleCount: number;
    /** Off, mark, mark termination. */
    readonly phases: readonly AccessesInState[];
    /** Off, on. */
    readonly writeBarrier: readonly AccessesInState[];
  };
  readonly growth: GrowthOverlap;
  readonly goroutinesStarted: number;
  readonly goroutinesEnded: number;
}

/** How turns fell together with growth of their map, over the maps that grow in steps. */
export interface GrowthOverlap {
  readonly turns: number;
  readonly turnsInGrowth: number;
  /** How many would fall into growth if they came at any time of their map's recorded life alike. */
  readonly byTime: number;
}

/** How many conflicts are kept. */
const keptConflicts = 64;
const defaultLimits: MapLimits = { kept: 1024, most: 2048 };

/** Follows the events of one process. */
export class RecordingAnalysis {
  readonly #maps: MapTable;
  readonly #gc: GcLife;
  readonly #conflicts: ConflictMoment[] = [];
  readonly #byPhase = { accesses: new Float64Array(3), turns: new Float64Array(3) };
  readonly #byBarrier = { accesses: new Float64Array(2), turns: new Float64Array(2) };
  #events = 0;
  #firstClock: number | null = null;
  #lastClock = 0;
  #started = 0;
  #ended = 0;

  constructor({ completeSince = { accesses: 0, process: 0 }, limits = defaultLimits }: AnalysisOptions = {}) {
    this.#maps = new MapTable(limits);
    const measuredFrom = Math.max(completeSince.accesses, completeSince.process);
    this.#gc = new GcLife(completeSince.process === 0, measuredFrom);
  }

  /** Takes events that follow those of the last call. */
  accept(events: EventColumns): void {
    const { length, kind, map, life, clock } = events;
    for (let at = 0; at < length; at++) {
      const what = kind[at] ?? 0;
      const now = clock[at] ?? 0;
      if (what === eventKinds.access || what === eventKinds.shared) {
        const used = this.#maps.at(map[at] ?? 0, life[at] ?? 0, now);
        if (what === eventKinds.access) {
          this.#count(used.access(events, at), now);
        } else {
          used.shared(events, at);
        }
      } else {
        this.#other(events, at, what);
      }
    }
    if (length > 0) {
      this.#events += length;
      this.#firstClock ??= clock[0] ?? 0;
      this.#lastClock = Math.max(this.#lastClock, clock[length - 1] ?? 0);
    }
  }

  /** Events were lost before those of the next call. */
  missed(): void {
    this.#gc.missed(this.#lastClock);
  }

  /** What was seen up to now. */
  summary(): RecordingSummary {
    const shared = this.#maps.lives.filter((life) => life.accesses > 0 || life.conflicts > 0);
    const maps = shared.toSorted(
      (one, other) =>
        other.conflicts - one.conflicts || other.turns - one.turns || other.accesses - one.accesses,
    );
    return {
      events: this.#events,
      firstClock: this.#firstClock,
      lastClock: this.#firstClock === null ? null : this.#lastClock,
      maps,
      mapsNotKept: this.#maps.droppedShared,
      otherMaps: this.#maps.lives.length - shared.length + this.#maps.dropped - this.#maps.droppedShared,
      conflicts: [...this.#conflicts],
      gc: {
        cycles: this.#gc.cycles,
        cycleCount: this.#gc.cycleCount,
        phases: inStates(this.#byPhase, this.#gc.phase.times(this.#lastClock)),
        writeBarrier: inStates(this.#byBarrier, this.#gc.writeBarrier.times(this.#lastClock)),
      },
      growth: growthOverlap(shared),
      goroutinesStarted: this.#started,
      goroutinesEnded: this.#ended,
    };
  }

  #count(isTurn: boolean, clock: number): void {
    add(this.#byPhase, this.#gc.phase.at(clock), isTurn);
    add(this.#byBarrier, this.#gc.writeBarrier.at(clock), isTurn);
  }

  #other(events: EventColumns, at: number, kind: number): void {
    if (isGrowth(kind)) {
      this.#mapOf(events, at).growth.accept(events, at, this.#gc.marking);
    } else if (kind >= eventKinds.gcPhase && kind <= eventKinds.gcEnds) {
      this.#gc.accept(events, at);
    } else if (kind === eventKinds.clear) {
      const life = this.#mapOf(events, at);
      life.clears++;
      life.growth.cleared(events.clock[at] ?? 0);
    } else if (kind === eventKinds.conflict) {
      this.#conflict(events, at);
    } else if (kind === eventKinds.goroutineStarts) {
      this.#started++;
    } else if (kind === eventKinds.goroutineEnds) {
      this.#ended++;
    }
  }

  #mapOf(events: EventColumns, at: number): MapLife {
    return this.#maps.at(events.map[at] ?? 0, events.life[at] ?? 0, events.clock[at] ?? 0);
  }

  #conflict(events: EventColumns, at: number): void {
    const life = this.#mapOf(events, at);
    life.conflict(events, at);
    if (this.#conflicts.length < keptConflicts) {
      this.#conflicts.push({
        clock: events.clock[at] ?? 0,
        goroutine: events.goroutine[at] ?? 0,
        address: life.address,
        life: life.life,
        record: events.a[at] ?? 0,
        gcPhase: this.#gc.phase.state,
        writeBarrier: this.#gc.writeBarrier.state,
        growing: life.growth.open !== null,
      });
    }
  }
}

interface Counts {
  readonly accesses: Float64Array;
  readonly turns: Float64Array;
}

function add({ accesses, turns }: Counts, state: number, isTurn: boolean): void {
  if (state >= 0) {
    accesses[state] = (accesses[state] ?? 0) + 1;
    turns[state] = (turns[state] ?? 0) + (isTurn ? 1 : 0);
  }
}

function inStates({ accesses, turns }: Counts, times: readonly number[]): AccessesInState[] {
  return times.map((time, state) => ({ accesses: accesses[state] ?? 0, turns: turns[state] ?? 0, time }));
}

/** Of the maps that grew in steps, and were used by several goroutines. */
function growthOverlap(maps: readonly MapLife[]): GrowthOverlap {
  let turns = 0;
  let turnsInGrowth = 0;
  let byTime = 0;
  for (const life of maps) {
    const lived = life.lastClock - life.firstAccess;
    const growing = life.growth.time(life.lastClock);
    if (life.turns > 0 && lived > 0 && growing > 0) {
      turns += life.turns;
      turnsInGrowth += life.turnsInGrowth;
      byTime += life.turns * Math.min(1, growing / lived);
    }
  }
  return { turns, turnsInGrowth, byTime };
}
