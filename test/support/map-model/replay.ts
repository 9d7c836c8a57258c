/** Has the model do what a real map did, and compares each result and all bytes. */
import type { Address } from "../../../src/golang/memory.js";
import type { MapFunctions, MapIterator } from "../../../src/gomap/implementation.js";
import { runToEnd } from "../../../src/gomap/machine/drive.js";
import { Goroutine } from "../../../src/gomap/machine/goroutine.js";
import { MapMemory, type MemoryMark } from "../../../src/gomap/machine/memory.js";
import type { RandomPurpose, RandomSource } from "../../../src/gomap/machine/random.js";
import { hashBytes, stringOffset, Words } from "./canonical.js";
import { operations, type RecordReader, type Sequence, type StreamHeader } from "./stream.js";

/** Appends the canonical bytes of the map at an address. */
export type Dump = (words: Words, memory: MapMemory, map: Address, arena: Address) => void;

/** Which map to compare with. */
export interface ReplayedMap {
  readonly functions: MapFunctions;
  readonly dump: Dump;
  /** Where in a key there are strings. */
  readonly keyStrings: readonly number[];
}

/** Random numbers as the real runtime took them. */
class GivenRandom implements RandomSource {
  low = 0;
  high = 0;
  given: number[] = [];

  next(purpose: RandomPurpose): void {
    const low = this.given.shift();
    const high = this.given.shift();
    if (low === undefined || high === undefined) {
      throw new Error(`the model takes a random number (${purpose}), Go took none`);
    }
    this.low = low;
    this.high = high;
  }
}

/** Replays sequences of one stream. */
export class Replay {
  /** How many operations have been compared, how many times all bytes, and how many sequences. */
  operations = 0;
  dumps = 0;
  sequences = 0;
  readonly #map: ReplayedMap;
  readonly #header: StreamHeader;
  readonly #memory = new MapMemory({ arenaBytes: 0x40_0000 });
  readonly #random = new GivenRandom();
  readonly #g: Goroutine;
  readonly #words = new Words();
  readonly #arena: Address;
  readonly #keys: Address;
  readonly #mark: MemoryMark;

  constructor(header: StreamHeader, map: ReplayedMap) {
    const { key, elem } = map.functions.type;
    if (key.size !== header.keySize || elem.size !== header.elemSize) {
      throw new Error(`${map.functions.type.name} has other sizes in Go`);
    }
    this.#map = map;
    this.#header = header;
    this.#g = new Goroutine(this.#memory, 0, this.#random);
    this.#arena = this.#memory.allocate(Math.max(header.arena.length, 1));
    this.#memory.writeBytes(this.#arena, header.arena);
    this.#keys = this.#memory.allocate(header.keys.length);
    this.#memory.writeBytes(this.#keys, header.keys);
    for (let index = 0; index < header.keyCount; index++) {
      for (const offset of map.keyStrings) {
        const at = this.#keys + index * header.keySize + offset;
        this.#memory.writeWord(at, this.#memory.readWord(at) - 1 + this.#arena);
      }
    }
    this.#mark = this.#memory.mark();
  }

