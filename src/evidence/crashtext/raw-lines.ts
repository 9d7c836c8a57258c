/** Finds lines in bytes, and what may be worth reading among them. Everything here works on bytes: it is the hot path. */
import { Buffer } from "node:buffer";

const newline = 10;

/**
 * Words of which at least one is in every report, whatever was done to it on the way. They are plain letters and have no
 * blanks or signs that a prefix, an escape or a lost tab could change.
 */
const triggers: readonly Buffer[] = ["goroutine", "concurrent map", "runtime.map"].map((word) =>
  Buffer.from(word),
);

/** Where the first of the words begins that tell of a report; -1 when there is none between `from` and `to`. */
export function findTrigger(bytes: Buffer, from: number, to: number): number {
  let first = -1;
  let window = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
  for (const word of triggers) {
    const at = window.indexOf(word);
    if (at !== -1) {
      first = at;
      window = window.subarray(0, Math.min(window.length, at + word.length));
    }
  }
  return first === -1 ? -1 : from + first;
}

/** How many line ends there are between two places. */
export function countLines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  let i = from;
  // Up to where four bytes can be read as one number.
  for (; i < to && ((bytes.byteOffset + i) & 3) !== 0; i++) {
    count += bytes[i] === newline ? 1 : 0;
  }
  const words = (to - i) >> 2;
  if (words > 16) {
    count += countInWords(new Int32Array(bytes.buffer, bytes.byteOffset + i, words));
    i += words * 4;
  }
  for (; i < to; i++) {
    count += bytes[i] === newline ? 1 : 0;
  }
  return count;
}

/** Four bytes at a time: a byte that is a line end becomes a 1 in a sum of its own. */
function countInWords(words: Int32Array): number {
  let count = 0;
  for (let start = 0; start < words.length; start += 255) {
    const end = Math.min(start + 255, words.length);
    let sums = 0;
    for (let i = start; i < end; i++) {
      const value = (words[i] ?? 0) ^ 0x0a0a0a0a;
      const zeros = ~(((value & 0x7f7f7f7f) + 0x7f7f7f7f) | value | 0x7f7f7f7f);
      sums += (zeros >>> 7) & 0x01010101;
    }
    count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
  }
  return count;
}

/** Where the line begins that `at` is in. */
export function lineStart(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(newline, at - 1) + 1;
}

/** How far a search looks back. */
export interface LookBack {
  readonly lines: number;
  readonly bytes: number;
}

/** Where to begin reading when something was found at `at`: so many lines before its own, if they are not too long. */
export function lookBackStart(bytes: Buffer, at: number, limit: LookBack): number {
  const lowest = Math.max(0, at - limit.bytes);
  let start = lineStart(bytes, at);
  for (let n = 0; n < limit.lines && start > 0; n++) {
    const previous = lineStart(bytes, start - 1);
    if (previous < lowest) {
      break;
    }
    start = previous;
  }
  return start;
}
