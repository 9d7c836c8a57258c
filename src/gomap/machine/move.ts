/**
 * Moving and clearing of shared memory, in the pieces that a processor does at once: 8, 4, 2, 1 bytes, as the addresses are aligned.
 *
 * As Go's memmove does for sizes up to 256 bytes, a copy loads all of it before it stores any.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine, type Steps } from "./goroutine.js";
import { type SiteId } from "./sites.js";

/** The largest piece that addresses with these lower bits (or-ed) are aligned to. */
function largestPiece(lowBits: number): 1 | 2 | 4 | 8 {
  if ((lowBits & 7) === 0) {
    return 8;
  }
  return (lowBits & 3) === 0 ? 4 : (lowBits & 1) === 0 ? 2 : 1;
}

/** Loads a value of shared memory to where only this goroutine reads (scratch, a new object). */
export function* loadValue(
  g: Goroutine,
  to: Address,
  from: Address,
  size: number,
  site: SiteId,
): Steps<void> {
  const largest = largestPiece(from | to);
  let at = 0;
  for (; largest === 8 && size - at >= 8; at += 8) {
    g.loadWord(from + at, site) ?? (yield);
    g.memory.write64(to + at, g.low, g.high);
  }
  for (; largest >= 4 && size - at >= 4; at += 4) {
    g.memory.write32(to + at, g.load32(from + at, site) ?? (yield));
  }
  for (; largest >= 2 && size - at >= 2; at += 2) {
    g.memory.write16(to + at, g.load16(from + at, site) ?? (yield));
  }
  for (; size - at >= 1; at++) {
    g.memory.write8(to + at, g.load8(from + at, site) ?? (yield));
  }
}

/** Stores a value that nobody else writes (a key given as an argument, scratch) to shared memory. */
export function* storeValue(
  g: Goroutine,
  to: Address,
  from: Address,
  size: number,
  site: SiteId,
): Steps<void> {
  const largest = largestPiece(from | to);
  let at = 0;
  for (; largest === 8 && size - at >= 8; at += 8) {
    g.store64(to + at, g.memory.read32(from + at), g.memory.read32(from + at + 4), site) ?? (yield);
  }
  for (; largest >= 4 && size - at >= 4; at += 4) {
    g.store32(to + at, g.memory.read32(from + at), site) ?? (yield);
  }
  for (; largest >= 2 && size - at >= 2; at += 2) {
    g.store16(to + at, g.memory.read16(from + at), site) ?? (yield);
  }
  for (; size - at >= 1; at++) {
    g.store8(to + at, g.memory.read8(from + at), site) ?? (yield);
  }
}

/** Sets shared memory to zero. */
export function* memclr(g: Goroutine, address: Address, size: number, site: SiteId): Steps<void> {
  const largest = largestPiece(address);
  let at = 0;
  for (; largest === 8 && size - at >= 8; at += 8) {
    g.store64(address + at, 0, 0, site) ?? (yield);
  }
  for (; largest >= 4 && size - at >= 4; at += 4) {
    g.store32(address + at, 0, site) ?? (yield);
  }
  for (; largest >= 2 && size - at >= 2; at += 2) {
    g.store16(address + at, 0, site) ?? (yield);
  }
  for (; size - at >= 1; at++) {
    g.store8(address + at, 0, site) ?? (yield);
  }
}
