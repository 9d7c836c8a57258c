/**
 * What is known at one point of a function: which places hold which values.
 *
 * A place is a general register or an aligned word of the stack, which is counted from the stack pointer on entry: the
 * return address is at 0, arguments that were spilled are above, the function's own frame is below.
 */
import { type BaseId, type ValueId, type ValueTable } from "./values.js";

/** A place, as one number. */
export type Location = number;

/** Slots come after the registers; the frame of a function is smaller than this. */
const slotZero = 1 << 26;
const maxOffset = 1 << 25;

/** How many general registers there are: locations below are registers. */
const registerCount = 16;

/** Of how many bytes a slot is. */
export const slotSize = 8;

/** The location of a word of the stack; undefined when it is too far away to be one. */
export function slotAt(offset: number): Location | undefined {
  return Math.abs(offset) < maxOffset ? slotZero + offset : undefined;
}

/** Where a slot is, counted from the stack pointer on entry; undefined for registers. */
export function offsetOf(location: Location): number | undefined {
  return location < registerCount ? undefined : location - slotZero;
}

/** Places and what they hold. What is not in it may hold anything. */
export class ValueState {
  readonly #held: Map<Location, ValueId>;

  constructor(
    readonly values: ValueTable,
    held: ReadonlyMap<Location, ValueId> = new Map(),
  ) {
    this.#held = new Map(held);
  }

  copy(): ValueState {
    return new ValueState(this.values, this.#held);
  }

  get held(): ReadonlyMap<Location, ValueId> {
    return this.#held;
  }

  get(location: Location): ValueId | undefined {
    return this.#held.get(location);
  }

  set(location: Location, value: ValueId | undefined): void {
    if (value === undefined) {
      this.#held.delete(location);
    } else {
      this.#held.set(location, value);
    }
  }

  /** Nothing is known of any register but these. */
  dropRegisters(except: readonly Location[]): void {
    for (const location of this.#held.keys()) {
      if (location < registerCount && !except.includes(location)) {
        this.#held.delete(location);
      }
    }
  }

  /** Something was written to the stack from one offset to another: slots that lie in it, also partly, are no longer known. */
  dropSlots(from: number, to: number): void {
    for (const location of this.#held.keys()) {
      const offset = offsetOf(location);
      if (offset !== undefined && offset + slotSize > from && offset < to) {
        this.#held.delete(location);
      }
    }
  }

  /** A value of this base is made anew: places that hold what was made before no longer hold what the name means. */
  dropBase(base: BaseId): void {
    for (const [location, value] of this.#held) {
      if (this.values.baseId(value) === base) {
        this.#held.delete(location);
      }
    }
  }

  /** Places that hold a value of a base, with what was added to it. */
  *placesOf(base: BaseId): Generator<{ readonly location: Location; readonly addend: number }> {
    for (const [location, value] of this.#held) {
      if (this.values.baseId(value) === base) {
        yield { location, addend: this.values.addend(value) };
      }
    }
  }

  equals(other: ValueState): boolean {
    if (this.#held.size !== other.#held.size) {
      return false;
    }
    for (const [location, value] of this.#held) {
      if (other.#held.get(location) !== value) {
        return false;
      }
    }
    return true;
  }
}
