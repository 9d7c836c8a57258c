/**
 * Accesses to maps, each compared with those kept of the same map: FastTrack, for maps.
 *
 * Of a map are kept its changes and its other accesses ("reads"), until a change by another goroutine comes after them: what is
 * unordered with one that is gone is unordered with that change, too. A goroutine's own accesses at other places stay, so that a
 * map's other side is told of each of them.
 */
import { type OrderBatch } from "../../evidence/order/events.js";
import { ringOperations } from "../../evidence/ring/format.js";
import { accessDouble, AccessTable, accessWidth, accessWord as access } from "./access-table.js";
import {
  goroutineDouble,
  goroutineState,
  goroutineWidth,
  goroutineWord as goroutine,
} from "./goroutine-table.js";
import { type HappensBefore } from "./happens-before.js";
import { HeldLocks } from "./held-locks.js";
import { highHalf, lowHalf } from "./key-index.js";
import { type OrderLimits } from "./limits.js";
import { MapTable, mapWidth, mapWord as map } from "./map-table.js";
import { type LastSynchronised, type UnorderedSide } from "./unordered.js";
import { kindOf, UnorderedPairs } from "./unordered-pairs.js";

/** Numbers of the operations that change a map: assign, delete, clear. */
const changes = (1 << 2) | (1 << 3) | (1 << 6);

/** So many reads of a map are looked through. */
const looked = 6;

/** What had to go. */
export interface ForgottenAccesses {
  maps: number;
  /** Of maps with more accesses than are kept. */
  ofMaps: number;
  /** Of goroutines that had ended. */
  ofEnded: number;
  /** Pairs that nothing but a common lock orders. */
  lockedPairs: number;
}

/** All maps and their accesses. Goroutines are given by where their row begins. */
export class MapAccesses {
  readonly locks = new HeldLocks();
  readonly forgotten: ForgottenAccesses = { maps: 0, ofMaps: 0, ofEnded: 0, lockedPairs: 0 };
  readonly pairs: UnorderedPairs;
  readonly #maps = new MapTable();
  readonly #kept = new AccessTable();
  readonly #order: HappensBefore;
  readonly #limits: OrderLimits;
  #shared = 0;

  constructor(order: HappensBefore, limits: OrderLimits, placeOf: (stack: number) => number) {
    this.#order = order;
    this.#limits = limits;
    this.pairs = new UnorderedPairs(limits, placeOf);
  }

