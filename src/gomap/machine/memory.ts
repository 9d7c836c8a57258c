/**
 * The memory of the model: bytes as Go on linux/amd64 lays them out (little-endian, pointers of 8 bytes).
 *
 * ```text
 *   0xc000000000                    + arenaBytes                     + 2·arenaBytes
 *   ├ arena 0: what was there first ┼ arena 1: made by goroutine 1   ┼ …
 *   │ [object] gap [object] gap …   │ [object] gap …                 │
 * ```
 *
 * Each goroutine allocates in an arena of its own (as each P of Go has its own cache), so an address does not depend on
 * what others allocate. Every object is zeroed, and the bytes between objects belong to nobody: an access there is found out.
 *
 * Nothing is freed but by {@link MapMemory.restore}.
 */
import { MaptrapError } from "../../base/errors.js";
import { type Address, type Memory } from "../../golang/memory.js";

/** Where Go's heap begins on linux/amd64 (up to Go 1.25, and without randomizedheapbase64). */
export const heapBase = 0xc0_0000_0000;

const twoTo32 = 0x1_0000_0000;
/** What lies between two objects, so that a step past the end of one is not in the next. */
const gap = 16;
const largestBuffer = 0x4000_0000;
/** Bytes at the start of each arena that are no object's: where its goroutine puts keys to compare or hash them. */
const scratchBytes = 0x400;

/** Program and map need more memory than the model has. */
export class ModelMemoryError extends MaptrapError {
  constructor(arenaBytes: number) {
    super(
      `the modelled program needs more than ${arenaBytes} bytes of memory for one goroutine; use smaller maps or fewer operations`,
    );
  }
}

/** What {@link MapMemory.mark} keeps; only for the memory that made it. */
export interface MemoryMark {
  /** For each arena, how many bytes of it were in use. */
  readonly used: Int32Array;
  /** The used bytes of all arenas, one after the other. */
  readonly bytes: Uint8Array;
  readonly owners: Int32Array;
  readonly objects: number;
}

/** How {@link MapMemory} is divided. */
export interface MemoryShape {
  /** How many goroutines allocate, the one that sets up counted in. With one arena the memory grows by itself. */
  readonly arenas?: number;
  /** Multiple of 16. */
  readonly arenaBytes?: number;
}

/** Memory that maps live in. See the file's comment. */
export class MapMemory implements Memory {
  /** The bytes; index = address - heapBase. Views are replaced when the memory grows: don't keep them. */
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Int32Array;
  /** For each 8 bytes the number of the object that they belong to, 0 for none. */
  #owner: Int32Array;
  readonly #used: Int32Array;
  readonly #arenas: number;
  #arenaBytes: number;
  #objects = 0;

  constructor({ arenas = 1, arenaBytes = arenas === 1 ? 0x1_0000 : 0x40_0000 }: MemoryShape = {}) {
    this.#arenas = arenas;
    this.#arenaBytes = arenaBytes;
    this.#used = new Int32Array(arenas).fill(scratchBytes);
    const buffer = new ArrayBuffer(arenas * arenaBytes);
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Int32Array(buffer);
    this.#owner = new Int32Array((arenas * arenaBytes) >> 3);
  }

  /** Where an arena's goroutine may put up to 1024 bytes for itself. No object, so no step can reach it. */
  scratch(arena: number): Address {
    return heapBase + arena * this.#arenaBytes;
  }

  /** How many objects there are. */
  get objects(): number {
    return this.#objects;
  }

  /**
   * A new object of zeros, aligned to 16 bytes.
   *
   * @throws ModelMemoryError when the arena is full (with several arenas) or 1 GiB is reached (with one)
   */
  allocate(size: number, arena = 0): Address {
    const start = arena * this.#arenaBytes + (this.#used[arena] ?? 0);
    const length = (size + 15) & ~15;
    const used = start - arena * this.#arenaBytes + length + gap;
    if (used > this.#arenaBytes) {
      this.#grow(used);
    }
    this.#used[arena] = used;
    this.#objects++;
    this.#owner.fill(this.#objects, start >> 3, (start + size + 7) >> 3);
    return heapBase + start;
  }

