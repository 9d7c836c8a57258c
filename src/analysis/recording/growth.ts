/**
 * The growth of one map.
 *
 * A classic map grows in steps: `growth begins`, each change moves a few old buckets, `growth is complete`. In between is a
 * span of time, and accesses fall into it or not. A swiss map grows within one change; there is no span.
 */
import { type EventColumns, eventKinds } from "../../evidence/ring/recording.js";

/** How a map can grow. */
export type GrowthKind =
  | "double"
  | "same-size"
  | "becomes-table"
  | "table-grows"
  | "table-splits"
  | "directory-doubles"
  | "tombstones-pruned";

/** One growth. */
export interface Growth {
  readonly kind: GrowthKind;
  /** When it began; null when that was overwritten. */
  readonly begin: number | null;
  /** When it was complete; null when it was not, as far as is known. */
  end: number | null;
  /** Who did it, or began it. */
  readonly goroutine: number;
  readonly stack: number;
  readonly site: number;
  /** Elements when it began; null where not known. */
  readonly elements: number | null;
  /** Classic: B before. Swiss: the new capacity, local depth or global depth. */
  readonly size: number | null;
  /** Classic: old buckets that were moved, and how many there are; null where not known. */
  evacuated: number | null;
  oldBuckets: number | null;
  /** Recorded accesses by other goroutines than its own while it went on. */
  others: number;
  /** Recorded accesses while it went on. */
  accesses: number;
  /** Whether the GC was marking at any moment of it. */
  inMarking: boolean;
}

/** How many growths of a map are kept, the last ones. */
const keptGrowths = 16;

// Most maps never grow while they are looked at.
const none: Growth[] = [];

/** Follows the growth of one map. */
export class GrowthLife {
  #last: Growth[] = none;
  #counts: Map<GrowthKind, number> | null = null;
  #open: Growth | null = null;
  /** Time in which it grew, since the map was shared. */
  #time = 0;
  #sharedFrom = 0;

  /** The growth that goes on. */
  get open(): Growth | null {
    return this.#open;
  }

  /** The last growths, oldest first. */
  get last(): readonly Growth[] {
    return this.#last;
  }

  /** How many growths of each kind. */
  get counts(): ReadonlyMap<GrowthKind, number> {
    return this.#counts ?? new Map();
  }

  /** The map is shared from now on; what grew before does not count as time. */
  sharedFrom(clock: number): void {
    this.#sharedFrom = clock;
    this.#time = 0;
  }

  /** Time in which it grew, from when it was shared. */
  time(until: number): number {
    return this.#time + this.#span(this.#open, until);
  }

  #span(growth: Growth | null, end: number | null): number {
    return growth === null || growth.begin === null || end === null
      ? 0
      : Math.max(0, end - Math.max(growth.begin, this.#sharedFrom));
  }

  /** Takes one event about growth. */
  accept(events: EventColumns, at: number, marking: boolean): void {
    const clock = events.clock[at] ?? 0;
    switch (events.kind[at]) {
      case eventKinds.growthBegins:
      case eventKinds.sameSizeGrowthBegins:
        // Another one that is still open lost its end.
        this.#close(null);
        this.#begin(events, at, clock, marking);
        break;
      case eventKinds.evacuation:
        this.#goOn(events, at, marking);
        break;
      case eventKinds.growthComplete: {
        const open = this.#open ?? this.#begin(events, at, null, marking);
        open.oldBuckets = events.a[at] ?? null;
        open.evacuated = open.oldBuckets;
        open.inMarking ||= marking;
        this.#close(clock);
        break;
      }
      default:
        this.#begin(events, at, clock, marking);
        this.#close(clock);
    }
  }

  /** The map was cleared: a growth that went on ends with it. */
  cleared(clock: number): void {
    this.#close(clock);
  }

  #goOn(events: EventColumns, at: number, marking: boolean): void {
    const open = this.#open ?? this.#begin(events, at, null, marking);
    open.evacuated = events.a[at] ?? null;
    open.oldBuckets = events.b[at] ?? null;
    open.inMarking ||= marking;
  }

  #begin(events: EventColumns, at: number, begin: number | null, marking: boolean): Growth {
    const kind = growthKind(events.kind[at] ?? 0);
    const known = begin !== null;
    const growth: Growth = {
      kind,
      begin,
      end: null,
      goroutine: events.goroutine[at] ?? 0,
      stack: events.stack[at] ?? 0,
      site: events.site[at] ?? 0,
      elements: known ? (events.b[at] ?? 0) : null,
      size: known ? (events.a[at] ?? 0) : null,
      evacuated: null,
      oldBuckets: null,
      others: 0,
      accesses: 0,
      inMarking: marking,
    };
    this.#open = growth;
    if (this.#counts === null) {
      this.#counts = new Map();
      this.#last = [];
    }
    this.#last.push(growth);
    if (this.#last.length > keptGrowths) {
      this.#last.shift();
    }
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return growth;
  }

  #close(end: number | null): void {
    const open = this.#open;
    if (open !== null) {
      open.end = end;
      this.#time += this.#span(open, end);
      this.#open = null;
    }
  }
}

/** Whether a kind of event is about growth. */
export function isGrowth(kind: number): boolean {
  return (
    (kind >= eventKinds.growthBegins && kind <= eventKinds.growthComplete) ||
    (kind >= eventKinds.becomesTable && kind <= eventKinds.tombstonesPruned)
  );
}

/** The growth that an event is about. Only the beginning tells the two kinds of classic growth apart; else the usual one is supposed. */
export function growthKind(kind: number): GrowthKind {
  switch (kind) {
    case eventKinds.sameSizeGrowthBegins:
      return "same-size";
    case eventKinds.becomesTable:
      return "becomes-table";
    case eventKinds.tableGrows:
      return "table-grows";
    case eventKinds.tableSplits:
      return "table-splits";
    case eventKinds.directoryDoubles:
      return "directory-doubles";
    case eventKinds.tombstonesPruned:
      return "tombstones-pruned";
    default:
      return "double";
  }
}
