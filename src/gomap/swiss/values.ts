/**
 * Keys and elements: hashed, compared, copied and cleared.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { site, type SiteId, sitesOfArray } from "../machine/sites.js";
import { type Context, type Word } from "./context.js";

const HASH = {
  key: site("typ.Hasher", "hash", "load slot key"),
  bytes: site("typ.Hasher", "hash", "load string bytes"),
};
/** The sites at which a key in the map is compared; each is the first of eight, one for each slot. */
export interface EqualSites {
  readonly key: SiteId;
  readonly length: SiteId;
  readonly pointer: SiteId;
}

/** Sites for comparing keys in one function. */
export function equalSites(name: string, phase: string): EqualSites {
  return {
    key: sitesOfArray(name, phase, "load g.slots[#].key"),
    length: sitesOfArray(name, phase, "load g.slots[#].key.len"),
    pointer: sitesOfArray(name, phase, "load g.slots[#].key.ptr"),
  };
}

const EQUAL = equalSites("typ.Key.Equal", "compare");
const ITSELF = site("typ.Key.Equal", "compare", "load slot key");
const MEMEQUAL = site("memequal", "compare", "load string bytes");
const MOVE = {
  load: site("typedmemmove", "copy", "load value"),
  store: site("typedmemmove", "copy", "store value"),
};
const CLEAR = site("typedmemclr", "clear", "store 0");

/** How many bytes of `left` a processor moves at once between these addresses. */
function piece(addresses: number, left: number): 1 | 2 | 4 | 8 {
  if (left >= 8 && (addresses & 7) === 0) {
    return 8;
  }
  if (left >= 4 && (addresses & 3) === 0) {
    return 4;
  }
  return left >= 2 && (addresses & 1) === 0 ? 2 : 1;
}

/** `typ.Hasher(key, seed)` of a key that no other goroutine writes. */
export function hashKey({ g, typ }: Context, key: Address, seed: Word): Word {
  const { hasher } = typ;
  typ.key.hash(hasher, g.memory, key, { seedLow: seed.low, seedHigh: seed.high, random: g.random });
  return { low: hasher.low, high: hasher.high };
}

/** `typ.Hasher(key, seed)` of a key in the map: its bytes are loaded in steps. */
export function* hashSlotKey(on: Context, key: Address, seed: Word): Steps<Word> {
  const own = on.g.memory.scratch(on.g.arena);
  yield* loadKey(on, own, key);
  return hashKey(on, own, seed);
}

/** Loads a key in the map, in steps, into memory that is this goroutine's own. */
export function* loadKey({ g, typ }: Context, own: Address, key: Address): Steps<void> {
  yield* loadOwn(g, own, key, typ.key.size, HASH.key);
  for (const offset of typ.key.strings) {
    const at = own + offset;
    yield* checkString(g, g.memory.readWord(at), g.memory.readWord(at + 8), HASH.bytes);
  }
}

/** Loads shared memory, in steps, into memory that is this goroutine's own. */
function* loadOwn(g: Goroutine, own: Address, from: Address, size: number, load: SiteId): Steps<void> {
  let at = 0;
  while (at < size) {
    const bytes = piece((from + at) | (own + at), size - at);
    switch (bytes) {
      case 8:
        g.loadWord(from + at, load) ?? (yield);
        g.memory.write64(own + at, g.low, g.high);
        break;
      case 4:
        g.memory.write32(own + at, g.load32(from + at, load) ?? (yield));
        break;
      case 2:
        g.memory.write16(own + at, g.load16(from + at, load) ?? (yield));
        break;
      case 1:
        g.memory.write8(own + at, g.load8(from + at, load) ?? (yield));
        break;
    }
    at += bytes;
  }
}

/** A string whose pointer and length do not belong together may reach where nothing is: that is a step, which faults. */
function* checkString(g: Goroutine, pointer: Address, length: number, load: SiteId): Steps<void> {
  const end = pointer + length;
  for (let at = pointer; at < end; at += 8 - (at % 8)) {
    if (!g.memory.has(at)) {
      g.load8(at, load) ?? (yield);
      return;
    }
  }
}

/**
 * `typ.Key.Equal(key, slotKey)`: the key is this goroutine's own, the slot's is loaded in steps.
 *
 * @param slot which slot that is
 * @param sites where the comparison stands, if it is no call
 */
