/**
 * A map as sync.Map is made up to Go 1.23, out of two plain maps.
 *
 * ```text
 *   readOnly (atomic pointer) → { map, amended }     nobody changes that map: read without a lock
 *   mutex                                            for all that follows
 *   dirty → map                                      all of it, when there is more than in the read-only map
 *   misses                                           reads that had to take the lock; enough of them make dirty the read-only map
 *   map[key] → entry { 1 + value }, 0: deleted       entries are read and changed atomically
 * ```
 *
 * Left out: that entries are expunged when the dirty map is made. Deleted ones stay there until the map is cleared.
 */
import { type Address } from "../../golang/memory.js";
import { type ModelGoroutine } from "../explore/model-goroutine.js";
import { ATOMIC_LOAD, ATOMIC_STORE, LOCK, UNLOCK } from "../explore/operations.js";
import { type Steps } from "../machine/goroutine.js";
import { site } from "../machine/sites.js";
import { type MapAccess, type PlainAccess, type RangeBody } from "./map-access.js";
import { keyArgument, type SharedMap, type SharedObjects } from "./objects.js";

type Key = number | string;

const S = {
  loadRead: site("(*Map).Load", "read-only map", "atomic load m.read"),
  storeRead: site("(*Map).missLocked", "make dirty the read-only map", "atomic store m.read"),
  readMap: site("(*Map).Load", "read-only map", "load read.m"),
  amended: site("(*Map).Load", "read-only map", "load read.amended"),
  entry: site("(*Map).Load", "find entry", "load *entry"),
  setEntry: site("(*Map).Store", "new entry", "store m.dirty[key]"),
  loadEntry: site("(*entry).load", "entry", "atomic load e.p"),
  storeEntry: site("(*entry).store", "entry", "atomic store e.p"),
  lock: site("(*Map)", "lock", "m.mu.Lock"),
  unlock: site("(*Map)", "lock", "m.mu.Unlock"),
  dirty: site("(*Map)", "dirty map", "load m.dirty"),
  setDirty: site("(*Map)", "dirty map", "store m.dirty"),
  misses: site("(*Map).missLocked", "count misses", "load m.misses"),
  setMisses: site("(*Map).missLocked", "count misses", "store m.misses"),
  setReadOnly: site("(*Map)", "new readOnly", "store read.m"),
};

/** Offsets in the structure that stands for the sync.Map. */
const READ = 0;
const DIRTY = 8;
const MISSES = 16;

/** See the file's comment. */
export class SyncMapAccess implements MapAccess {
  constructor(
    private readonly plain: PlainAccess,
    private readonly shared: SharedObjects,
  ) {}

  map(name: string): SharedMap {
    return this.plain.map(name);
  }

  isReadWriteLock(object: string): boolean {
    return this.plain.isReadWriteLock(object);
  }

  *get(g: ModelGoroutine, map: SharedMap, key: Key): Steps<number | undefined> {
    const entry = yield* this.#findEntry(g, map, key);
    if (entry === 0) {
      return undefined;
    }
    g.announce(ATOMIC_LOAD, entry, S.loadEntry);
    const held = yield;
    return held === 0 ? undefined : held - 1;
  }

  *set(g: ModelGoroutine, map: SharedMap, key: Key, value: number): Steps<void> {
    const found = yield* this.#readEntry(g, map, key);
    if (found.entry !== 0) {
      yield* storeEntry(g, found.entry, value + 1);
      return;
    }
    yield* lock(g, map);
    const again = yield* this.#readEntry(g, map, key);
    const entry = again.entry === 0 ? yield* this.#dirtyEntry(g, map, key, again.amended) : again.entry;
    if (entry === 0) {
      yield* this.#addEntry(g, map, key, value);
    } else {
      yield* storeEntry(g, entry, value + 1);
    }
    yield* unlock(g, map);
  }

