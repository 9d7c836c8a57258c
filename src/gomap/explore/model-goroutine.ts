/**
 * A goroutine of an explored program: the map code's goroutine, and the steps by which goroutines wait for one another.
 *
 * Each run of a goroutine's code begins with the same memory and the same random numbers, and shares nothing with other
 * runs. So what it does next depends on what its loads gave, and on nothing else; histories.ts is built on that.
 */
import { type Address } from "../../golang/memory.js";
import { FATAL, Goroutine, type StepKind, type Steps } from "../machine/goroutine.js";
import { heapBase, MapMemory, type MemoryMark, type MemoryShape } from "../machine/memory.js";
import { SeededRandom } from "../machine/random.js";
import { type SiteId } from "../machine/sites.js";

/** What a goroutine of a program does. */
export type GoroutineBody = (g: ModelGoroutine) => Steps<void>;

/** Something that the program got to see: the result of an operation. */
export interface Observation {
  /** Which statement of the goroutine, by its number in the program. */
  readonly statement: number;
  readonly kind:
    "get" | "has" | "len" | "range" | "set" | "delete" | "clear" | "clone" | "receive" | "variable";
  /** The key as written in the program. */
  readonly key?: string | number | undefined;
  /** What was read. Undefined: the key was not there. */
  readonly value?: number | undefined;
  /** Of a range: the keys and values in the order in which they came. */
  readonly entries?: readonly (readonly [string | number, number])[];
  /** Whether the operation has ended. Only the last one of a goroutine may not have. */
  ended: boolean;
}

/** What an arena begins with is its goroutine's own and no object. */
const scratchBytes = 0x400;

/**
 * The memory of one goroutine's runs: what was there before the goroutines began, and what this one allocates.
 *
 * It knows nothing of what other goroutines allocate. Whether there is an object at an address is asked when a step is
 * done; here every address of the heap is good.
 */
export class PrivateMemory extends MapMemory {
  readonly #arena: number;
  readonly #end: Address;
  readonly #arenaBytes: number;
  readonly #start: MemoryMark;
  /** Called for each object of this goroutine, with its place in the arena. */
  onAllocate: (offset: number, size: number) => void = () => undefined;
  /** The arena as it was when {@link PrivateMemory.takeWrites} was called last. */
  readonly #seen: Int32Array;
  /** End of the last object, in bytes of the arena. */
  #top = 0;
  /** Words of the arena between which all lie that were written since then. */
  #dirtyFrom = Number.POSITIVE_INFINITY;
  #dirtyTo = 0;

  constructor(shape: Required<MemoryShape>, start: MemoryMark, arena: number) {
    super(shape);
    this.#arena = arena;
    this.#arenaBytes = shape.arenaBytes;
    this.#end = heapBase + shape.arenas * shape.arenaBytes;
    this.#start = start;
    this.#seen = new Int32Array(shape.arenaBytes >> 2);
    this.restore(start);
  }

  override reset(): void {
    this.restore(this.#start);
    this.#seen.fill(0, 0, (this.#top + 3) >> 2);
    this.#top = 0;
    this.#clean();
  }

  override write8(address: Address, value: number): void {
    super.write8(address, value);
    this.#note(address, 1);
  }

  override write16(address: Address, value: number): void {
    super.write16(address, value);
    this.#note(address, 2);
  }

  override write32(address: Address, value: number): void {
    super.write32(address, value);
    this.#note(address, 4);
  }

  override writeWord(address: Address, value: number): void {
    super.writeWord(address, value);
    this.#note(address, 8);
  }

  override write64(address: Address, low: number, high: number): void {
    super.write64(address, low, high);
    this.#note(address, 8);
  }

  override writeBytes(address: Address, bytes: Uint8Array): void {
    super.writeBytes(address, bytes);
    this.#note(address, bytes.length);
  }

  #note(address: Address, length: number): void {
    const offset = address - heapBase - this.#arena * this.#arenaBytes;
    if (offset >= scratchBytes) {
      this.#dirtyFrom = Math.min(this.#dirtyFrom, offset >> 2);
      this.#dirtyTo = Math.max(this.#dirtyTo, (offset + length + 3) >> 2);
    }
  }

  #clean(): void {
    this.#dirtyFrom = Number.POSITIVE_INFINITY;
    this.#dirtyTo = 0;
  }

  /**
   * What the goroutine wrote without steps into its new objects since the last call: pairs of byte offset and byte.
   *
   * Stores that are steps are not done here, so all that differs was written so.
   */
  takeWrites(): readonly number[] {
    const writes: number[] = [];
    const first = (this.#arena * this.#arenaBytes) >> 2;
    const end = Math.min(this.#dirtyTo, (this.#top + 3) >> 2);
    for (let word = this.#dirtyFrom; word < end; word++) {
      const now = this.u32[first + word] ?? 0;
      const before = this.#seen[word] ?? 0;
      if (now === before) {
        continue;
      }
      this.#seen[word] = now;
      for (let byte = 0; byte < 4; byte++) {
        const value = (now >>> (8 * byte)) & 0xff;
        if (value !== ((before >>> (8 * byte)) & 0xff)) {
          writes.push((first + word) * 4 + byte, value);
        }
      }
    }
    this.#clean();
    return writes;
  }

  override has(address: Address): boolean {
    return address >= heapBase && address < this.#end;
  }

  override objectAt(address: Address): number {
    const arena = Math.floor((address - heapBase) / this.#arenaBytes);
    return arena === 0 || arena === this.#arena ? super.objectAt(address) : -arena;
  }

  override allocate(size: number, arena = this.#arena): Address {
    const address = super.allocate(size, arena);
    const offset = address - heapBase - arena * this.#arenaBytes;
    this.#top = Math.max(this.#top, offset + size);
    this.onAllocate(offset, size);
    return address;
  }
}

/** See the file's comment. */
export class ModelGoroutine extends Goroutine {
  /** Kind of the announced step where it is not one of the map code's own; see operations.ts. */
  synchronising = 0;
  /** What the program got to see in this run. */
  observations: Observation[] = [];
  /** Number of the statement that is under way. */
  statement = 0;
  /** Whether it goes on after Go's check has found the map in use. */
  ignoresFatal = false;
  /** How often it went on so. */
  ignored = 0;
  readonly #seed: number;

  constructor(memory: MapMemory, arena: number, seed: number) {
    super(memory, arena, new SeededRandom(seed));
    this.#seed = seed;
  }

  /** Whether the announced step is a fatal error. */
  isFatal(): boolean {
    return this.kind === FATAL && this.synchronising === 0;
  }

  /** Makes it ready for a run from the start. */
  restart(): void {
    this.memory.reset();
    this.random = new SeededRandom(this.#seed);
    this.budget = 0;
    this.kind = 0;
    this.synchronising = 0;
    this.observations = [];
    this.ignored = 0;
    this.outside = 0;
    this.statement = 0;
  }

  /** Announces a step of operations.ts on a word; to be followed by a yield, which gives what it loads. */
  announce(
    kind: number,
    address: Address,
    site: SiteId,
    operand: readonly [low: number, high: number] = [0, 0],
  ): void {
    const none: StepKind = 0;
    this.kind = none;
    this.synchronising = kind;
    this.address = address;
    this.size = 8;
    this.low = operand[0];
    this.high = operand[1];
    this.site = site;
  }
}
