/** The shared maps of a process that is watched: which there are, and who used each one last. */
import type { LiveAccess, WatchedMap } from "./news.js";
import { operationOfNumber } from "../recording/accesses.js";

/** The last access of one sort to a map. Numbers that are written over, because each event does so. */
export class LastAccess {
  at = 0;
  goroutine = 0;
  /** Number of the operation; 0 = there was no such access. */
  operation = 0;
  site = 0;
  stack = 0;
  /** Number of the use (site and operation). */
  use = 0;

  /** Becomes another one. */
  become(other: LastAccess): void {
    this.at = other.at;
    this.goroutine = other.goroutine;
    this.operation = other.operation;
    this.site = other.site;
    this.stack = other.stack;
    this.use = other.use;
  }

  /** As it is now, for keeps. */
  access(): LiveAccess {
    const { at, goroutine, operation, site, stack } = this;
    return { at, goroutine, operation: operationOfNumber(operation), site, stack };
  }
}

/** The last access of one sort, and the last one by another goroutine than that one's. Most maps never need the second. */
class LastTwo {
  readonly #last = new LastAccess();
  #other: LastAccess | undefined;

  /** Takes a newer one. */
  add(access: LastAccess): void {
    if (access.goroutine !== this.#last.goroutine && this.#last.operation !== 0) {
      this.#other ??= new LastAccess();
      this.#other.become(this.#last);
    }
    this.#last.become(access);
  }

  /** The last one that was not by this goroutine; undefined when there was none. */
  notBy(goroutine: number): LastAccess | undefined {
    const access = this.#last.goroutine === goroutine ? this.#other : this.#last;
    return access === undefined || access.operation === 0 || access.goroutine === goroutine
      ? undefined
      : access;
  }
}

/** One shared map. */
export class LiveMap implements WatchedMap {
  #changes: LastTwo | undefined;
  #others: LastTwo | undefined;
  /** The first goroutine's access, while the second one's is still to come. */
  first: LiveAccess | null = null;
  /** Whether it was told that it is shared. */
  told = false;
  /** When its growth began; null when it does not grow in steps now. */
  growingSince: number | null = null;

  constructor(
    readonly number: number,
    readonly address: number,
    /** Tells a new map at an old address. */
    readonly life: number,
  ) {}

  /** Takes a newer access. */
  used(access: LastAccess, isChange: boolean): void {
    if (isChange) {
      this.#changes ??= new LastTwo();
      this.#changes.add(access);
    } else {
      this.#others ??= new LastTwo();
      this.#others.add(access);
    }
  }

  /** The last change by another goroutine than this one. */
  changeNotBy(goroutine: number): LastAccess | undefined {
    return this.#changes?.notBy(goroutine);
  }

  /** The last access that is no change, by another goroutine than this one. */
  otherNotBy(goroutine: number): LastAccess | undefined {
    return this.#others?.notBy(goroutine);
  }
}

/** The shared maps of one process, a bounded number. */
export class LiveMaps {
  /** Whether maps had to be forgotten: one that is not known may then have been shared for long. */
  hasForgotten = false;
  readonly #byAddress = new Map<number, LiveMap>();
  #count = 0;

  constructor(readonly most: number) {}

  /** A map that is known to be shared. A life of 0 is not known, and so may be any. */
  find(address: number, life: number): LiveMap | undefined {
    const map = this.#byAddress.get(address);
    return map !== undefined && (map.life === life || life === 0 || map.life === 0) ? map : undefined;
  }

  /** A map that is shared from now on; what was at its address before is gone. */
  add(address: number, life: number): LiveMap {
    this.#byAddress.delete(address);
    if (this.#byAddress.size >= this.most) {
      this.#forgetHalf();
    }
    this.#count += 1;
    const map = new LiveMap(this.#count, address, life);
    this.#byAddress.set(address, map);
    return map;
  }

  /** Those that became shared first are the most likely to be dead. */
  #forgetHalf(): void {
    this.hasForgotten = true;
    let left = Math.ceil(this.most / 2);
    for (const address of this.#byAddress.keys()) {
      if (left === 0) {
        break;
      }
      this.#byAddress.delete(address);
      left -= 1;
    }
  }
}