  /** As a program would have to write it: Load, then Store. */
  *add(g: ModelGoroutine, map: SharedMap, key: Key, by: number): Steps<number> {
    const before = (yield* this.get(g, map, key)) ?? 0;
    yield* this.set(g, map, key, before + by);
    return before + by;
  }

  *delete(g: ModelGoroutine, map: SharedMap, key: Key): Steps<void> {
    const entry = yield* this.#findEntry(g, map, key);
    if (entry !== 0) {
      yield* storeEntry(g, entry, 0);
    }
  }

  *clear(g: ModelGoroutine, map: SharedMap): Steps<void> {
    yield* lock(g, map);
    yield* this.#publish(g, map, map.functions.makemap(g, 0));
    yield* unlock(g, map);
  }

  *clone(g: ModelGoroutine, map: SharedMap): Steps<void> {
    yield* this.range(g, map, false, nothing);
  }

  *len(g: ModelGoroutine, map: SharedMap): Steps<number> {
    let count = 0;
    yield* this.range(g, map, false, () => {
      count++;
      return nothing();
    });
    return count;
  }

  *range(g: ModelGoroutine, map: SharedMap, _writes: boolean, body: RangeBody): Steps<void> {
    let read = yield* readOnlyOf(g, map);
    if (read.amended) {
      yield* lock(g, map);
      read = yield* readOnlyOf(g, map);
      if (read.amended) {
        const dirty = g.loadWord(structureOf(map) + DIRTY, S.dirty) ?? (yield);
        yield* this.#publish(g, map, dirty);
        read = { map: dirty, amended: false };
      }
      yield* unlock(g, map);
    }
    const readMap = { ...map, address: read.map };
    yield* this.plain.range(g, readMap, false, (key, entry) =>
      rangeEntry(g, entry, (value) => body(key, value)),
    );
  }

  /** The entry of a key in the read-only map, or in the dirty one under the lock; 0 for none. */
  *#findEntry(g: ModelGoroutine, map: SharedMap, key: Key): Steps<Address> {
    const found = yield* this.#readEntry(g, map, key);
    if (found.entry !== 0 || !found.amended) {
      return found.entry;
    }
    yield* lock(g, map);
    const again = yield* this.#readEntry(g, map, key);
    let { entry } = again;
    if (entry === 0 && again.amended) {
      entry = yield* this.#dirtyEntry(g, map, key, true);
      yield* this.#miss(g, map);
    }
    yield* unlock(g, map);
    return entry;
  }

  *#readEntry(g: ModelGoroutine, map: SharedMap, key: Key): Steps<{ entry: Address; amended: boolean }> {
    const read = yield* readOnlyOf(g, map);
    return { entry: yield* this.#lookUp(g, map, read.map, key), amended: read.amended };
  }

  *#dirtyEntry(g: ModelGoroutine, map: SharedMap, key: Key, amended: boolean): Steps<Address> {
    if (!amended) {
      return 0;
    }
    const dirty = g.loadWord(structureOf(map) + DIRTY, S.dirty) ?? (yield);
    return yield* this.#lookUp(g, map, dirty, key);
  }

  *#lookUp(g: ModelGoroutine, map: SharedMap, in_: Address, key: Key): Steps<Address> {
    const element = yield* map.functions.access2(g, in_, this.#argument(g, map, key));
    return element === 0 ? 0 : (g.loadWord(element, S.entry) ?? (yield));
  }

  /** Adds a new key to the dirty map, which is made from the read-only one where there is none. */
  *#addEntry(g: ModelGoroutine, map: SharedMap, key: Key, value: number): Steps<void> {
    const read = yield* readOnlyOf(g, map);
    let dirty: Address;
    if (read.amended) {
      dirty = g.loadWord(structureOf(map) + DIRTY, S.dirty) ?? (yield);
    } else {
      dirty = map.functions.makemap(g, 0);
      const target = dirty;
      yield* this.plain.range(g, { ...map, address: read.map }, false, (known, entry) =>
        this.#put(g, map, target, known, entry),
      );
      g.storeWord(structureOf(map) + DIRTY, dirty, S.setDirty) ?? (yield);
      yield* storeReadOnly(g, map, read.map, true);
    }
    const entry = g.newobject(8);
    g.storeWord(entry, value + 1, S.storeEntry) ?? (yield);
    yield* this.#put(g, map, dirty, key, entry);
  }

  *#put(g: ModelGoroutine, map: SharedMap, into: Address, key: Key, entry: Address): Steps<void> {
    const element = yield* map.functions.assign(g, into, this.#argument(g, map, key));
    g.storeWord(element, entry, S.setEntry) ?? (yield);
  }

  *#miss(g: ModelGoroutine, map: SharedMap): Steps<void> {
    const at = structureOf(map) + MISSES;
    const misses = (g.loadWord(at, S.misses) ?? (yield)) + 1;
    g.storeWord(at, misses, S.setMisses) ?? (yield);
    const dirty = g.loadWord(structureOf(map) + DIRTY, S.dirty) ?? (yield);
    if (misses >= (yield* map.functions.len(g, dirty))) {
      yield* this.#publish(g, map, dirty);
    }
  }

  /** Makes a map the read-only one. */
  *#publish(g: ModelGoroutine, map: SharedMap, readMap: Address): Steps<void> {
    yield* storeReadOnly(g, map, readMap, false);
    g.storeWord(structureOf(map) + DIRTY, 0, S.setDirty) ?? (yield);
    g.storeWord(structureOf(map) + MISSES, 0, S.setMisses) ?? (yield);
  }

  #argument(g: ModelGoroutine, map: SharedMap, key: Key): Address {
    return keyArgument(g, map.key, key, this.shared.strings);
  }
}

