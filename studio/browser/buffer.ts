/**
 * What code of src/ uses of Node's Buffer: bytes with a few ways to search them and to make text of them.
 *
 * Searching for bytes is what reading a large log consists of, so it goes through them in steps as long as the pattern where it can.
 */
type Encoding = "utf8" | "latin1" | "hex" | "base64";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes. Parts of them are views into the same memory. */
class PageBuffer extends Uint8Array {
  override toString(encoding: Encoding = "utf8", start = 0, end = this.length): string {
    // A plain array: its class is what TextDecoder is fast for.
    const first = Math.min(Math.max(0, start), this.length);
    const length = Math.max(0, Math.min(end, this.length) - first);
    const bytes = new Uint8Array(this.buffer, this.byteOffset + first, length);
    switch (encoding) {
      case "utf8":
        return decoder.decode(bytes);
      case "latin1":
        return latin1Text(bytes);
      case "hex":
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      case "base64":
        return btoa(latin1Text(bytes));
      default:
        return encoding satisfies never;
    }
  }

  override indexOf(value: number | Uint8Array, begin = 0): number {
    return typeof value === "number" ? super.indexOf(value, begin) : indexOfBytes(this, value, begin);
  }

  /** Copies bytes into others, as many as there is room for. Gives how many. */
  copy(target: Uint8Array, at = 0, start = 0, end = this.length): number {
    const part = new Uint8Array(this.buffer, this.byteOffset, this.byteLength).subarray(start, end);
    const fitting = part.subarray(0, Math.max(0, target.length - at));
    target.set(fitting, at);
    return fitting.length;
  }

  /** Turns the bytes of each pair round, in place. */
  swap16(): this {
    for (let at = 0; at + 1 < this.length; at += 2) {
      const first = this[at] ?? 0;
      this[at] = this[at + 1] ?? 0;
      this[at + 1] = first;
    }
    return this;
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, at) => byte === other[at]);
  }

  readBigUInt64LE(offset = 0): bigint {
    return new DataView(this.buffer, this.byteOffset, this.byteLength).getBigUint64(offset, true);
  }
}

function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return parts.join("");
}

/** How far a search may step when a byte stands under the pattern's last one; by pattern. */
const steps = new WeakMap<Uint8Array, Uint8Array>();

/** Horspool's search. */
function indexOfBytes(bytes: Uint8Array, pattern: Uint8Array, begin: number): number {
  const last = pattern.length - 1;
  if (last < 0 || last > 254) {
    return last < 0 ? Math.min(begin, bytes.length) : indexOfLong(bytes, pattern, begin);
  }
  const step = stepsOf(pattern);
  const lastByte = pattern[last];
  for (let end = Math.max(0, begin) + last; end < bytes.length;) {
    const byte = bytes[end] ?? 0;
    if (byte === lastByte && fits(bytes, end - last, pattern)) {
      return end - last;
    }
    end += step[byte] ?? 1;
  }
  return -1;
}

function stepsOf(pattern: Uint8Array): Uint8Array {
  const known = steps.get(pattern);
  if (known !== undefined) {
    return known;
  }
  const last = pattern.length - 1;
  const step = new Uint8Array(256).fill(last + 1);
  for (let at = 0; at < last; at++) {
    step[pattern[at] ?? 0] = last - at;
  }
  steps.set(pattern, step);
  return step;
}

function indexOfLong(bytes: Uint8Array, pattern: Uint8Array, begin: number): number {
  const [first = 0] = pattern;
  // A plain array's search for one byte is the browser's own.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = plain.indexOf(first, begin); at !== -1; at = plain.indexOf(first, at + 1)) {
    if (fits(bytes, at, pattern)) {
      return at;
    }
  }
  return -1;
}

function fits(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  for (let i = 0; i < pattern.length; i++) {
    if (bytes[at + i] !== pattern[i]) {
      return false;
    }
  }
  return true;
}

function from(
  value: string | ArrayBuffer | Uint8Array | readonly number[],
  start: number | string = 0,
  length?: number,
): PageBuffer {
  if (typeof value === "string") {
    const bytes = encoder.encode(value);
    return new PageBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  if (value instanceof ArrayBuffer) {
    const offset = typeof start === "number" ? start : 0;
    return new PageBuffer(value, offset, length ?? value.byteLength - offset);
  }
  return new PageBuffer(value);
}

function concat(parts: readonly Uint8Array[]): PageBuffer {
  const whole = new PageBuffer(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The part of Node's Buffer that is used. */
export const Buffer = {
  from,
  concat,
  alloc: (length: number): PageBuffer => new PageBuffer(length),
  allocUnsafe: (length: number): PageBuffer => new PageBuffer(length),
  byteLength: (text: string): number => encoder.encode(text).length,
};
