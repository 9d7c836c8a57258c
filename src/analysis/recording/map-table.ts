/**
 * Which map an event is about. A map is an address and a life: the allocator gives the address of a dead map to a new one,
 * and the life (of the map's random seed) tells the two apart.
 *
 * Looked up once for each event, so it is a hash table over plain numbers.
 */
import { MapLife } from "./map-life.js";

/** How many maps are kept when the limit is reached, and how many there may be until then. */
export interface MapLimits {
  readonly kept: number;
  readonly most: number;
}

/** Maps with a conflict never go, up to this many. */
const keptConflicts = 64;

/** The maps of a recording: at most so many, those that nothing happened to for the longest time go first. */
export class MapTable {
  #slots = new Int32Array(1024).fill(-1);
  #keys = new Float64Array(1024);
  /** All that are kept; those at addresses that belong to a later map are not in the slots. */
  #lives: MapLife[] = [];
  #dropped = 0;
  #droppedShared = 0;

  constructor(private readonly limits: MapLimits) {}

  /** Maps that had to go. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Maps that had to go although accesses to them were recorded. */
  get droppedShared(): number {
    return this.#droppedShared;
  }

  /** All maps that are kept, in no order. */
  get lives(): readonly MapLife[] {
    return this.#lives;
  }

  /** The map of an event; a new one where it is not known yet. */
  at(address: number, life: number, clock: number): MapLife {
    const slot = this.#slotOf(address);
    const index = this.#slots[slot] ?? -1;
    const known = index < 0 ? undefined : this.#lives[index];
    if (known === undefined) {
      return this.#add(address, life, clock, null);
    }
    if (life === known.life || life === 0) {
      known.lastClock = clock;
      return known;
    }
    if (known.life === 0) {
      known.life = life;
      known.lastClock = clock;
      return known;
    }
    // Rings are merged by clock, so an event of the map before can come after the first one of the next.
    if (known.before?.life === life) {
      return known.before;
    }
    return this.#add(address, life, clock, known);
  }

  /** The newest map at an address, where there is one. */
  newestAt(address: number): MapLife | undefined {
    const index = this.#slots[this.#slotOf(address)] ?? -1;
    return index < 0 ? undefined : this.#lives[index];
  }

  #add(address: number, life: number, clock: number, before: MapLife | null): MapLife {
    if (this.#lives.length >= this.limits.most) {
      this.#forget();
    }
    const added = new MapLife(address, life, clock, before);
    this.#lives.push(added);
    if (this.#lives.length * 2 > this.#slots.length) {
      this.#rebuild(this.#slots.length * 2);
    } else {
      const slot = this.#slotOf(address);
      this.#keys[slot] = address;
      this.#slots[slot] = this.#lives.length - 1;
    }
    return added;
  }

  /** Makes room. Shared maps stay before others, and of each the ones that were used last. */
  #forget(): void {
    const worth = (life: MapLife): number => (life.conflicts > 0 ? 2 : life.accesses > 0 ? 1 : 0);
    const sorted = this.#lives.toSorted(
      (one, other) => worth(other) - worth(one) || other.lastClock - one.lastClock,
    );
    const conflicts = Math.min(keptConflicts, sorted.filter((life) => life.conflicts > 0).length);
    const kept = sorted.slice(0, Math.max(this.limits.kept, conflicts));
    const gone = sorted.slice(kept.length);
    this.#dropped += gone.length;
    this.#droppedShared += gone.filter((life) => life.accesses > 0).length;
    // In the order in which they came: of several at one address the last one is found.
    const keep = new Set(kept);
    this.#lives = this.#lives.filter((life) => keep.has(life));
    this.#rebuild(this.#slots.length);
  }

  #rebuild(size: number): void {
    this.#slots = new Int32Array(size).fill(-1);
    this.#keys = new Float64Array(size);
    this.#lives.forEach((life, index) => {
      const slot = this.#slotOf(life.address);
      this.#keys[slot] = life.address;
      this.#slots[slot] = index;
    });
  }

  /** Where an address is in the table, or where it would go. */
  #slotOf(address: number): number {
    const keys = this.#keys;
    const slots = this.#slots;
    const mask = slots.length - 1;
    // Addresses lie 8 or 16 bytes apart; the low half and the high half both count.
    let slot = (Math.imul((address >>> 3) ^ (address / 4_294_967_296), 0x9e37_79b1) >>> 12) & mask;
    while ((slots[slot] ?? -1) >= 0 && keys[slot] !== address) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