export function* equalKey(
  { g, typ }: Context,
  key: Address,
  slotKey: Address,
  slot: number,
  sites: EqualSites = EQUAL,
): Steps<boolean> {
  const { memory } = g;
  const { algorithm } = typ.key;
  if (algorithm === "memory32" && slotKey % 4 === 0) {
    const value = g.load32(slotKey, sites.key + slot) ?? (yield);
    return value === memory.read32(key);
  }
  if (algorithm === "memory64" && slotKey % 8 === 0) {
    g.loadWord(slotKey, sites.key + slot) ?? (yield);
    return sameWord(g, memory.read32(key), memory.read32(key + 4));
  }
  if (algorithm === "string") {
    const length = g.loadWord(slotKey + 8, sites.length + slot) ?? (yield);
    if (length !== memory.readWord(key + 8)) {
      return false;
    }
    const pointer = g.loadWord(slotKey, sites.pointer + slot) ?? (yield);
    return yield* equalBytes(g, memory.readWord(key), pointer, length);
  }
  const own = memory.scratch(g.arena);
  yield* loadOwn(g, own, slotKey, typ.key.size, sites.key + slot);
  return typ.key.equal(memory, key, own);
}

/** Whether the word that was just loaded is this one. */
function sameWord(g: Goroutine, low: number, high: number): boolean {
  return (g.low | 0) === (low | 0) && (g.high | 0) === (high | 0);
}

/** `memequal` of the bytes of two strings. Nobody ever writes those: they are compared without steps. */
export function* equalBytes(g: Goroutine, a: Address, b: Address, length: number): Steps<boolean> {
  if (a === b || length === 0) {
    return true;
  }
  yield* checkString(g, b, length, MEMEQUAL);
  const { memory } = g;
  for (let at = 0; at < length; at++) {
    if (memory.read8(a + at) !== memory.read8(b + at)) {
      return false;
    }
  }
  return true;
}

/** `typ.Key.Equal(key, key)` of a key in the map: false when there is a NaN in it. */
export function* equalsItself({ g, typ }: Context, key: Address): Steps<boolean> {
  if (typ.key.reflexive) {
    return true;
  }
  const own = g.memory.scratch(g.arena);
  yield* loadOwn(g, own, key, typ.key.size, ITSELF);
  return typ.key.equal(g.memory, own, own);
}

/** Copies what lies in the map to another place in it. */
export function* typedmemmove(g: Goroutine, to: Address, from: Address, size: number): Steps<void> {
  let at = 0;
  while (at < size) {
    const bytes = piece((from + at) | (to + at), size - at);
    switch (bytes) {
      case 8:
        g.loadWord(from + at, MOVE.load) ?? (yield);
        g.store64(to + at, g.low, g.high, MOVE.store) ?? (yield);
        break;
      case 4: {
        const value = g.load32(from + at, MOVE.load) ?? (yield);
        g.store32(to + at, value, MOVE.store) ?? (yield);
        break;
      }
      case 2: {
        const value = g.load16(from + at, MOVE.load) ?? (yield);
        g.store16(to + at, value, MOVE.store) ?? (yield);
        break;
      }
      case 1: {
        const value = g.load8(from + at, MOVE.load) ?? (yield);
        g.store8(to + at, value, MOVE.store) ?? (yield);
        break;
      }
    }
    at += bytes;
  }
}

/** Stores a value that is this goroutine's own: a key argument. */
export function* storeOwn(
  g: Goroutine,
  to: Address,
  own: Address,
  size: number,
  store: SiteId = MOVE.store,
): Steps<void> {
  const { memory } = g;
  let at = 0;
  while (at < size) {
    const bytes = piece((own + at) | (to + at), size - at);
    switch (bytes) {
      case 8:
        g.store64(to + at, memory.read32(own + at), memory.read32(own + at + 4), store) ?? (yield);
        break;
      case 4:
        g.store32(to + at, memory.read32(own + at), store) ?? (yield);
        break;
      case 2:
        g.store16(to + at, memory.read16(own + at), store) ?? (yield);
        break;
      case 1:
        g.store8(to + at, memory.read8(own + at), store) ?? (yield);
        break;
    }
    at += bytes;
  }
}

/**
 * Stores a key argument. The fast functions for strings store the length first, because the pointer's store waits for the test of the
 * write barrier.
 */
export function* storeKey({ g, typ }: Context, to: Address, key: Address, store: SiteId): Steps<void> {
  if (typ.variant === "faststr") {
    g.storeWord(to + 8, g.memory.readWord(key + 8), store) ?? (yield);
    g.storeWord(to, g.memory.readWord(key), store) ?? (yield);
    return;
  }
  yield* storeOwn(g, to, key, typ.key.size, store);
}

/** Sets memory of the map to zero. */
export function* typedmemclr(
  g: Goroutine,
  address: Address,
  size: number,
  store: SiteId = CLEAR,
): Steps<void> {
  let at = 0;
  while (at < size) {
    const bytes = piece(address + at, size - at);
    switch (bytes) {
      case 8:
        g.store64(address + at, 0, 0, store) ?? (yield);
        break;
      case 4:
        g.store32(address + at, 0, store) ?? (yield);
        break;
      case 2:
        g.store16(address + at, 0, store) ?? (yield);
        break;
      case 1:
        g.store8(address + at, 0, store) ?? (yield);
        break;
    }
    at += bytes;
  }
}
