/**
 * The life of one map, as far as it was recorded: who used it, where, how it grew. Fed event by event; its size is bounded.
 *
 * A **turn** is a recorded access by another goroutine than the one before it.
 */
import type { EventColumns } from "../../evidence/ring/recording.js";
import { changesByNumber, countedReads, lastOperation, operationNumber } from "./accesses.js";
import { GrowthLife } from "./growth.js";
import { UseTable } from "./use-table.js";

/** A place that used the map in one way. */
export interface SiteUse {
  /** PC - runtime.text; 0 = not known. */
  readonly site: number;
  readonly operation: number;
  readonly recorded: number;
  readonly firstClock: number;
  readonly lastClock: number;
  readonly lastGoroutine: number;
  /** The stack of its last recorded access; 0 = not known. */
  readonly lastStack: number;
  /** How many times another goroutine was here than the time before. */
  readonly changesOfGoroutine: number;
}

/** A goroutine that used the map. */
export interface GoroutineUse {
  readonly goroutine: number;
  readonly firstClock: number;
  readonly lastClock: number;
  readonly reads: number;
  readonly changes: number;
  /** How many times it came after another one. */
  readonly turns: number;
}

/** How many places of a map are kept. */
const keptSites = 32;
/** How many goroutines of a map are kept. */
const keptGoroutines = 32;

// Columns of the two tables.
const siteColumns = {
  site: 0,
  operation: 1,
  recorded: 2,
  first: 3,
  last: 4,
  goroutine: 5,
  stack: 6,
  changes: 7,
};
const goroutineColumns = { goroutine: 0, first: 1, last: 2, reads: 3, changes: 4, turns: 5 };

/** The life of one map. */
export class MapLife {
  readonly growth = new GrowthLife();
  /** Accesses that were counted and not recorded. */
  countedReads = 0;
  countedChanges = 0;
  /** Recorded accesses. */
  reads = 0;
  changes = 0;
  turns = 0;
  turnsInGrowth = 0;
  clears = 0;
  conflicts = 0;
  /** Clock of the first and the last access; -1 = none was recorded. */
  firstAccess = -1;
  lastAccess = -1;
  lastClock: number;
  #lastGoroutine = 0;
  #sharedClock = -1;
  readonly #sites = new UseTable(keptSites, 8, siteColumns.last);
  readonly #goroutines = new UseTable(keptGoroutines, 6, goroutineColumns.last);

  /**
   * @param address of the map header
   * @param life tells it from other maps at this address; 0 = not known yet
   */
  constructor(
    readonly address: number,
    public life: number,
    readonly firstClock: number,
    /** The map at this address before it. */
    public before: MapLife | null,
  ) {
    this.lastClock = firstClock;
    if (before !== null) {
      // Only one step back is kept, else a chain of dead maps would never end.
      before.before = null;
    }
  }

  /** Recorded accesses. */
  get accesses(): number {
    return this.reads + this.changes;
  }

  /** The places, those with the most recorded accesses first. */
  get sites(): SiteUse[] {
    const uses = rowsOf(this.#sites).map(
      ([
        site = 0,
        operation = 0,
        recorded = 0,
        firstClock = 0,
        lastClock = 0,
        lastGoroutine = 0,
        lastStack = 0,
        changes = 0,
      ]) => ({
        site,
        operation,
        recorded,
        firstClock,
        lastClock,
        lastGoroutine,
        lastStack,
        changesOfGoroutine: changes,
      }),
    );
    return uses.toSorted((one, other) => other.recorded - one.recorded || other.lastClock - one.lastClock);
  }

  /** The goroutines, in the order in which they came. */
  get goroutines(): GoroutineUse[] {
    const uses = rowsOf(this.#goroutines).map(
      ([goroutine = 0, firstClock = 0, lastClock = 0, reads = 0, changes = 0, turns = 0]) => ({
        goroutine,
        firstClock,
        lastClock,
        reads,
        changes,
        turns,
      }),
    );
    return uses.toSorted((one, other) => one.firstClock - other.firstClock);
  }

  /** Places that had to go. */
  get sitesNotKept(): number {
    return this.#sites.dropped;
  }

  /** Goroutines that had to go; one that came again is counted again. */
  get goroutinesNotKept(): number {
    return this.#goroutines.dropped;
  }

