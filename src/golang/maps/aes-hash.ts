/**
 * Go's hash function for memory and strings on amd64 processors with AES instructions, which is nearly all of them: from what it is
 * computed is in the program's memory, so where a key of a map belongs can be told from outside.
 *
 * One step of it is a round of AES: the 16 bytes of the state are moved, replaced and mixed, and 16 bytes of key are added. A short
 * block goes through three of them. The function has been the same from Go 1.19 to 1.27.
 *
 * Sources: FIPS 197 (the round), src/runtime/asm_amd64.s (1.19 to 1.26) and src/internal/runtime/maps/memhash_amd64.s (1.27) for how
 * blocks, seed and length are put together.
 */

/** Size of the random bytes that a process mixes in (`aeskeysched`). */
export const keyScheduleSize = 128;

/** A block of 16 bytes as four little-endian words. */
type Block = readonly [number, number, number, number];

/** A 64-bit hash. */
export interface Hash {
  readonly low: number;
  readonly high: number;
}

/** The table of the round: for each byte, the column that it becomes. Those for the other rows are rotations of it. */
const columns = makeColumns();

function makeColumns(): Uint32Array {
  const box = makeBox();
  return Uint32Array.from(box, (value) => {
    const twice = doubled(value);
    // Bytes of the column, the lowest first: 2, 1, 1 and 3 times the value.
    return (twice | (value << 8) | (value << 16) | ((twice ^ value) << 24)) >>> 0;
  });
}

/** Twice a value in the field of AES. */
function doubled(value: number): number {
  return ((value << 1) ^ (value >= 0x80 ? 0x11b : 0)) & 0xff;
}

/** The substitution of AES: the inverse in its field, then an affine map. */
function makeBox(): Uint8Array {
  const box = new Uint8Array(256);
  // 3 generates all values but 0, and its inverse is 246: both go round once.
  let value = 1;
  let inverse = 1;
  for (let step = 0; step < 255; step++) {
    const all =
      inverse ^ rotated(inverse, 1) ^ rotated(inverse, 2) ^ rotated(inverse, 3) ^ rotated(inverse, 4);
    box[value] = all ^ 0x63;
    value ^= doubled(value);
    inverse = timesInverseOf3(inverse);
  }
  box[0] = 0x63;
  return box;
}

function rotated(value: number, bits: number): number {
  return ((value << bits) | (value >>> (8 - bits))) & 0xff;
}

/** Times 0xf6, the inverse of 3. */
function timesInverseOf3(value: number): number {
  let product = 0;
  let power = value;
  for (let bits = 0xf6; bits !== 0; bits >>= 1) {
    product ^= (bits & 1) === 1 ? power : 0;
    power = doubled(power);
  }
  return product;
}

function column(a: number, b: number, c: number, d: number): number {
  const first = columns[a & 0xff] ?? 0;
  const second = columns[(b >>> 8) & 0xff] ?? 0;
  const third = columns[(c >>> 16) & 0xff] ?? 0;
  const fourth = columns[d >>> 24] ?? 0;
  return (
    first ^
    ((second << 8) | (second >>> 24)) ^
    ((third << 16) | (third >>> 16)) ^
    ((fourth << 24) | (fourth >>> 8))
  );
}

/** A round (the instruction AESENC). */
function round([a, b, c, d]: Block, key: Block): Block {
  return [
    column(a, b, c, d) ^ key[0],
    column(b, c, d, a) ^ key[1],
    column(c, d, a, b) ^ key[2],
    column(d, a, b, c) ^ key[3],
  ];
}

function xor(one: Block, other: Block): Block {
  return [one[0] ^ other[0], one[1] ^ other[1], one[2] ^ other[2], one[3] ^ other[3]];
}

/** Three rounds with itself as the key. */
function scrambled(block: Block): Block {
  const once = round(block, block);
  const twice = round(once, once);
  return round(twice, twice);
}

function blockAt(view: DataView, offset: number): Block {
  const word = (index: number): number => view.getInt32(offset + 4 * index, true);
  return [word(0), word(1), word(2), word(3)];
}

/** Hashes of one process. */
export class AesHash {
  readonly #keys: readonly Block[];

  /** @param schedule the {@link keyScheduleSize} bytes of the process */
  constructor(schedule: Uint8Array) {
    const view = new DataView(schedule.buffer, schedule.byteOffset, keyScheduleSize);
    this.#keys = Array.from({ length: 8 }, (_, index) => blockAt(view, 16 * index));
  }

  /** The hash of a value of 4 or 8 bytes that is one region of memory (`memhash32`, `memhash64`). */
  word(bytes: Uint8Array, seed: Hash): Hash {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const low = view.getInt32(0, true);
    const high = bytes.length === 8 ? view.getInt32(4, true) : 0;
    let state: Block = [seed.low, seed.high, low, high];
    for (let index = 0; index < 3; index++) {
      state = round(state, this.#key(index));
    }
    return hashOf(state);
  }

  /** The hash of any number of bytes (`memhash`, `strhash`). */
  bytes(bytes: Uint8Array, seed: Hash): Hash {
    const { length } = bytes;
    const half = length & 0xffff;
    const twice = half | (half << 16);
    const plain: Block = [seed.low, seed.high, twice, twice];
    const start = (index: number): Block => {
      const mixed = xor(plain, this.#key(index));
      return round(mixed, mixed);
    };
    if (length === 0) {
      const first = start(0);
      return hashOf(round(first, first));
    }
    if (length <= 16) {
      const block = new Uint8Array(16);
      block.set(bytes);
      return hashOf(scrambled(xor(start(0), blockAt(new DataView(block.buffer), 0))));
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    if (length > 128) {
      return this.#long(view, start);
    }
    // Half of the blocks from the start, half that end with the last byte; they may overlap.
    const half2 = length <= 32 ? 1 : length <= 64 ? 2 : 4;
    const blocks = Array.from({ length: 2 * half2 }, (_, index) => {
      const offset = index < half2 ? 16 * index : length - 16 * (2 * half2 - index);
      return scrambled(xor(start(index), blockAt(view, offset)));
    });
    return hashOf(blocks.reduce(xor));
  }

  #long(view: DataView, start: (index: number) => Block): Hash {
    const length = view.byteLength;
    const states = Array.from({ length: 8 }, (_, index) =>
      xor(start(index), blockAt(view, length - 128 + 16 * index)),
    );
    // All whole blocks of 128 bytes before the last byte.
    for (let at = 0; at < ((length - 1) >> 7) << 7; at += 128) {
      for (const [index, state] of states.entries()) {
        states[index] = round(round(state, state), blockAt(view, at + 16 * index));
      }
    }
    return hashOf(states.map(scrambled).reduce(xor));
  }

  #key(index: number): Block {
    return this.#keys[index] ?? [0, 0, 0, 0];
  }
}

function hashOf([low, high]: Block): Hash {
  return { low: low >>> 0, high: high >>> 0 };
}
