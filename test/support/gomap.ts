/** Maps of the model that tests use: with keys and elements by number, and run to the end without a scheduler. */
import type { Address } from "../../src/golang/memory.js";
import type { MapFunctions, MapIterator } from "../../src/gomap/implementation.js";
import { runToEnd } from "../../src/gomap/machine/drive.js";
import { Goroutine, type Steps } from "../../src/gomap/machine/goroutine.js";
import { MapMemory } from "../../src/gomap/machine/memory.js";
import { SeededRandom } from "../../src/gomap/machine/random.js";

/** A hash key that is as good as any. */
export const someHashKey = [
  0x4f1bbcdd, 0x2545f491, 0x6b43a9b5, 0x1c69b3f7, 0x9e3779b9, 0x7f4a7c15, 0x3c6ef372, 0x14057b7e,
];

/** A map of the model with its goroutine. Keys are numbered, elements hold a number in their first bytes. */
export class TestMap {
  readonly memory = new MapMemory();
  readonly g: Goroutine;
  map: Address;
  /** How map functions are run: at once, unless a test wants it otherwise. */
  run: <R>(g: Goroutine, steps: Steps<R>) => R = runToEnd;
  readonly #keys = new Map<number, Address>();

  constructor(
    readonly functions: MapFunctions,
    hint = 0,
    seed = 1,
  ) {
    this.g = new Goroutine(this.memory, 0, new SeededRandom(seed));
    this.map = functions.makemap(this.g, hint);
  }

  /** Where key number n is; the same address each time. */
  key(n: number): Address {
    let at = this.#keys.get(n);
    if (at === undefined) {
      at = this.newKey(n);
      this.#keys.set(n, at);
    }
    return at;
  }

  /** Key number n, at an address of its own. */
  newKey(n: number): Address {
    const { name, size } = this.functions.type.key;
    const at = this.memory.allocate(size);
    if (name === "string") {
      const text = new TextEncoder().encode(
        n % 3 === 0 ? `key ${n}` : `a rather long key, number ${n} of many`,
      );
      const bytes = this.memory.allocate(text.length);
      this.memory.writeBytes(bytes, text);
      this.memory.writeWord(at, bytes);
      this.memory.writeWord(at + 8, text.length);
    } else if (name === "float64") {
      this.memory.writeBytes(at, new Uint8Array(new Float64Array([n]).buffer));
    } else {
      this.memory.write32(at, n);
    }
    return at;
  }

  /** The number of the key at an address in the map. */
  numberOf(at: Address): number {
    const { memory } = this;
    switch (this.functions.type.key.name) {
      case "string": {
        const bytes = memory.read(memory.readWord(at), memory.readWord(at + 8));
        return Number(/\d+/.exec(new TextDecoder().decode(bytes))?.[0]);
      }
      case "float64": {
        const bytes = memory.read(at, 8) ?? new Uint8Array(8);
        return new Float64Array(bytes.buffer, bytes.byteOffset, 1)[0]!;
      }
      default:
        return memory.read32(at);
    }
  }

  set(n: number, value: number): void {
    const elem = this.run(this.g, this.functions.assign(this.g, this.map, this.key(n)));
    this.memory.write32(elem, value);
  }

  get(n: number): number | undefined {
    const one = this.run(this.g, this.functions.access1(this.g, this.map, this.key(n)));
    const two = this.run(this.g, this.functions.access2(this.g, this.map, this.key(n)));
    if (one !== two) {
      throw new Error(`mapaccess1 and mapaccess2 differ about key ${n}`);
    }
    return one === 0 ? undefined : this.memory.read32(one);
  }

  delete(n: number): void {
    this.run(this.g, this.functions.delete(this.g, this.map, this.key(n)));
  }

  clear(): void {
    this.run(this.g, this.functions.clear(this.g, this.map));
  }

  clone(): void {
    this.map = this.run(this.g, this.functions.clone(this.g, this.map));
  }

  get length(): number {
    return this.run(this.g, this.functions.len(this.g, this.map));
  }

  /** Goes through the map; between two entries, `between` may change it. */
  *range(between: (n: number) => void = () => {}): Generator<readonly [number, number]> {
    const it: MapIterator = this.run(this.g, this.functions.iterInit(this.g, this.map));
    while (it.key !== 0) {
      const n = this.numberOf(it.key);
      yield [n, this.memory.read32(it.elem)];
      between(n);
      this.run(this.g, this.functions.iterNext(this.g, it));
    }
  }

  /** What `entries` says, sorted. */
  get entries(): readonly (readonly [number, number])[] {
    return this.functions
      .entries(this.memory, this.map)
      .map(({ key, elem }) => [this.numberOf(key), this.memory.read32(elem)] as const)
      .toSorted(([a], [b]) => a - b);
  }

  get broken(): readonly string[] {
    return this.functions
      .brokenInvariants(this.memory, this.map)
      .map(({ where, sentence }) => `${where}: ${sentence}`);
  }
}