  /**
   * Takes an access.
   *
   * @returns whether it is a turn
   */
  access(events: EventColumns, at: number): boolean {
    const goroutine = events.goroutine[at] ?? 0;
    const a = events.a[at] ?? 0;
    const isTurn = goroutine !== this.#lastGoroutine && this.#lastGoroutine !== 0;
    this.countedReads += countedReads(a);
    this.countedChanges += events.b[at] ?? 0;
    const { open } = this.growth;
    if (open !== null) {
      open.accesses++;
      open.others += goroutine === open.goroutine ? 0 : 1;
      this.turnsInGrowth += isTurn ? 1 : 0;
    }
    this.#note(events, at, isTurn);
    return isTurn;
  }

  /** Takes an event that says that a second goroutine came: it stands for what the first one did until then. */
  shared(events: EventColumns, at: number): void {
    const a = events.a[at] ?? 0;
    const clock = events.clock[at] ?? 0;
    // One for its last read and one for its last change, with the same counts.
    if (clock !== this.#sharedClock) {
      this.#sharedClock = clock;
      this.countedReads += countedReads(a);
      this.countedChanges += events.b[at] ?? 0;
    }
    // That access is among those that were counted.
    if (changesByNumber(operationNumber(a))) {
      this.countedChanges = Math.max(0, this.countedChanges - 1);
    } else {
      this.countedReads = Math.max(0, this.countedReads - 1);
    }
    this.#note(events, at, false);
  }

  /** Takes the event that Go's check stopped a goroutine: it came to the map, and did not get to it. */
  conflict(events: EventColumns, at: number): void {
    this.conflicts++;
    const row = this.#goroutines.find(events.goroutine[at] ?? 0);
    if (row >= 0) {
      this.#goroutines.rows[row + goroutineColumns.last] = events.clock[at] ?? 0;
    }
  }

  #note(events: EventColumns, at: number, isTurn: boolean): void {
    const clock = events.clock[at] ?? 0;
    const operation = operationNumber(events.a[at] ?? 0);
    const isChange = changesByNumber(operation);
    if (isChange) {
      this.changes++;
    } else {
      this.reads++;
    }
    this.turns += isTurn ? 1 : 0;
    this.lastAccess = clock;
    if (this.firstAccess < 0) {
      this.firstAccess = clock;
      this.growth.sharedFrom(clock);
    }
    this.#lastGoroutine = events.goroutine[at] ?? 0;
    this.#noteGoroutine(clock, isChange, isTurn);
    this.#noteSite(events, at, operation);
  }

  #noteGoroutine(clock: number, isChange: boolean, isTurn: boolean): void {
    const goroutine = this.#lastGoroutine;
    let row = this.#goroutines.find(goroutine);
    if (row < 0) {
      row = this.#goroutines.add(goroutine);
      this.#goroutines.rows[row] = goroutine;
      this.#goroutines.rows[row + goroutineColumns.first] = clock;
    }
    const { rows } = this.#goroutines;
    rows[row + goroutineColumns.last] = clock;
    const counted = row + (isChange ? goroutineColumns.changes : goroutineColumns.reads);
    rows[counted] = (rows[counted] ?? 0) + 1;
    if (isTurn) {
      rows[row + goroutineColumns.turns] = (rows[row + goroutineColumns.turns] ?? 0) + 1;
    }
  }

  #noteSite(events: EventColumns, at: number, operation: number): void {
    const site = events.site[at] ?? 0;
    const clock = events.clock[at] ?? 0;
    const key = site * (lastOperation + 1) + operation;
    let row = this.#sites.find(key);
    if (row < 0) {
      row = this.#sites.add(key);
      this.#sites.rows[row] = site;
      this.#sites.rows[row + siteColumns.operation] = operation;
      this.#sites.rows[row + siteColumns.first] = clock;
    }
    const { rows } = this.#sites;
    rows[row + siteColumns.recorded] = (rows[row + siteColumns.recorded] ?? 0) + 1;
    rows[row + siteColumns.last] = clock;
    if (rows[row + siteColumns.goroutine] !== this.#lastGoroutine) {
      rows[row + siteColumns.goroutine] = this.#lastGoroutine;
      rows[row + siteColumns.changes] = (rows[row + siteColumns.changes] ?? 0) + 1;
    }
    const stack = events.stack[at] ?? 0;
    if (stack !== 0) {
      rows[row + siteColumns.stack] = stack;
    }
  }
}

function rowsOf(table: UseTable): number[][] {
  return Array.from({ length: table.size }, (_, index) => [
    ...table.rows.subarray(index * table.width, (index + 1) * table.width),
  ]);
}
