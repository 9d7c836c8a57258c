/**
 * Looks at a goroutine as a block of bytes, without making lines of it. A large dump is mostly goroutines whose stacks were
 * there before: those are recognised by the shape of their bytes and only counted.
 *
 *                                                              a blank line begins the block
 *     goroutine 9 [chan receive, 2 minutes]:                   the id and the minutes are read, the rest is shape
 *     main.(*session).serve(0xc000022210, 0x1)                 a pointer is a pointer, whatever its value; 0x1 is shape
 *     	/home/ada/shop/main.go:22 +0x18                         shape, without what follows the line number
 *     created by main.main in goroutine 1                      shape, without the goroutine
 *
 * This is the hot path: one pass over the bytes, nothing allocated.
 */

import { Buffer } from "node:buffer";

const LF = 10;
const TAB = 9;
const SPACE = 32;
const PLUS = 43;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const LETTER_C = 99;
const LETTER_I = 105;
const LETTER_N = 110;
const LETTER_X = 120;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const QUESTION = 63;

/** A value with so many digits is a pointer, as in groups.ts. */
const pointerDigits = 6;
/** A longer block is read line by line. */
const maxBlock = 262_144;

const headerStart = [...Buffer.from("\ngoroutine ")];
const minutesEnd = [...Buffer.from(" minutes")];

const prime = 0x01000193;
const seed = Math.floor(Math.random() * 0x7fff_ffff);

/** Looks at one block after another; what it found stands in its fields. */
export class BlockScan {
  /** Where the block ends: at the blank line that follows. */
  end = 0;
  id = 0;
  /** -1 where the header has none. */
  minutes = -1;
  /** A hash of all that goroutines of one group have in common. */
  shape = 0;
  /** A hash of the arguments. */
  exact = 0;
  /** How many lines it has, with the blank one before. */
  lines = 0;

  #one = 0;
  #other = 0;
  #arguments = 0;

  /** Looks at the block whose blank line is at `start`. False when there is none that is whole. */
  scan(bytes: Uint8Array, start: number): boolean {
    if (!matches(bytes, start, headerStart)) {
      return false;
    }
    this.#one = seed;
    this.#other = ~seed;
    this.#arguments = seed;
    this.lines = 1;
    let at = this.#header(bytes, start + headerStart.length);
    const limit = Math.min(bytes.length, start + maxBlock);
    while (at !== -1 && at < limit) {
      if (bytes[at] === LF) {
        this.end = at;
        this.shape = (this.#one >>> 0) * 0x10_0000 + ((this.#other >>> 0) & 0xf_ffff);
        this.exact = this.#arguments;
        return this.lines > 3;
      }
      at = this.#line(bytes, at);
    }
    return false;
  }

  /** From the id to the end of the header; -1 when it is none. */
  #header(bytes: Uint8Array, from: number): number {
    let at = from;
    let id = 0;
    for (; isDigit(bytes[at]); at++) {
      id = id * 10 + ((bytes[at] ?? 0) - ZERO);
    }
    this.id = id;
    this.minutes = -1;
    // gp=0xc000002380 m=nil, where it is printed
    while (at < bytes.length && bytes[at] !== OPEN_BRACKET && bytes[at] !== LF) {
      at++;
    }
    for (; at < bytes.length; at++) {
      const code = bytes[at] ?? LF;
      if (code === COMMA && isDigit(bytes[at + 2])) {
        at = this.#minutes(bytes, at + 2) - 1;
        continue;
      }
      if (code === LF || code === CLOSE_BRACKET) {
        break;
      }
      this.#mix(code);
    }
    return bytes[at] === CLOSE_BRACKET && at - from < 400 ? this.#rest(bytes, at) : -1;
  }

  #minutes(bytes: Uint8Array, from: number): number {
    let at = from;
    let minutes = 0;
    for (; isDigit(bytes[at]); at++) {
      minutes = minutes * 10 + ((bytes[at] ?? 0) - ZERO);
    }
    if (!matches(bytes, at, minutesEnd)) {
      this.#mix(COMMA);
      return from;
    }
    this.minutes = minutes;
    return at + minutesEnd.length;
  }

  #line(bytes: Uint8Array, from: number): number {
    const first = bytes[from];
    if (first === TAB) {
      return this.#place(bytes, from);
    }
    return first === LETTER_C && bytes[from + 7] === SPACE
      ? this.#created(bytes, from)
      : this.#call(bytes, from);
  }

  /** A file line, up to its offset. */
  #place(bytes: Uint8Array, from: number): number {
    let [one, other] = [this.#one, this.#other];
    let at = from;
    for (; at < bytes.length; at++) {
      const code = bytes[at] ?? LF;
      if (code === LF || (code === PLUS && bytes[at - 1] === SPACE)) {
        break;
      }
      one = Math.imul(one ^ code, prime);
      other = (Math.imul(other, 31) + code) | 0;
    }
    this.#one = one;
    this.#other = other;
    return this.#skipLine(bytes, at);
  }

  /** A `created by` line, up to its goroutine. */
  #created(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const code = bytes[at] ?? LF;
      const isIn =
        code === SPACE && bytes[at + 1] === LETTER_I && bytes[at + 2] === LETTER_N && bytes[at + 3] === SPACE;
      if (code === LF || isIn) {
        break;
      }
      this.#mix(code);
    }
    return this.#skipLine(bytes, at);
  }

  /** A function line. */
  #call(bytes: Uint8Array, from: number): number {
    let [one, other, values] = [this.#one, this.#other, this.#arguments];
    let at = from;
    for (; at < bytes.length; at++) {
      let code = bytes[at] ?? LF;
      if (code === LF) {
        break;
      }
      if (code === ZERO && bytes[at + 1] === LETTER_X) {
        const digits = at + 2;
        at = digits;
        for (; isHex((code = bytes[at] ?? LF)); at++) {
          values = Math.imul(values ^ code, prime);
        }
        if (at - digits < pointerDigits) {
          for (let i = digits; i < at; i++) {
            const digit = bytes[i] ?? 0;
            one = Math.imul(one ^ digit, prime);
            other = (Math.imul(other, 31) + digit) | 0;
          }
        } else if (code === QUESTION) {
          values = Math.imul(values ^ code, prime);
          at++;
        }
        at--;
        code = LETTER_X;
        values = Math.imul(values ^ code, prime);
      }
      one = Math.imul(one ^ code, prime);
      other = (Math.imul(other, 31) + code) | 0;
    }
    this.#one = one;
    this.#other = other;
    this.#arguments = values;
    return this.#skipLine(bytes, at);
  }

  #rest(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length && bytes[at] !== LF; at++) {
      this.#mix(bytes[at] ?? 0);
    }
    return this.#skipLine(bytes, at);
  }

  #mix(code: number): void {
    this.#one = Math.imul(this.#one ^ code, prime);
    this.#other = (Math.imul(this.#other, 31) + code) | 0;
  }

  /** To the beginning of the next line; -1 when the line has no end. */
  #skipLine(bytes: Uint8Array, from: number): number {
    this.#mix(LF);
    this.lines++;
    let at = from;
    while (at < bytes.length && bytes[at] !== LF) {
      at++;
    }
    return at < bytes.length ? at + 1 : -1;
  }
}

function matches(bytes: Uint8Array, at: number, text: readonly number[]): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text[i]) {
      return false;
    }
  }
  return true;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= ZERO && code <= NINE;
}

function isHex(code: number): boolean {
  return (code >= ZERO && code <= NINE) || (code >= 97 && code <= 102);
}