  /** Maps that there were, and those that several goroutines accessed. */
  get counts(): { readonly maps: number; readonly sharedMaps: number } {
    return { maps: this.#maps.seen, sharedMaps: this.#shared };
  }

  /** How many maps and accesses are kept. */
  get size(): { readonly maps: number; readonly accesses: number } {
    return { maps: this.#maps.size, accesses: this.#kept.size };
  }

  /** A goroutine, whose epoch is open, accesses a map: a row of a batch. */
  access(at: number, operation: number, batch: OrderBatch, event: number): void {
    if (this.#kept.size > this.#limits.accesses) {
      this.#forgetMaps();
    }
    const address = batch.value[event] ?? 0;
    const stack = (batch.stack[event] ?? 0) | 0;
    const row = this.#rowOf(lowHalf(address), highHalf(address), (batch.number[event] ?? 0) | 0);
    const ofMap = row * mapWidth;
    const maps = this.#maps.words;
    maps[ofMap + map.used] = this.#order.now;
    if (maps[ofMap + map.shared] === 0) {
      const id = (this.#order.goroutines.doubles[at / 2 + goroutineDouble.id] ?? 0) | 0;
      if (maps[ofMap + map.first] === 0) {
        maps[ofMap + map.first] = id;
      } else if (maps[ofMap + map.first] !== id) {
        maps[ofMap + map.shared] = 1;
        this.#shared++;
      }
    }
    const isChange = ((changes >>> operation) & 1) === 1;
    let kept: number;
    if (isChange) {
      kept = this.#passChanges(ofMap, at, operation, stack);
      this.#passReads(ofMap, at, operation, stack);
    } else {
      this.#meetChanges(ofMap, at, operation, stack);
      kept = this.#findRead(row, at, operation, stack);
    }
    this.#note(kept < 0 ? this.#keep(row, at, operation, stack) : kept, at);
  }

  /** A map has got a new seed. */
  reseeded(address: number, oldLife: number, newLife: number): void {
    const [low, high] = [lowHalf(address), highHalf(address)];
    const old = this.#maps.find(low, high, oldLife | 0);
    const known = this.#maps.find(low, high, newLife | 0);
    if (old >= 0 && old === known) {
      return;
    }
    // Accesses by which the map is known under the old life may follow.
    const row = old < 0 ? this.#rowOf(low, high, oldLife | 0) : old;
    this.#maps.rename(row, newLife | 0);
    if (known >= 0) {
      this.#unite(row, known);
    }
  }

  /** The row of a map, a new one where it is not known. */
  #rowOf(low: number, high: number, life: number): number {
    const row = this.#maps.find(low, high, life);
    if (row >= 0) {
      return row;
    }
    if (this.#maps.size >= this.#limits.maps || this.#maps.names >= 4 * this.#limits.maps) {
      this.#forgetMaps();
    }
    return this.#maps.add(low, high, life);
  }

  /** Meets the changes of a map with an access that is none. */
  #meetChanges(ofMap: number, at: number, operation: number, stack: number): void {
    const words = this.#kept.words;
    const own = at / goroutineWidth;
    for (let row = this.#maps.words[ofMap + map.changes] ?? -1; row >= 0;) {
      const of = row * accessWidth;
      if (
        words[of + access.goroutine] !== own &&
        !this.#order.knows(at, words[of + access.slot] ?? 0, words[of + access.epoch] ?? 0)
      ) {
        this.#found(row, ofMap, at, operation, stack);
      }
      row = words[of + access.next] ?? -1;
    }
  }

  /**
   * Meets the changes of a map with one that is the next. Those of other goroutines that it comes after are done with.
   *
   * @returns the row of the same goroutine's change at the same place; -1 when it is not there
   */
  #passChanges(ofMap: number, at: number, operation: number, stack: number): number {
    const words = this.#kept.words;
    const maps = this.#maps.words;
    const own = at / goroutineWidth;
    let before = -1;
    let same = -1;
    for (let row = maps[ofMap + map.changes] ?? -1; row >= 0;) {
      const of = row * accessWidth;
      const next = words[of + access.next] ?? -1;
      if (words[of + access.goroutine] === own) {
        before = row;
        if (words[of + access.stack] === stack && words[of + access.operation] === operation) {
          same = row;
        }
      } else if (this.#order.knows(at, words[of + access.slot] ?? 0, words[of + access.epoch] ?? 0)) {
        this.#unlink(ofMap + map.changes, before, row);
      } else {
        this.#found(row, ofMap, at, operation, stack);
        before = row;
      }
      row = next;
    }
    return same;
  }

