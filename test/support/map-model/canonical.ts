/** Canonical bytes of a map of the model: what dump_classic.go and dump_swiss.go make of a real one. */

/** Collects 4-byte words. */
export class Words {
  words = new Int32Array(4096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  u32(value: number): void {
    if (this.length === this.words.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.words);
      this.words = larger;
    }
    this.words[this.length++] = value;
  }

  all(values: Int32Array): void {
    while (this.length + values.length > this.words.length) {
      const larger = new Int32Array(2 * this.words.length);
      larger.set(this.words);
      this.words = larger;
    }
    this.words.set(values, this.length);
    this.length += values.length;
  }

  /** A number within 53 bits. */
  u64(value: number): void {
    this.u32(value | 0);
    this.u32(Math.floor(value / 0x1_0000_0000));
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.words.buffer, 0, 4 * this.length);
  }

  /** The two hashes of `hashWords` in main.go. */
  hash(): readonly [number, number] {
    const seed = 2166136261 | 0;
    const prime = 16777619;
    let a = seed;
    let b = (seed + 1) | 0;
    let c = (seed + 2) | 0;
    let d = (seed + 3) | 0;
    const { words, length } = this;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      a = Math.imul(a ^ words[at]!, prime);
      b = Math.imul(b ^ words[at + 1]!, prime);
      c = Math.imul(c ^ words[at + 2]!, prime);
      d = Math.imul(d ^ words[at + 3]!, prime);
    }
    for (; at < length; at++) {
      a = Math.imul(a ^ words[at]!, prime);
    }
    return [(Math.imul(a, 31) + b) >>> 0, (Math.imul(c, 31) + d) >>> 0];
  }
}

/** `hashBytes` of main.go. */
export function hashBytes(bytes: Uint8Array, seed = 2166136261): number {
  let h = seed | 0;
  for (const byte of bytes) {
    h = Math.imul(h ^ byte, 16777619);
  }
  return h >>> 0;
}

/** Where the bytes of strings begin in the model's memory, for pointers to them: 1 + offset, 0 for nil. */
export function stringOffset(pointer: number, arena: number): number {
  return pointer === 0 ? 0 : pointer - arena + 1;
}