function structureOf(map: SharedMap): Address {
  return map.syncMap;
}

function* readOnlyOf(g: ModelGoroutine, map: SharedMap): Steps<{ map: Address; amended: boolean }> {
  g.announce(ATOMIC_LOAD, structureOf(map) + READ, S.loadRead);
  const readOnly = yield;
  const at = g.loadWord(readOnly, S.readMap) ?? (yield);
  const amended = g.loadWord(readOnly + 8, S.amended) ?? (yield);
  return { map: at, amended: amended !== 0 };
}

function* storeReadOnly(g: ModelGoroutine, map: SharedMap, readMap: Address, amended: boolean): Steps<void> {
  const readOnly = g.newobject(16);
  g.storeWord(readOnly, readMap, S.setReadOnly) ?? (yield);
  g.storeWord(readOnly + 8, amended ? 1 : 0, S.setReadOnly) ?? (yield);
  g.announce(ATOMIC_STORE, structureOf(map) + READ, S.storeRead, halves(readOnly));
  yield;
}

function* storeEntry(g: ModelGoroutine, entry: Address, held: number): Steps<void> {
  g.announce(ATOMIC_STORE, entry, S.storeEntry, halves(held));
  yield;
}

function* rangeEntry(g: ModelGoroutine, entry: Address, body: (value: number) => Steps<void>): Steps<void> {
  g.announce(ATOMIC_LOAD, entry, S.loadEntry);
  const held = yield;
  if (held !== 0) {
    yield* body(held - 1);
  }
}

function* lock(g: ModelGoroutine, map: SharedMap): Steps<void> {
  g.announce(LOCK, map.lock, S.lock);
  yield;
}

function* unlock(g: ModelGoroutine, map: SharedMap): Steps<void> {
  g.announce(UNLOCK, map.lock, S.unlock);
  yield;
}

function* nothing(): Steps<void> {
  // Each element is only counted, or looked at.
}

function halves(value: number): readonly [number, number] {
  return [value | 0, Math.floor(value / 0x1_0000_0000) | 0];
}
