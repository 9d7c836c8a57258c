/**
 * Reads one line of GDB/MI. It works on bytes: GDB writes what is not ASCII as octal escapes of bytes or as the bytes
 * themselves, and either may be UTF-8 or not.
 *
 * It throws for no line at all: what cannot be read to its end is handed back as a line of no known form.
 */
import type { MiEntry, MiRecord, MiTuple, MiValue } from "./record.js";

/** How deep tuples and lists may lie in each other; GDB's own go down to 8. */
const deepest = 64;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const kinds: ReadonlyMap<number, "result" | "exec" | "status" | "notify"> = new Map([
  [0x5e, "result"],
  [0x2a, "exec"],
  [0x2b, "status"],
  [0x3d, "notify"],
]);

const streams: ReadonlyMap<number, "console" | "target" | "log"> = new Map([
  [0x7e, "console"],
  [0x40, "target"],
  [0x26, "log"],
]);

/** Escapes that stand for one byte, as in C. */
const escapes: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x74, 0x09],
  [0x72, 0x0d],
  [0x61, 0x07],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x76, 0x0b],
  [0x65, 0x1b],
]);

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const equals = 0x3d;

/** Reads a line, without its line end. */
export function readRecord(line: Uint8Array): MiRecord {
  return new LineReader(line).record() ?? { kind: "other", line: decoder.decode(line) };
}

/** One line. Its methods give undefined where the line is not what they look for. */
class LineReader {
  readonly #line: Uint8Array;
  #at = 0;

  constructor(line: Uint8Array) {
    this.#line = line;
  }

  record(): MiRecord | undefined {
    const first = this.#line[0];
    const stream = first === undefined ? undefined : streams.get(first);
    if (stream !== undefined) {
      this.#at = 1;
      const text = this.#string();
      return text === undefined || !this.#ended() ? undefined : { kind: "stream", stream, text };
    }
    if (first === 0x28) {
      return /^\(gdb\) *$/.test(decoder.decode(this.#line)) ? { kind: "prompt" } : undefined;
    }
    const token = this.#token();
    const kind = kinds.get(this.#line[this.#at] ?? -1);
    if (kind === undefined) {
      return undefined;
    }
    this.#at++;
    const name = this.#name();
    if (name === "") {
      return undefined;
    }
    const results = this.#results();
    return results === undefined ? undefined : { kind, token, class: name, results };
  }

  #ended(): boolean {
    return this.#at === this.#line.length;
  }

  #token(): number | undefined {
    const start = this.#at;
    let value = 0;
    for (; this.#at < start + 15; this.#at++) {
      const digit = (this.#line[this.#at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) {
        break;
      }
      value = value * 10 + digit;
    }
    return this.#at === start ? undefined : value;
  }

  /** A name: everything up to what ends one. GDB's have letters, digits, `-`, `_` and rarely `.` or blanks. */
  #name(): string {
    const start = this.#at;
    while (this.#at < this.#line.length && !endsName(this.#line[this.#at] ?? 0)) {
      this.#at++;
    }
    return decoder.decode(this.#line.subarray(start, this.#at));
  }

  #results(): MiTuple | undefined {
    const entries: MiEntry[] = [];
    while (this.#line[this.#at] === comma) {
      this.#at++;
      const entry = this.#entry(0);
      if (entry === undefined) {
        return undefined;
      }
      entries.push(entry);
    }
    return this.#ended() ? { kind: "tuple", entries } : undefined;
  }

  /** `name=value` or `value`. */
  #entry(depth: number): MiEntry | undefined {
    const first = this.#line[this.#at];
    let name: string | undefined;
    if (first !== quote && first !== 0x7b && first !== 0x5b) {
      name = this.#name();
      if (name === "" || this.#line[this.#at] !== equals) {
        return undefined;
      }
      this.#at++;
    }
    const value = this.#value(depth);
    return value === undefined ? undefined : { name, value };
  }

  #value(depth: number): MiValue | undefined {
    switch (this.#line[this.#at]) {
      case quote:
        return this.#string();
      case 0x7b:
        return this.#group("tuple", 0x7d, depth + 1);
      case 0x5b:
        return this.#group("list", 0x5d, depth + 1);
      default:
        return undefined;
    }
  }

  #group(kind: "tuple" | "list", closing: number, depth: number): MiValue | undefined {
    if (depth > deepest) {
      return undefined;
    }
    this.#at++;
    const entries: MiEntry[] = [];
    if (this.#line[this.#at] === closing) {
      this.#at++;
      return { kind, entries };
    }
    for (;;) {
      const entry = this.#entry(depth);
      if (entry === undefined) {
        return undefined;
      }
      entries.push(entry);
      const next = this.#line[this.#at];
      this.#at++;
      if (next === closing) {
        return { kind, entries };
      }
      if (next !== comma) {
        return undefined;
      }
    }
  }

  /** A C string. */
  #string(): string | undefined {
    if (this.#line[this.#at] !== quote) {
      return undefined;
    }
    const start = this.#at + 1;
    let end = start;
    let escaped = false;
    while (end < this.#line.length && this.#line[end] !== quote) {
      if (this.#line[end] === backslash) {
        escaped = true;
        end++;
      }
      end++;
    }
    if (end >= this.#line.length) {
      return undefined;
    }
    this.#at = end + 1;
    const inside = this.#line.subarray(start, end);
    return decoder.decode(escaped ? unescaped(inside) : inside);
  }
}

/** Whether a byte cannot be part of a name. */
function endsName(byte: number): boolean {
  return (
    byte === comma ||
    byte === equals ||
    byte === quote ||
    byte === 0x7b ||
    byte === 0x7d ||
    byte === 0x5b ||
    byte === 0x5d
  );
}

/** The bytes that the inside of a C string stands for. */
function unescaped(inside: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(inside.length);
  let length = 0;
  for (let at = 0; at < inside.length; at++) {
    let byte = inside[at] ?? 0;
    if (byte === backslash) {
      at++;
      byte = inside[at] ?? backslash;
      if (isOctal(byte)) {
        let value = byte - 0x30;
        for (let digits = 1; digits < 3 && isOctal(inside[at + 1]); digits++) {
          at++;
          value = value * 8 + (inside[at] ?? 0) - 0x30;
        }
        byte = value;
      } else {
        byte = escapes.get(byte) ?? byte;
      }
    }
    bytes[length] = byte;
    length++;
  }
  return bytes.subarray(0, length);
}

function isOctal(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}
