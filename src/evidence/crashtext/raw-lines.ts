/** Finds lines in bytes, and what may be worth reading among them. Everything here works on bytes: it is the hot path. */
import { Buffer } from "node:buffer";

const newline = 10;

/**
 * Words of which at least one is in every report, whatever was done to it on the way. They are plain letters and have no
 * blanks or signs that a prefix, an escape or a lost tab could change.
 */
const words: readonly Buffer[] = ["concurrent map", "runtime.map"].map((word) => Buffer.from(word));
const goroutine = Buffer.from("goroutine");

/** Where the first of the words begins that tell of a report; -1 when there is none between `from` and `to`. */
export function findTrigger(bytes: Buffer, from: number, to: number): number {
  let first = findGoroutine(bytes, from, to);
  for (const word of words) {
    const end = first === -1 ? to : Math.min(to, first + word.length);
    const at = bytes.subarray(from, end).indexOf(word);
    first = at === -1 ? first : from + at;
  }
  return first;
}

/** `goroutine 7 [running]`, `by goroutine 7:`; not `goroutines: 12`, and not `goroutine 7 has started`. */
function findGoroutine(bytes: Buffer, from: number, to: number): number {
  const window = bytes.subarray(from, to);
  for (let at = window.indexOf(goroutine); at !== -1; at = window.indexOf(goroutine, at + goroutine.length)) {
    if (isNumbered(window, at + goroutine.length)) {
      return from + at;
    }
  }
  return -1;
}

/** Whether a number follows that no word of prose comes after. The text may end anywhere in between. */
function isNumbered(bytes: Uint8Array, from: number): boolean {
  let at = from;
  // Blanks of any kind, a line end, an escape.
  while (at < bytes.length && at < from + 16 && isBetween(bytes[at])) {
    at++;
  }
  if (at === bytes.length) {
    return true;
  }
  if (at === from || !isDigit(bytes[at])) {
    return isRunning(bytes, at);
  }
  while (at < bytes.length && isDigit(bytes[at])) {
    at++;
  }
  return bytes[at] !== 32 || !isLetter(bytes[at + 1]) || bytes[at + 1] === 0x67; // g, as in gp=0x…
}

/** Neither a letter nor a digit, nor what stands between a key and its value. */
function isBetween(code: number | undefined): boolean {
  return !isDigit(code) && !isLetter(code) && code !== 61 && code !== 58; // = and :
}

/** `goroutine running on other thread` */
function isRunning(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x72 && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6e;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}

function isLetter(code: number | undefined): boolean {
  return code !== undefined && ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95);
}

/** How many line ends there are between two places. */
export function countLines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  let i = from;
  // Up to where four bytes can be read as one number.
  for (; i < to && ((bytes.byteOffset + i) & 3) !== 0; i++) {
    count += bytes[i] === newline ? 1 : 0;
  }
  const length = (to - i) >> 2;
  if (length > 16) {
    count += countInWords(new Int32Array(bytes.buffer, bytes.byteOffset + i, length));
    i += length * 4;
  }
  for (; i < to; i++) {
    count += bytes[i] === newline ? 1 : 0;
  }
  return count;
}

/** Four bytes at a time: a byte that is a line end becomes a 1 in a sum of its own. */
function countInWords(numbers: Int32Array): number {
  let count = 0;
  for (let start = 0; start < numbers.length; start += 255) {
    const end = Math.min(start + 255, numbers.length);
    let sums = 0;
    for (let i = start; i < end; i++) {
      const value = (numbers[i] ?? 0) ^ 0x0a0a0a0a;
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