  /** The row of this goroutine's read at this place; -1 when it is not found. */
  #findRead(row: number, at: number, operation: number, stack: number): number {
    const words = this.#kept.words;
    const own = at / goroutineWidth;
    let read = this.#maps.words[row * mapWidth + map.reads] ?? -1;
    for (let count = 0; count < looked && read >= 0; count++) {
      const of = read * accessWidth;
      if (
        words[of + access.goroutine] === own &&
        words[of + access.stack] === stack &&
        words[of + access.operation] === operation
      ) {
        return read;
      }
      read = words[of + access.next] ?? -1;
    }
    return read < 0 ? -1 : this.#kept.find(row, own, operation, stack);
  }

  /** The same with the reads. Of those that it is unordered with few stay: their pairs are known. */
  #passReads(ofMap: number, at: number, operation: number, stack: number): void {
    const words = this.#kept.words;
    const maps = this.#maps.words;
    const own = at / goroutineWidth;
    let before = -1;
    let unordered = 0;
    for (let row = maps[ofMap + map.reads] ?? -1; row >= 0;) {
      const of = row * accessWidth;
      const next = words[of + access.next] ?? -1;
      if (words[of + access.goroutine] === own) {
        before = row;
      } else if (this.#order.knows(at, words[of + access.slot] ?? 0, words[of + access.epoch] ?? 0)) {
        this.#unlink(ofMap + map.reads, before, row);
      } else {
        this.#found(row, ofMap, at, operation, stack);
        if (++unordered > this.#limits.unorderedReadsOfMap) {
          this.#unlink(ofMap + map.reads, before, row);
          this.forgotten.ofMaps++;
        } else {
          before = row;
        }
      }
      row = next;
    }
  }

  /** Takes an access out of the list whose first one stands in `head`, and whose length in the second word after it. */
  #unlink(head: number, before: number, row: number): void {
    const words = this.#kept.words;
    const maps = this.#maps.words;
    const next = words[row * accessWidth + access.next] ?? -1;
    if (before < 0) {
      maps[head] = next;
    } else {
      words[before * accessWidth + access.next] = next;
    }
    maps[head + 2] = (maps[head + 2] ?? 0) - 1;
    this.#kept.remove(row);
  }

  /** A new row for an access. */
  #keep(row: number, at: number, operation: number, stack: number): number {
    const kept = this.#kept.add(row, at / goroutineWidth, operation, stack);
    this.#link(row, kept, operation, at);
    return kept;
  }

  /** Notes in a row what the goroutine is doing now. */
  #note(kept: number, at: number): void {
    const words = this.#kept.words;
    const doubles = this.#kept.doubles;
    const of = kept * accessWidth;
    const goroutines = this.#order.goroutines.words;
    const goroutineDoubles = this.#order.goroutines.doubles;
    words[of + access.slot] = goroutines[at + goroutine.slot] ?? 0;
    words[of + access.epoch] = goroutines[at + goroutine.epoch] ?? 0;
    words[of + access.locks] = goroutines[at + goroutine.locks] ?? -1;
    words[of + access.acquiredStack] = goroutines[at + goroutine.acquiredStack] ?? 0;
    words[of + access.releasedStack] = goroutines[at + goroutine.releasedStack] ?? 0;
    doubles[of / 2 + accessDouble.acquired] = goroutineDoubles[at / 2 + goroutineDouble.acquired] ?? -1;
    doubles[of / 2 + accessDouble.released] = goroutineDoubles[at / 2 + goroutineDouble.released] ?? -1;
    goroutines[at + goroutine.accessed] = goroutines[at + goroutine.epoch] ?? 0;
  }

  /** Puts an access in front of its list, which is cut when it is too long. */
  #link(row: number, kept: number, operation: number, at: number): void {
    const isChange = ((changes >>> operation) & 1) === 1;
    const head = row * mapWidth + (isChange ? map.changes : map.reads);
    const maps = this.#maps.words;
    this.#kept.words[kept * accessWidth + access.next] = maps[head] ?? -1;
    maps[head] = kept;
    const count = (maps[head + 2] ?? 0) + 1;
    maps[head + 2] = count;
    if (isChange && count > this.#limits.changesOfMap) {
      this.#cut(head, at, this.#limits.changesOfMap);
    } else if (!isChange && count > this.#limits.readsOfMap) {
      this.#cut(head, at, (this.#limits.readsOfMap + 1) >>> 1);
    }
  }

  /** Leaves so many of a list: first go older ones that this goroutine's access comes after, then the oldest. */
  #cut(head: number, at: number, most: number): void {
    const words = this.#kept.words;
    const own = at / goroutineWidth;
    let before = -1;
    let place = 0;
    for (let row = this.#maps.words[head] ?? -1; row >= 0;) {
      const of = row * accessWidth;
      const next = words[of + access.next] ?? -1;
      if (
        place > most >>> 1 &&
        (words[of + access.goroutine] === own ||
          this.#order.knows(at, words[of + access.slot] ?? 0, words[of + access.epoch] ?? 0))
      ) {
        this.#unlink(head, before, row);
      } else {
        before = row;
      }
      place++;
      row = next;
    }
    place = 0;
    before = -1;
    for (let row = this.#maps.words[head] ?? -1; row >= 0; place++) {
      const next = words[row * accessWidth + access.next] ?? -1;
      if (place >= most) {
        this.#unlink(head, before, row);
        this.forgotten.ofMaps++;
      } else {
        before = row;
      }
      row = next;
    }
  }

  /** A kept access and the one that happens now are unordered. */
  #found(row: number, ofMap: number, at: number, operation: number, stack: number): void {
    const of = row * accessWidth;
    const words = this.#kept.words;
    const maps = this.#maps.words;
    const locks = this.#order.goroutines.words[at + goroutine.locks] ?? -1;
    const common = locks < 0 ? null : this.locks.common(words[of + access.locks] ?? -1, locks);
    if (common !== null && common < 0) {
      this.forgotten.lockedPairs++;
      return;
    }
    const serial = maps[ofMap + map.serial] ?? 0;
    const kind = kindOf(words[of + access.operation] ?? 0, operation);
    if (!this.pairs.seenAgain(words[of + access.stack] ?? 0, stack, kind, serial)) {
      this.pairs.add({
        kind,
        first: this.#keptSide(of),
        second: this.#sideNow(at, operation, stack),
        map: this.#maps.address(ofMap / mapWidth),
        mapSerial: serial,
        commonLock: common,
      });
    }
  }

  #keptSide(of: number): UnorderedSide {
    const words = this.#kept.words;
    const doubles = this.#kept.doubles;
    return {
      ...this.#whose((words[of + access.goroutine] ?? 0) * goroutineWidth),
      operation: ringOperations[(words[of + access.operation] ?? 0) - 1] ?? "read",
      stack: (words[of + access.stack] ?? 0) >>> 0,
      locks: this.locks.list(words[of + access.locks] ?? -1),
      acquired: lastOne("acquire", doubles[of / 2 + accessDouble.acquired], words[of + access.acquiredStack]),
      released: lastOne("release", doubles[of / 2 + accessDouble.released], words[of + access.releasedStack]),
    };
  }

  #sideNow(at: number, operation: number, stack: number): UnorderedSide {
    const { words, doubles } = this.#order.goroutines;
    const double = at / 2;
    return {
      ...this.#whose(at),
      operation: ringOperations[operation - 1] ?? "read",
      stack: stack >>> 0,
      locks: this.locks.list(words[at + goroutine.locks] ?? -1),
      acquired: lastOne(
        "acquire",
        doubles[double + goroutineDouble.acquired],
        words[at + goroutine.acquiredStack],
      ),
      released: lastOne(
        "release",
        doubles[double + goroutineDouble.released],
        words[at + goroutine.releasedStack],
      ),
    };
  }

  #whose(at: number): Pick<UnorderedSide, "goroutine" | "started"> {
    const { words, doubles } = this.#order.goroutines;
    const by = doubles[at / 2 + goroutineDouble.startedBy] ?? -1;
    return {
      goroutine: doubles[at / 2 + goroutineDouble.id] ?? 0,
      started:
        by < 0
          ? null
          : {
              by,
              stack: (words[at + goroutine.startedStack] ?? 0) >>> 0,
              entry: (words[at + goroutine.entry] ?? 0) >>> 0,
            },
    };
  }

  /** Two rows are one map: accesses of the second go to the first, behind those that it has. */
  #unite(row: number, other: number): void {
    const words = this.#kept.words;
    const maps = this.#maps.words;
    for (const head of [map.changes, map.reads]) {
      const from = other * mapWidth + head;
      const to = row * mapWidth + head;
      let last = maps[to] ?? -1;
      while (last >= 0 && (words[last * accessWidth + access.next] ?? -1) >= 0) {
        last = words[last * accessWidth + access.next] ?? -1;
      }
      if (last < 0) {
        maps[to] = maps[from] ?? -1;
      } else {
        words[last * accessWidth + access.next] = maps[from] ?? -1;
      }
      for (let at = maps[from] ?? -1; at >= 0; at = words[at * accessWidth + access.next] ?? -1) {
        words[at * accessWidth + access.map] = row;
      }
      maps[to + 2] = (maps[to + 2] ?? 0) + (maps[from + 2] ?? 0);
    }
    const [one, two] = [row * mapWidth, other * mapWidth];
    const wereShared = (maps[one + map.shared] ?? 0) + (maps[two + map.shared] ?? 0);
    const firsts = [maps[one + map.first] ?? 0, maps[two + map.first] ?? 0].filter((first) => first !== 0);
    const isShared = wereShared > 0 || (firsts.length === 2 && firsts[0] !== firsts[1]);
    maps[one + map.first] = firsts[0] ?? 0;
    maps[one + map.shared] = isShared ? 1 : 0;
    this.#shared += (isShared ? 1 : 0) - wereShared;
    this.#maps.remove(other);
    this.#maps.uncount();
  }

  /**
   * Forgets the maps that were used least lately, so that half of what there may be is left.
   */
  #forgetMaps(): void {
    const maps = this.#maps.words;
    if (this.#maps.size >= this.#limits.maps || this.#kept.size > this.#limits.accesses) {
      const times: number[] = [];
      for (let row = 0; row < this.#maps.rows; row++) {
        if (maps[row * mapWidth + map.present] === 1) {
          times.push(maps[row * mapWidth + map.used] ?? 0);
        }
      }
      const before = (Int32Array.from(times).toSorted()[times.length >>> 1] ?? 0) + 1;
      for (let row = 0; row < this.#maps.rows; row++) {
        if (maps[row * mapWidth + map.present] === 1 && (maps[row * mapWidth + map.used] ?? 0) < before) {
          this.#empty(row * mapWidth);
          this.#maps.remove(row);
          this.forgotten.maps++;
        }
      }
    }
    this.#maps.reindex();
  }

  /** Counts for each goroutine's row how many of its accesses are kept. */
  countKept(): void {
    const goroutines = this.#order.goroutines;
    const words = this.#kept.words;
    for (let row = 0; row < goroutines.rows; row++) {
      goroutines.words[row * goroutineWidth + goroutine.kept] = 0;
    }
    this.#each((row) => {
      const at = (words[row * accessWidth + access.goroutine] ?? 0) * goroutineWidth + goroutine.kept;
      goroutines.words[at] = (goroutines.words[at] ?? 0) + 1;
    });
  }

  /**
   * Forgets the accesses of goroutines that have ended.
   *
   * @param rows where not 0, the goroutine of that row
   */
  forgetEnded(rows: Uint8Array): void {
    const maps = this.#maps.words;
    for (let row = 0; row < this.#maps.rows; row++) {
      const of = row * mapWidth;
      if (maps[of + map.present] === 1) {
        this.#withoutEnded(of + map.changes, rows);
        this.#withoutEnded(of + map.reads, rows);
        // A map without accesses is as good as a new one.
        if ((maps[of + map.changes] ?? -1) < 0 && (maps[of + map.reads] ?? -1) < 0) {
          this.#maps.remove(row);
        }
      }
    }
    this.#maps.reindex();
  }

  #withoutEnded(head: number, rows: Uint8Array): void {
    const words = this.#kept.words;
    let before = -1;
    for (let at = this.#maps.words[head] ?? -1; at >= 0;) {
      const next = words[at * accessWidth + access.next] ?? -1;
      if (rows[words[at * accessWidth + access.goroutine] ?? 0] === 1) {
        this.#unlink(head, before, at);
        this.forgotten.ofEnded++;
      } else {
        before = at;
      }
      at = next;
    }
  }

  /** Which slots kept accesses have: 1 = some do. */
  slotsKept(): Uint8Array {
    const slots = new Uint8Array(this.#order.slots);
    const words = this.#kept.words;
    this.#each((row) => {
      slots[words[row * accessWidth + access.slot] ?? 0] = 1;
    });
    return slots;
  }

  /** Lists of locks that are not in use are gone. */
  tidyLocks(): void {
    const words = this.#kept.words;
    const goroutines = this.#order.goroutines;
    this.locks.beginMarking();
    this.#each((row) => {
      this.locks.mark(words[row * accessWidth + access.locks] ?? -1);
    });
    for (let row = 0; row < goroutines.rows; row++) {
      const at = row * goroutineWidth;
      if (goroutines.words[at + goroutine.state] === goroutineState.alive) {
        this.locks.mark(goroutines.words[at + goroutine.locks] ?? -1);
        this.locks.mark(goroutines.words[at + goroutine.lastLocks] ?? -1);
      }
    }
    this.locks.endMarking();
  }

  #empty(ofMap: number): void {
    for (const list of [map.changes, map.reads]) {
      for (let row = this.#maps.words[ofMap + list] ?? -1; row >= 0;) {
        const next = this.#kept.words[row * accessWidth + access.next] ?? -1;
        this.#kept.remove(row);
        row = next;
      }
    }
  }

  #each(visit: (row: number) => void): void {
    const words = this.#kept.words;
    for (let row = 0; row < this.#kept.rows; row++) {
      if ((words[row * accessWidth + access.map] ?? -1) >= 0) {
        visit(row);
      }
    }
  }
}

/** The last acquire or release before an access. Address 0 stands for a go statement, -1 for none. */
function lastOne(
  how: "acquire" | "release",
  address: number | undefined,
  stack: number | undefined,
): LastSynchronised | null {
  if (address === undefined || address < 0) {
    return null;
  }
  return { how: address === 0 ? "start" : how, address, stack: (stack ?? 0) >>> 0 };
}
