/**
 * From order events to the accesses that nothing orders, event by event, in memory that is bounded by the goroutines that live
 * and the maps that are in use.
 */
import { type OrderBatch, type OrderEvents, orderKinds } from "../../evidence/order/events.js";
import { goroutineDouble, goroutineWidth, goroutineWord as word } from "./goroutine-table.js";
import { ringOperations } from "../../evidence/ring/format.js";
import { HappensBefore } from "./happens-before.js";
import { highHalf, lowHalf } from "./key-index.js";
import { type OrderLimits, orderLimits } from "./limits.js";
import { MapAccesses } from "./map-accesses.js";
import { type UnorderedResult } from "./unordered.js";

/** What an analysis is to know. */
export interface OrderAnalysisOptions {
  /**
   * A number above 0 that is equal for stacks whose innermost calls are at the same place in the source; 0 = not known. It is
   * asked for when there is a result, and when there are very many pairs.
   */
  readonly placeOf: (stack: number) => number;
  readonly limits?: Partial<OrderLimits>;
}

/** So many events are the same time, for what was used last. */
const eventsOfTime = 1 << 10;

/** Takes batches of events in the order in which the reader gives them. */
export class OrderAnalysis {
  readonly #limits: OrderLimits;
  readonly #order: HappensBefore;
  readonly #maps: MapAccesses;
  #events = 0;
  #accesses = 0;
  #synchronisations = 0;
  /** Lists of locks that may be there until the next look for those that are not in use. */
  #locksFull: number;

  constructor({ placeOf, limits }: OrderAnalysisOptions) {
    this.#limits = { ...orderLimits, ...limits };
    this.#order = new HappensBefore(this.#limits);
    this.#maps = new MapAccesses(this.#order, this.#limits, placeOf);
    this.#locksFull = this.#limits.lockLists;
  }

  /** Takes the next events. */
  add(batch: OrderBatch): void {
    const { kind, goroutine, count } = batch;
    let id = -1;
    let at = -1;
    for (let row = 0; row < count && !this.#order.tooManyGoroutines; row++) {
      const next = goroutine[row] ?? 0;
      if ((this.#events++ & (eventsOfTime - 1)) === 0) {
        this.#order.now++;
      }
      if (next !== id) {
        id = next;
        at = this.#order.rowOf(id);
      }
      if (at < 0) {
        continue;
      }
      const what = kind[row] ?? 0;
      if (what > orderKinds.access) {
        this.#access(at, what - orderKinds.access, batch, row);
      } else if (what >= orderKinds.acquire && what <= orderKinds.update) {
        this.#synchronise(at, what, batch, row);
      } else {
        this.#other(at, what, batch, row);
        if (what === orderKinds.end) {
          id = -1;
        }
      }
    }
  }

  /** What is known so far. */
  result(): UnorderedResult {
    const { pairs, notKept } = this.#maps.pairs.result();
    return {
      pairs,
      pairsNotKept: notKept,
      accesses: this.#accesses,
      synchronisations: this.#synchronisations,
      ...this.#maps.counts,
      goroutines: this.#order.goroutines.seen,
      forgotten: this.#forgotten(),
    };
  }

  #access(at: number, operation: number, batch: OrderBatch, row: number): void {
    if (operation > ringOperations.length) {
      return;
    }
    this.#accesses++;
    this.#order.open(at);
    this.#maps.access(at, operation, batch, row);
  }

