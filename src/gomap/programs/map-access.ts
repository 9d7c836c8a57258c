/** The ways in which goroutines get at the program's maps: plainly, as Go does, or with a policy around each operation. */
import { type Steps } from "../machine/goroutine.js";
import { type SiteId, site } from "../machine/sites.js";
import { type ModelGoroutine } from "../explore/model-goroutine.js";
import {
  ANNOUNCE_WRITER,
  ATOMIC_LOAD,
  ATOMIC_STORE,
  LOCK,
  READ_LOCK,
  READ_UNLOCK,
  UNLOCK,
  WRITE_LOCK,
  WRITE_UNLOCK,
} from "../explore/operations.js";
import { keyArgument, type SharedMap, type SharedObjects } from "./objects.js";
import { type Program } from "./syntax.js";

type Key = number | string;

/** Operations of a goroutine on maps. */
export interface MapAccess {
  map(name: string): SharedMap;
  isReadWriteLock(object: string): boolean;
  get(g: ModelGoroutine, map: SharedMap, key: Key, ok: boolean): Steps<number | undefined>;
  set(g: ModelGoroutine, map: SharedMap, key: Key, value: number): Steps<void>;
  /** `m[k] += by`; gives what it stored. */
  add(g: ModelGoroutine, map: SharedMap, key: Key, by: number): Steps<number>;
  delete(g: ModelGoroutine, map: SharedMap, key: Key): Steps<void>;
  clear(g: ModelGoroutine, map: SharedMap): Steps<void>;
  clone(g: ModelGoroutine, map: SharedMap): Steps<void>;
  len(g: ModelGoroutine, map: SharedMap): Steps<number>;
  /** Runs a body for each element; `writes`: whether the body changes a map. */
  range(g: ModelGoroutine, map: SharedMap, writes: boolean, body: RangeBody): Steps<void>;
}

/** What is done with each element of a range. */
export type RangeBody = (key: Key, value: number) => Steps<void>;

const sites = {
  loadElement: site("caller", "use the element", "load *elem"),
  storeElement: site("caller", "set the element", "store *elem"),
  rangeKey: site("caller", "range", "load *key"),
  rangeKeyLength: site("caller", "range", "load key.len"),
  rangeElement: site("caller", "range", "load *elem"),
  lock: site("policy", "lock", "mu.Lock"),
  unlock: site("policy", "lock", "mu.Unlock"),
  readLock: site("policy", "lock", "rw.RLock"),
  readUnlock: site("policy", "lock", "rw.RUnlock"),
  announce: site("policy", "lock", "rw.Lock (announce)"),
  writeLock: site("policy", "lock", "rw.Lock"),
  writeUnlock: site("policy", "lock", "rw.Unlock"),
  isDegraded: site("policy", "degrade", "atomic load degraded"),
  degrade: site("policy", "degrade", "atomic store degraded"),
};

/** The map functions and nothing else. */
export class PlainAccess implements MapAccess {
  readonly #readWriteLocks: ReadonlySet<string>;
  readonly #texts: ReadonlyMap<number, string>;