  #grow(least: number): void {
    const bytes = Math.max(least + 0x1000, this.#arenaBytes * 2) & ~0xfff;
    if (this.#arenas > 1 || bytes > largestBuffer) {
      throw new ModelMemoryError(this.#arenaBytes);
    }
    const buffer = new ArrayBuffer(bytes);
    const u8 = new Uint8Array(buffer);
    u8.set(this.u8);
    const owner = new Int32Array(bytes >> 3);
    owner.set(this.#owner);
    this.u8 = u8;
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Int32Array(buffer);
    this.#owner = owner;
    this.#arenaBytes = bytes;
  }

  /** The number of the object at an address, from 1 on; 0 when there is none. */
  objectAt(address: Address): number {
    const offset = address - heapBase;
    return offset >= 0 && offset < this.u8.length ? (this.#owner[offset >> 3] ?? 0) : 0;
  }

  /** Whether an access of at most 8 aligned bytes at the address is in some object. */
  has(address: Address): boolean {
    const offset = address - heapBase;
    return offset >= 0 && offset < this.u8.length && this.#owner[offset >> 3] !== 0;
  }

  read8(address: Address): number {
    return this.u8[address - heapBase] ?? 0;
  }

  read16(address: Address): number {
    return this.u16[(address - heapBase) >> 1] ?? 0;
  }

  /** Unsigned. */
  read32(address: Address): number {
    return (this.u32[(address - heapBase) >> 2] ?? 0) >>> 0;
  }

  /** Eight bytes as a pointer or a signed number; exact while it is within 53 bits. */
  readWord(address: Address): number {
    const at = (address - heapBase) >> 2;
    return (this.u32[at + 1] ?? 0) * twoTo32 + ((this.u32[at] ?? 0) >>> 0);
  }

  write8(address: Address, value: number): void {
    this.u8[address - heapBase] = value;
  }

  write16(address: Address, value: number): void {
    this.u16[(address - heapBase) >> 1] = value;
  }

  write32(address: Address, value: number): void {
    this.u32[(address - heapBase) >> 2] = value;
  }

  /** Eight bytes from a pointer or a signed number within 53 bits. */
  writeWord(address: Address, value: number): void {
    const at = (address - heapBase) >> 2;
    this.u32[at] = value;
    this.u32[at + 1] = Math.floor(value / twoTo32);
  }

  /** Eight bytes from two halves. */
  write64(address: Address, low: number, high: number): void {
    const at = (address - heapBase) >> 2;
    this.u32[at] = low;
    this.u32[at + 1] = high;
  }

  /** Bytes of an object, written without steps: for what no other goroutine can see yet. */
  writeBytes(address: Address, bytes: Uint8Array): void {
    this.u8.set(bytes, address - heapBase);
  }

  /** All bytes must belong to objects; those of gaps cannot be read. */
  read(address: Address, length: number): Uint8Array | undefined {
    const start = address - heapBase;
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length) || start < 0 || length < 0) {
      return undefined;
    }
    const end = start + length;
    if (end > this.u8.length) {
      return undefined;
    }
    for (let granule = start >> 3; granule < (end + 7) >> 3; granule++) {
      if (this.#owner[granule] === 0) {
        return undefined;
      }
    }
    return this.u8.slice(start, end);
  }

  /** Keeps what the memory holds. Takes as long as there are bytes in use. */
  mark(): MemoryMark {
    const total = this.#used.reduce((sum, used) => sum + used, 0);
    const bytes = new Uint8Array(total);
    const owners = new Int32Array(total >> 3);
    let at = 0;
    for (let arena = 0; arena < this.#arenas; arena++) {
      const start = arena * this.#arenaBytes;
      const end = start + (this.#used[arena] ?? 0);
      bytes.set(this.u8.subarray(start, end), at);
      owners.set(this.#owner.subarray(start >> 3, end >> 3), at >> 3);
      at += end - start;
    }
    return { used: this.#used.slice(), bytes, owners, objects: this.#objects };
  }

  /** Makes the memory what it was. Takes as long as there are bytes in use, then or now. */
  restore(mark: MemoryMark): void {
    let at = 0;
    for (let arena = 0; arena < this.#arenas; arena++) {
      const start = arena * this.#arenaBytes;
      const length = mark.used[arena] ?? scratchBytes;
      const end = start + length;
      if (mark.bytes.length > 0) {
        this.u8.set(mark.bytes.subarray(at, at + length), start);
        this.#owner.set(mark.owners.subarray(at >> 3, (at + length) >> 3), start >> 3);
      }
      const now = start + (this.#used[arena] ?? 0);
      if (now > end) {
        this.u8.fill(0, end, now);
        this.#owner.fill(0, end >> 3, now >> 3);
      }
      this.#used[arena] = length;
      at += length;
    }
    this.#objects = mark.objects;
  }

  /** Makes the memory empty. */
  reset(): void {
    this.restore(nothing);
  }
}

const nothing: MemoryMark = {
  used: new Int32Array(0),
  bytes: new Uint8Array(0),
  owners: new Int32Array(0),
  objects: 0,
};
