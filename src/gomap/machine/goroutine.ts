/**
 * A goroutine of the model, as the map code sees it: through it go all loads and stores of shared memory.
 *
 * The map code is written once, as generators, and each access is written
 *
 * ```ts
 * const flags = g.load8(h + 8, S.flags) ?? (yield);
 * g.store8(h + 8, flags ^ hashWriting, S.setFlags) ?? (yield);
 * ```
 *
 * While {@link Goroutine.budget} lasts, the access is done at once, sequentially consistent, and nothing is yielded: a
 * straight run costs one resumption for each map operation, and a scheduler that replays "goroutine 1 does 17 steps" pays
 * for one resumption instead of 17. With no budget left, the access is put into the fields `kind`, `address`, `size`,
 * `low`, `high` and `site`, and the generator yields; whoever drives it does the access when and how its memory model says
 * (see drive.ts), and resumes with the loaded value. So schedulers and memory models stand outside, and no step allocates.
 *
 * A fatal error, a panic and an access outside all objects are announced in the same way ({@link FATAL}, {@link PANIC},
 * {@link FAULT}) whatever the budget is. A driver that ends the program never resumes the generator; one that resumes
 * after FATAL lets the code go on as if the check were not there.
 */
import { type Address } from "../../golang/memory.js";
import { heapBase, type MapMemory } from "./memory.js";
import { type RandomSource } from "./random.js";
import { type SiteId } from "./sites.js";

const twoTo32 = 0x1_0000_0000;

/** A load of `size` bytes at `address`. The driver resumes with the value ({@link Goroutine.loaded}). */
export const LOAD = 1;
/** A plain store of `low` and `high`, `size` bytes, to `address`. */
export const STORE = 2;
/** An atomic `*address |= low` of one byte, with a full memory fence as LOCK OR has on x86. */
export const ATOMIC_OR = 3;
/** The runtime ends the program with a fatal error: {@link Goroutine.message}. No memory is accessed. */
export const FATAL = 4;
/** The program panics: {@link Goroutine.message}. No memory is accessed. */
export const PANIC = 5;
/** A load or store at an address where there is no object: a nil pointer, or past the end of an object. */
export const FAULT = 6;

/** One of the constants above; 0 before the first step. */
export type StepKind = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The flag was found set by someone else where an operation begins (or an iterator goes on). */
export const ENTRY_CHECK = 1;
/** The flag that the operation itself set is not set where it ends. */
export const EXIT_CHECK = 2;
/** The map is in a state that cannot be: `bad map state`. */
export const STATE_CHECK = 3;

/** Which of Go's checks found the reason for a {@link FATAL}. */
export type Check = 0 | 1 | 2 | 3;

/** The steps of a piece of map code that ends with an R. Resumed with loaded values; after a store any number does. */
export type Steps<R> = Generator<undefined, R, number>;

/** A goroutine. See the file's comment. Drivers read and set the fields; map code calls the methods. */
export class Goroutine {
  readonly memory: MapMemory;
  /** Where what it allocates lies, and its number. */
  readonly arena: number;
  /** How many steps it may do before it has to yield; Infinity for a straight run. */
  budget = 0;
  /** Random numbers for this goroutine. */
  random: RandomSource;

  // The announced step.
  kind: StepKind = 0;
  address: Address = 0;
  size = 0;
  /** What is stored, or was loaded. */
  low = 0;
  high = 0;
  site: SiteId = 0;
  /** Text of a fatal error or a panic, without `fatal error: `. */
  message = "";
  check: Check = 0;

  /**
   * The first site at which an address was computed that is not in the object that it was computed from, such as a bucket past the
   * end of the bucket array: what is read there is no part of the map. 0 for none.
   */
  outside: SiteId = 0;

  constructor(memory: MapMemory, arena: number, random: RandomSource) {
    this.memory = memory;
    this.arena = arena;
    this.random = random;
  }