  constructor(
    protected readonly shared: SharedObjects,
    program: Program,
  ) {
    this.#readWriteLocks = new Set(
      program.objects.filter(({ kind }) => kind === "rwmutex").map(({ name }) => name),
    );
    this.#texts = new Map([...shared.strings].map(([text, address]) => [address, text]));
  }

  map(name: string): SharedMap {
    const map = this.shared.maps.get(name);
    if (map === undefined) {
      throw new RangeError(`${name} is no map`);
    }
    return map;
  }

  isReadWriteLock(object: string): boolean {
    return this.#readWriteLocks.has(object);
  }

  *get(g: ModelGoroutine, map: SharedMap, key: Key, ok: boolean): Steps<number | undefined> {
    const { functions, address } = map;
    const at = this.#key(g, map, key);
    const element = ok ? yield* functions.access2(g, address, at) : yield* functions.access1(g, address, at);
    return element === 0 ? undefined : (g.loadWord(element, sites.loadElement) ?? (yield));
  }

  *set(g: ModelGoroutine, map: SharedMap, key: Key, value: number): Steps<void> {
    const element = yield* map.functions.assign(g, map.address, this.#key(g, map, key));
    g.storeWord(element, value, sites.storeElement) ?? (yield);
  }

  *add(g: ModelGoroutine, map: SharedMap, key: Key, by: number): Steps<number> {
    const element = yield* map.functions.assign(g, map.address, this.#key(g, map, key));
    const before = g.loadWord(element, sites.loadElement) ?? (yield);
    g.storeWord(element, before + by, sites.storeElement) ?? (yield);
    return before + by;
  }

  *delete(g: ModelGoroutine, map: SharedMap, key: Key): Steps<void> {
    yield* map.functions.delete(g, map.address, this.#key(g, map, key));
  }

  *clear(g: ModelGoroutine, map: SharedMap): Steps<void> {
    yield* map.functions.clear(g, map.address);
  }

  *clone(g: ModelGoroutine, map: SharedMap): Steps<void> {
    yield* map.functions.clone(g, map.address);
  }

  *len(g: ModelGoroutine, map: SharedMap): Steps<number> {
    return yield* map.functions.len(g, map.address);
  }

  *range(g: ModelGoroutine, map: SharedMap, _writes: boolean, body: RangeBody): Steps<void> {
    const iterator = yield* map.functions.iterInit(g, map.address);
    while (iterator.key !== 0) {
      const key = yield* this.#loadKey(g, map, iterator.key);
      const value = g.loadWord(iterator.elem, sites.rangeElement) ?? (yield);
      yield* body(key, value);
      yield* map.functions.iterNext(g, iterator);
    }
  }

  *#loadKey(g: ModelGoroutine, map: SharedMap, at: number): Steps<Key> {
    switch (map.key) {
      case "int":
        return g.loadWord(at, sites.rangeKey) ?? (yield);
      case "int32":
        return (g.load32(at, sites.rangeKey) ?? (yield)) | 0;
      default: {
        const bytes = g.loadWord(at, sites.rangeKey) ?? (yield);
        const length = g.loadWord(at + 8, sites.rangeKeyLength) ?? (yield);
        const text = this.#texts.get(bytes) ?? "";
        // Pointer and length may be those of two different strings.
        return text.slice(0, length);
      }
    }
  }

  #key(g: ModelGoroutine, map: SharedMap, key: Key): number {
    return keyArgument(g, map.key, key, this.shared.strings);
  }
}

/** Each operation inside of something else. What is inside of an operation (the body of a range) is not wrapped again. */
abstract class WrappedAccess implements MapAccess {
  #inside = false;

  constructor(protected readonly plain: PlainAccess) {}

  /** `code` may be asked for more than once. */
  protected abstract around<R>(
    g: ModelGoroutine,
    map: SharedMap,
    writes: boolean,
    code: () => Steps<R>,
  ): Steps<R>;