  #synchronise(at: number, what: number, batch: OrderBatch, row: number): void {
    const order = this.#order;
    order.tidy();
    this.#synchronisations++;
    const { words, doubles } = order.goroutines;
    const double = at / 2;
    const address = batch.value[row] ?? 0;
    if (what !== orderKinds.acquire) {
      words[at + word.releasedStack] = batch.stack[row] ?? 0;
      doubles[double + goroutineDouble.released] = address;
    }
    if (what !== orderKinds.release && what !== orderKinds.merge) {
      words[at + word.acquiredStack] = batch.stack[row] ?? 0;
      doubles[double + goroutineDouble.acquired] = address;
    }
    const low = lowHalf(address);
    const high = highHalf(address);
    if (what === orderKinds.acquire) {
      order.acquire(at, low, high);
    } else if (what === orderKinds.release) {
      order.release(at, low, high);
    } else if (what === orderKinds.merge) {
      order.merge(at, low, high);
    } else if (what === orderKinds.releaseAcquire) {
      order.releaseAcquire(at, low, high);
    } else {
      order.update(at, low, high);
    }
  }

  #other(at: number, what: number, batch: OrderBatch, row: number): void {
    switch (what) {
      case orderKinds.start:
        this.#start(at, batch, row);
        return;
      case orderKinds.end:
        this.#end(at);
        return;
      case orderKinds.holds:
        this.#holds(at, batch, row);
        return;
      case orderKinds.holdsNone:
        this.#order.goroutines.words[at + word.locks] = -1;
        return;
      case orderKinds.reseeded:
        this.#maps.reseeded(batch.value[row] ?? 0, batch.stack[row] ?? 0, batch.number[row] ?? 0);
        return;
      default:
      // Another kind says nothing about order.
    }
  }

  #start(at: number, batch: OrderBatch, row: number): void {
    this.#order.tidy();
    const { words, doubles } = this.#order.goroutines;
    const stack = batch.stack[row] ?? 0;
    words[at + word.releasedStack] = stack;
    doubles[at / 2 + goroutineDouble.released] = 0;
    this.#synchronisations++;
    this.#order.start(at, batch.value[row] ?? 0, stack, batch.number[row] ?? 0);
  }

  #end(at: number): void {
    const { goroutines } = this.#order;
    this.#order.end(at);
    if (goroutines.ended > goroutines.alive + this.#limits.endedGoroutines) {
      this.#forgetEnded();
    }
  }

  #holds(at: number, batch: OrderBatch, row: number): void {
    const locks = this.#maps.locks;
    if (locks.size > this.#locksFull) {
      this.#maps.tidyLocks();
      this.#locksFull = locks.size * 2 + this.#limits.lockLists;
    }
    const words = this.#order.goroutines.words;
    const list = locks.with(words[at + word.locks] ?? -1, words[at + word.lastLocks] ?? -1, batch, row);
    words[at + word.locks] = list;
    if ((batch.number[row] ?? 0) < 2) {
      words[at + word.lastLocks] = list;
    }
  }

  /** Gives up what belongs to goroutines that have ended: first those without kept accesses, then the ones that ended first. */
  #forgetEnded(): void {
    const { goroutines } = this.#order;
    this.#maps.countKept();
    goroutines.dropUnused();
    const most = (goroutines.alive + this.#limits.endedGoroutines) >>> 1;
    if (goroutines.ended > most) {
      const rows = new Uint8Array(goroutines.rows);
      for (const row of goroutines.endedRows.slice(0, goroutines.ended - most)) {
        rows[row] = 1;
        goroutines.words[row * goroutineWidth + word.kept] = 0;
      }
      this.#maps.forgetEnded(rows);
      goroutines.dropUnused();
    }
    this.#order.purge(this.#maps.slotsKept());
  }

  #forgotten(): string[] {
    const { maps, ofMaps, ofEnded, lockedPairs } = this.#maps.forgotten;
    const limits = this.#limits;
    const told: [boolean, string][] = [
      [
        this.#order.tooManyGoroutines,
        `More than ${limits.goroutines} goroutines were alive at one time: what followed was not looked at.`,
      ],
      [maps > 0, `${maps} maps were forgotten, those that nothing had happened to for the longest time.`],
      [
        ofMaps > 0,
        `${ofMaps} accesses were forgotten, because ${limits.changesOfMap} changes and ${limits.readsOfMap} other accesses are kept of one map.`,
      ],
      [ofEnded > 0, `${ofEnded} accesses by goroutines that had ended long before were forgotten.`],
      [
        this.#order.forgottenAddresses > 0,
        `The clocks of ${this.#order.forgottenAddresses} addresses were forgotten: whoever acquires at one of them counts as coming after all of them.`,
      ],
      [
        lockedPairs > 0,
        `${lockedPairs} times two accesses were not ordered by what was recorded, and yet had a lock in common: they are not among the pairs.`,
      ],
    ];
    return told.filter(([is]) => is).map(([, text]) => text);
  }
}

/** The accesses that nothing orders, of one process. Without `placeOf` a place is the innermost PC of a stack. */
export function analyseOrder(
  events: OrderEvents,
  options: Partial<OrderAnalysisOptions> = {},
): UnorderedResult {
  const placeOf = options.placeOf ?? ((stack: number): number => events.stack(stack)[0] ?? 0);
  const analysis = new OrderAnalysis({ ...options, placeOf });
  for (const batch of events.batches()) {
    analysis.add(batch);
  }
  return analysis.result();
}
