/** Finds places in bytes where a line of the runtime may be. It runs over every byte of a log: it only looks for a few rare signs. */
import { Buffer } from "node:buffer";

const atSign = 64;

/** So much of what is searched may be spent on signs that were none, counted as in `SignFinder.find`. */
const tolerable = 0.3;
/** A sign that is none costs about as much as searching so many bytes. */
const costOfWrong = 400;

/** Something that stands in one kind of line, and hardly anywhere else. Its first byte is rare in logs: the search jumps to it. */
interface Sign {
  readonly bytes: Buffer;
  /** Whether it is one of the runtime's. The bytes may end there. */
  readonly fits: (bytes: Buffer, at: number) => boolean;
  /** What to look for in a log that is full of signs that are none; more bytes must be looked at to find it. */
  readonly instead: Buffer | null;
}

const signs: readonly Sign[] = [
  // ` @0.034s`, ` @0.77 ms`: in every gc and init line. A letter behind it, as in `@babel/core`, is something else.
  {
    bytes: Buffer.from("@"),
    fits: (bytes, at) => bytes[at] !== atSign || (isBlank(bytes[at - 1]) && isStart(bytes[at + 1])),
    // Misses init lines that are far from any gc line.
    instead: Buffer.from("MB goal, "),
  },
  // At the end of a cycle; what the pacer says at its beginning stands before it.
  { bytes: Buffer.from("∆goal "), fits: () => true, instead: null },
  { bytes: Buffer.from("KiB work"), fits: () => true, instead: null },
  {
    bytes: Buffer.from("SCHED "),
    fits: (bytes, at) => isDigit(bytes[at + 6]) || bytes[at] !== 83,
    instead: Buffer.from("ms: gomaxprocs="),
  },
];

/** Finds signs in one stream. It learns: in a log that is full of e-mail addresses, `@` is no good sign. */
export class SignFinder {
  readonly #wrong = signs.map(() => 0);
  #searched = 0;

  /** Where the first sign stands from a place on; -1 when there is none. */
  find(bytes: Buffer, from: number): number {
    let first = -1;
    for (const [index, sign] of signs.entries()) {
      const found = this.#first(index, sign, bytes, from, first === -1 ? bytes.length : first);
      first = found === -1 ? first : found;
    }
    this.#searched += (first === -1 ? bytes.length : first) - from;
    return first;
  }

  /** Where a sign begins that begins before `to`. */
  #first(index: number, sign: Sign, bytes: Buffer, from: number, to: number): number {
    const wrong = this.#wrong[index] ?? 0;
    const costly = wrong > 100 && wrong * costOfWrong > this.#searched * tolerable;
    const wanted = costly && sign.instead !== null ? sign.instead : sign.bytes;
    const end = Math.min(bytes.length, to + wanted.length);
    const window = end === bytes.length ? bytes : bytes.subarray(0, end);
    for (let at = window.indexOf(wanted, from); at !== -1; at = window.indexOf(wanted, at + 1)) {
      if (sign.fits(bytes, at)) {
        return at;
      }
      this.#wrong[index] = (this.#wrong[index] ?? 0) + 1;
    }
    return -1;
  }
}

/** A blank, or the end of a colour. */
function isBlank(code: number | undefined): boolean {
  return code === 32 || code === 109;
}

/** A digit, or the beginning of a colour; or the end of the line, where a window's edge cut it. */
function isStart(code: number | undefined): boolean {
  return isDigit(code) || code === 27 || code === 10 || code === 13;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}