  *#wrap<R>(g: ModelGoroutine, map: SharedMap, writes: boolean, code: () => Steps<R>): Steps<R> {
    if (this.#inside) {
      return yield* code();
    }
    this.#inside = true;
    const result = yield* this.around(g, map, writes, code);
    this.#inside = false;
    return result;
  }

  map(name: string): SharedMap {
    return this.plain.map(name);
  }

  isReadWriteLock(object: string): boolean {
    return this.plain.isReadWriteLock(object);
  }

  get(g: ModelGoroutine, map: SharedMap, key: Key, ok: boolean): Steps<number | undefined> {
    return this.#wrap(g, map, false, () => this.plain.get(g, map, key, ok));
  }

  set(g: ModelGoroutine, map: SharedMap, key: Key, value: number): Steps<void> {
    return this.#wrap(g, map, true, () => this.plain.set(g, map, key, value));
  }

  add(g: ModelGoroutine, map: SharedMap, key: Key, by: number): Steps<number> {
    return this.#wrap(g, map, true, () => this.plain.add(g, map, key, by));
  }

  delete(g: ModelGoroutine, map: SharedMap, key: Key): Steps<void> {
    return this.#wrap(g, map, true, () => this.plain.delete(g, map, key));
  }

  clear(g: ModelGoroutine, map: SharedMap): Steps<void> {
    return this.#wrap(g, map, true, () => this.plain.clear(g, map));
  }

  clone(g: ModelGoroutine, map: SharedMap): Steps<void> {
    return this.#wrap(g, map, false, () => this.plain.clone(g, map));
  }

  len(g: ModelGoroutine, map: SharedMap): Steps<number> {
    return this.#wrap(g, map, false, () => this.plain.len(g, map));
  }

  range(g: ModelGoroutine, map: SharedMap, writes: boolean, body: RangeBody): Steps<void> {
    return this.#wrap(g, map, writes, () => this.plain.range(g, map, writes, body));
  }
}

/** `lock-always` */
export class LockedAccess extends WrappedAccess {
  protected override *around<R>(
    g: ModelGoroutine,
    map: SharedMap,
    _writes: boolean,
    code: () => Steps<R>,
  ): Steps<R> {
    g.announce(LOCK, map.lock, sites.lock);
    yield;
    const result = yield* code();
    g.announce(UNLOCK, map.lock, sites.unlock);
    yield;
    return result;
  }
}

/** `rwmutex` */
export class ReadWriteLockedAccess extends WrappedAccess {
  protected override *around<R>(
    g: ModelGoroutine,
    map: SharedMap,
    writes: boolean,
    code: () => Steps<R>,
  ): Steps<R> {
    const { readWriteLock } = map;
    if (writes) {
      g.announce(ANNOUNCE_WRITER, readWriteLock, sites.announce);
      yield;
      g.announce(WRITE_LOCK, readWriteLock, sites.writeLock);
      yield;
    } else {
      g.announce(READ_LOCK, readWriteLock, sites.readLock);
      yield;
    }
    const result = yield* code();
    if (writes) {
      g.announce(WRITE_UNLOCK, readWriteLock, sites.writeUnlock);
    } else {
      g.announce(READ_UNLOCK, readWriteLock, sites.readUnlock);
    }
    yield;
    return result;
  }
}

/** `lock`: see {@link Policy}. Those who were inside without the lock when the first sign was seen go on without it. */
export class DegradingAccess extends WrappedAccess {
  protected override *around<R>(
    g: ModelGoroutine,
    map: SharedMap,
    _writes: boolean,
    code: () => Steps<R>,
  ): Steps<R> {
    g.announce(ATOMIC_LOAD, map.degraded, sites.isDegraded);
    if ((yield) === 0) {
      const attempt = code();
      let at = attempt.next(0);
      while (at.done !== true && !g.isFatal()) {
        at = attempt.next(yield);
      }
      if (at.done === true) {
        return at.value;
      }
      g.announce(ATOMIC_STORE, map.degraded, sites.degrade, [1, 0]);
      yield;
    }
    g.announce(LOCK, map.lock, sites.lock);
    yield;
    const result = yield* overlooking(g, code());
    g.announce(UNLOCK, map.lock, sites.unlock);
    yield;
    return result;
  }
}

/** Goes on after fatal errors. */
function* overlooking<R>(g: ModelGoroutine, code: Steps<R>): Steps<R> {
  g.kind = 0;
  let at = code.next(0);
  while (at.done !== true) {
    if (g.isFatal()) {
      g.ignored++;
      g.kind = 0;
      at = code.next(0);
    } else {
      const loaded = yield;
      at = code.next(loaded);
    }
  }
  return at.value;
}

export type { SiteId };
