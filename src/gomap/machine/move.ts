/**
 * Moving and clearing of shared memory, in the pieces that a processor does at once: 8, 4, 2, 1 bytes.
 *
 * As Go's memmove does for sizes up to 256 bytes, a copy loads all of it before it stores any.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "./goroutine.js";
import { type SiteId } from "./sites.js";

/** Loads a value of shared memory to where only this goroutine reads (scratch, a new object). */
export function* loadValue(g: Goroutine, to: Address, from: Address, size: number, site: SiteId): Steps<void> {
  let at = 0;
  for (; size - at >= 8; at += 8) {
    g.loadWord(from + at, site) ?? (yield);
    g.memory.write64(to + at, g.low, g.high);
  }
  if (size - at >= 4) {
    g.memory.write32(to + at, g.load32(from + at, site) ?? (yield));
    at += 4;
  }
  if (size - at >= 2) {
    g.memory.write16(to + at, g.load16(from + at, site) ?? (yield));
    at += 2;
  }
  if (size - at >= 1) {
    g.memory.write8(to + at, g.load8(from + at, site) ?? (yield));
  }
}

/** Stores a value that nobody else writes (a key given as an argument, scratch) to shared memory. */
export function* storeValue(g: Goroutine, to: Address, from: Address, size: number, site: SiteId): Steps<void> {
  let at = 0;
  for (; size - at >= 8; at += 8) {
    g.store64(to + at, g.memory.read32(from + at), g.memory.read32(from + at + 4), site) ?? (yield);
  }
  if (size - at >= 4) {
    g.store32(to + at, g.memory.read32(from + at), site) ?? (yield);
    at += 4;
  }
  if (size - at >= 2) {
    g.store16(to + at, g.memory.read16(from + at), site) ?? (yield);
    at += 2;
  }
  if (size - at >= 1) {
    g.store8(to + at, g.memory.read8(from + at), site) ?? (yield);
  }
}

/** Sets shared memory to zero. */
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
