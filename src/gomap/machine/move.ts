/**
 * Copying and clearing of shared memory, in the pieces that a processor does at once: 8, 4, 2, 1 bytes.
 *
 * A site of these functions is the first of as many as there are pieces ({@link pieces}), one for each.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "./goroutine.js";
import { type SiteId } from "./sites.js";

/** How many pieces a value of `size` bytes moves in. */
export function pieces(size: number): number {
  return (size >> 3) + ((size >> 2) & 1) + ((size >> 1) & 1) + (size & 1);
}

/** Copies shared memory to shared memory, piece by piece: load, store, load, store. */
export function* typedmemmove(
  g: Goroutine,
  to: Address,
  from: Address,
  size: number,
  sites: MoveSites,
): Steps<void> {
  let at = 0;
  let { load, store } = sites;
  for (; size - at >= 8; at += 8) {
    g.loadWord(from + at, load++) ?? (yield);
    g.store64(to + at, g.low, g.high, store++) ?? (yield);
  }
  if (size - at >= 4) {
    const value = g.load32(from + at, load++) ?? (yield);
    g.store32(to + at, value, store++) ?? (yield);
    at += 4;
  }
  if (size - at >= 2) {
    const value = g.load16(from + at, load++) ?? (yield);
    g.store16(to + at, value, store++) ?? (yield);
    at += 2;
  }
  if (size - at >= 1) {
    const value = g.load8(from + at, load) ?? (yield);
    g.store8(to + at, value, store) ?? (yield);
  }
}

/** The first sites of a copy. */
export interface MoveSites {
  readonly load: SiteId;
  readonly store: SiteId;
}

/** Stores what lies at `from`, which nobody else writes (a key given as an argument), to shared memory. */
export function* storeValue(
  g: Goroutine,
  to: Address,
  from: Address,
  size: number,
  site: SiteId,
): Steps<void> {
  const { memory } = g;
  let at = 0;
  let store = site;
  for (; size - at >= 8; at += 8) {
    g.store64(to + at, memory.read32(from + at), memory.read32(from + at + 4), store++) ?? (yield);
  }
  if (size - at >= 4) {
    g.store32(to + at, memory.read32(from + at), store++) ?? (yield);
    at += 4;
  }
  if (size - at >= 2) {
    g.store16(to + at, memory.read16(from + at), store++) ?? (yield);
    at += 2;
  }
  if (size - at >= 1) {
    g.store8(to + at, memory.read8(from + at), store) ?? (yield);
  }
}

/** Sets shared memory to zero. All pieces have the one site. */
export function* memclr(g: Goroutine, address: Address, size: number, site: SiteId): Steps<void> {
  let at = 0;
  for (; size - at >= 8; at += 8) {
    g.store64(address + at, 0, 0, site) ?? (yield);
  }
  if (size - at >= 4) {
    g.store32(address + at, 0, site) ?? (yield);
    at += 4;
  }
  if (size - at >= 2) {
    g.store16(address + at, 0, site) ?? (yield);
    at += 2;
  }
  if (size - at >= 1) {
    g.store8(address + at, 0, site) ?? (yield);
  }
}