  load8(address: Address, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      return this.memory.u8[address - heapBase] ?? 0;
    }
    return this.#announce(LOAD, address, 1, site);
  }

  load16(address: Address, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      return this.memory.read16(address);
    }
    return this.#announce(LOAD, address, 2, site);
  }

  /** Unsigned. */
  load32(address: Address, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      return this.memory.read32(address);
    }
    return this.#announce(LOAD, address, 4, site);
  }

  /** A pointer, an int or a uintptr; signed, exact within 53 bits. Both halves are in `low` and `high` as well. */
  loadWord(address: Address, site: SiteId): number | undefined {
    const memory = this.memory;
    if (this.budget > 0 && memory.has(address)) {
      this.budget--;
      const at = (address - heapBase) >> 2;
      const low = memory.u32[at] ?? 0;
      const high = memory.u32[at + 1] ?? 0;
      this.low = low;
      this.high = high;
      return high * twoTo32 + (low >>> 0);
    }
    return this.#announce(LOAD, address, 8, site);
  }

  store8(address: Address, value: number, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      this.memory.u8[address - heapBase] = value;
      return 0;
    }
    return this.#announceStore(address, 1, site, value & 0xff, 0);
  }

  store16(address: Address, value: number, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      this.memory.write16(address, value);
      return 0;
    }
    return this.#announceStore(address, 2, site, value & 0xffff, 0);
  }

  store32(address: Address, value: number, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      this.memory.write32(address, value);
      return 0;
    }
    return this.#announceStore(address, 4, site, value | 0, 0);
  }

  /** A pointer or a signed number within 53 bits. */
  storeWord(address: Address, value: number, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      this.memory.writeWord(address, value);
      return 0;
    }
    return this.#announceStore(address, 8, site, value | 0, Math.floor(value / twoTo32) | 0);
  }

  /** Eight bytes in two halves. */
  store64(address: Address, low: number, high: number, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      this.memory.write64(address, low, high);
      return 0;
    }
    return this.#announceStore(address, 8, site, low | 0, high | 0);
  }

  /** `atomic.Or8` */
  or8(address: Address, value: number, site: SiteId): number | undefined {
    if (this.budget > 0 && this.memory.has(address)) {
      this.budget--;
      this.memory.write8(address, this.memory.read8(address) | value);
      return 0;
    }
    this.low = value;
    this.high = 0;
    return this.#announce(ATOMIC_OR, address, 1, site);
  }

  #announce(kind: StepKind, address: Address, size: number, site: SiteId): undefined {
    this.kind = this.memory.has(address) ? kind : FAULT;
    this.address = address;
    this.size = size;
    this.site = site;
    return undefined;
  }

  #announceStore(address: Address, size: number, site: SiteId, low: number, high: number): undefined {
    this.low = low;
    this.high = high;
    return this.#announce(STORE, address, size, site);
  }

  /** Announces a fatal error; to be followed by a yield. */
  fatal(message: string, check: Check, site: SiteId): void {
    this.kind = FATAL;
    this.message = message;
    this.check = check;
    this.site = site;
    this.size = 0;
  }

  /** Announces a panic; to be followed by a yield. */
  panic(message: string, site: SiteId): void {
    this.kind = PANIC;
    this.message = message;
    this.check = 0;
    this.site = site;
    this.size = 0;
  }

  /** `base + offset`, where the result is meant to be in the object that base points to. See {@link Goroutine.outside}. */
  add(base: Address, offset: number, site: SiteId): Address {
    const address = base + offset;
    if (this.outside === 0 && this.memory.objectAt(base) !== this.memory.objectAt(address)) {
      this.outside = site;
    }
    return address;
  }

  /** A new object of zeros, which nobody else can see yet. */
  newobject(size: number): Address {
    return this.memory.allocate(size, this.arena);
  }

  /**
   * The value that a load yields, for `resume`: from `low` and `high`, which the driver has set.
   */
  loaded(): number {
    switch (this.size) {
      case 1:
        return this.low & 0xff;
      case 2:
        return this.low & 0xffff;
      case 4:
        return this.low >>> 0;
      default:
        return this.high * twoTo32 + (this.low >>> 0);
    }
  }

  /** Does the announced load or store now, sequentially consistent. Nothing for FATAL, PANIC and FAULT. */
  perform(): void {
    const { memory, address } = this;
    if (this.kind === LOAD) {
      this.#performLoad();
    } else if (this.kind === STORE) {
      switch (this.size) {
        case 1:
          memory.write8(address, this.low);
          break;
        case 2:
          memory.write16(address, this.low);
          break;
        case 4:
          memory.write32(address, this.low);
          break;
        default:
          memory.write64(address, this.low, this.high);
      }
    } else if (this.kind === ATOMIC_OR) {
      memory.write8(address, memory.read8(address) | this.low);
    }
  }

  #performLoad(): void {
    const { memory, address } = this;
    this.high = 0;
    switch (this.size) {
      case 1:
        this.low = memory.read8(address);
        break;
      case 2:
        this.low = memory.read16(address);
        break;
      case 4:
        this.low = memory.read32(address) | 0;
        break;
      default: {
        const at = (address - heapBase) >> 2;
        this.low = memory.u32[at] ?? 0;
        this.high = memory.u32[at + 1] ?? 0;
      }
    }
  }
}