  /**
   * @returns the first difference, undefined when there is none
   */
  sequence({ number, hint, seedLow, seedHigh, records }: Sequence, full = false): string | undefined {
    this.sequences++;
    this.#memory.restore(this.#mark);
    this.#random.given = [seedLow, seedHigh];
    let map = this.#map.functions.makemap(this.#g, hint);
    let iterator: MapIterator | undefined;
    for (let index = 0; records.next(full); index++) {
      this.operations++;
      const where = `sequence ${number}, operation ${index} (${records.operation}, key ${records.key})`;
      this.#random.given = records.random;
      let difference: string | undefined;
      switch (records.operation) {
        case operations.clone:
          map = runToEnd(this.#g, this.#map.functions.clone(this.#g, map));
          break;
        case operations.iterInit:
          iterator = runToEnd(this.#g, this.#map.functions.iterInit(this.#g, map));
          difference = this.#compareEntry(iterator, records);
          break;
        case operations.iterNext:
          if (iterator === undefined) {
            throw new Error(`${where}: there is no iterator`);
          }
          runToEnd(this.#g, this.#map.functions.iterNext(this.#g, iterator));
          difference = this.#compareEntry(iterator, records);
          break;
        default:
          difference = this.#simple(map, records);
      }
      if (this.#random.given.length > 0) {
        difference ??= "Go took a random number, the model took none";
      }
      difference ??= records.hasHash ? this.#compareBytes(map, records) : undefined;
      if (difference !== undefined) {
        return `${where}: ${difference}`;
      }
    }
    return undefined;
  }

  #simple(map: Address, records: RecordReader): string | undefined {
    const g = this.#g;
    const { functions } = this.#map;
    const key = this.#keys + records.key * this.#header.keySize;
    switch (records.operation) {
      case operations.assign:
        this.#fill(runToEnd(g, functions.assign(g, map, key)), records.value);
        return undefined;
      case operations.access1:
        return this.#compareElem(runToEnd(g, functions.access1(g, map, key)), records);
      case operations.access2: {
        const elem = runToEnd(g, functions.access2(g, map, key));
        return (elem !== 0) === records.found ? this.#compareElem(elem, records) : "found or not";
      }
      case operations.delete:
        runToEnd(g, functions.delete(g, map, key));
        return undefined;
      case operations.clear:
        runToEnd(g, functions.clear(g, map));
        return undefined;
      default:
        throw new Error(`there is no operation ${records.operation}`);
    }
  }

  /** `fill` of main.go. */
  #fill(at: Address, value: number): void {
    const first = Math.imul(value, 2654435761 | 0);
    for (let index = 0; index < this.#header.elemSize; index++) {
      this.#memory.write8(at + index, (first + (index >> 2)) >>> (8 * (index % 4)));
    }
  }

  #elemBytes(elem: Address): Uint8Array {
    const size = this.#header.elemSize;
    return (elem === 0 ? undefined : this.#memory.read(elem, size)) ?? new Uint8Array(size);
  }

  #compareElem(elem: Address, { result }: RecordReader): string | undefined {
    const hash = hashBytes(this.#elemBytes(elem));
    return hash === result ? undefined : `the element is another one (${hash}, in Go ${result})`;
  }

  #compareEntry({ key, elem }: MapIterator, records: RecordReader): string | undefined {
    if ((key !== 0) !== records.found) {
      return "the iteration ends or not";
    }
    if (key === 0) {
      return undefined;
    }
    const bytes = this.#memory.read(key, this.#header.keySize);
    if (bytes === undefined) {
      return "the iterator's key cannot be read";
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (const offset of this.#map.keyStrings) {
      const pointer = this.#memory.readWord(key + offset);
      view.setBigUint64(offset, BigInt(stringOffset(pointer, this.#arena)), true);
    }
    const hash = hashBytes(this.#elemBytes(elem), hashBytes(bytes));
    return hash === records.result ? undefined : "the iterator is at another entry";
  }

  #compareBytes(map: Address, records: RecordReader): string | undefined {
    this.dumps++;
    const words = this.#words;
    words.clear();
    this.#map.dump(words, this.#memory, map, this.#arena);
    const [a, b] = words.hash();
    if (a === records.hashA && b === records.hashB) {
      return undefined;
    }
    const real = records.bytes;
    if (real === undefined) {
      return "the bytes differ";
    }
    const mine = words.bytes;
    const at = real.findIndex((byte, index) => byte !== mine[index]);
    const start = Math.max(0, at - 16);
    return (
      `the bytes differ from ${at} on (${mine.length} bytes, in Go ${real.length}):\n` +
      `  model ${hex(mine.subarray(start, at + 32))}\n  Go    ${hex(real.subarray(start, at + 32))}`
    );
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
