/**
 * What has to hold for a swiss map that nobody is accessing. What does not hold any more after a race is what the race has broken.
 */
import { type Address } from "../../golang/memory.js";
import { type BrokenInvariant } from "../../golang/maps/decoded.js";
import { type MapMemory } from "../machine/memory.js";
import { type RandomSource } from "../machine/random.js";
import { h1, h2, ProbeSeq, type Word } from "./context.js";
import { entriesOf } from "./directory.js";
import { count, CTRL_DELETED, CTRL_EMPTY, GROUP_SLOTS, matchEmpty, matchFull } from "./group.js";
import { MAP, MAX_TABLE_CAPACITY, type SwissMapType } from "./layout.js";
import { maxGrowthLeft } from "./new-table.js";
import {
  controlsOf,
  type FullSlot,
  fullSlots,
  groupsOf,
  type MapView,
  readable,
  smallGroup,
  type TableView,
  viewMap,
} from "./view.js";

/** Strings longer than this are not hashed: no key of the model is, so it is a number that is no length. */
const LONGEST_STRING = 1 << 20;

/** The invariants that do not hold. Comes to an end whatever the bytes are. */
export function brokenSwissInvariants(memory: MapMemory, typ: SwissMapType, m: Address): BrokenInvariant[] {
  const map = viewMap(memory, m);
  if (map === undefined) {
    return [{ where: "map", sentence: "the map's header cannot be read" }];
  }
  const check = new Check(memory, typ, m, map);
  check.header();
  if (map.dirLen === 0) {
    check.small();
  } else {
    check.directory();
  }
  return check.broken;
}

/** A key that was seen, to find it again. */
interface Seen {
  readonly key: Address;
  readonly where: string;
}

/** No hash that is checked needs a random number: keys that do not equal themselves are left out. */
const noRandom: RandomSource = { next: () => undefined, low: 0, high: 0 };

class Check {
  readonly broken: BrokenInvariant[] = [];
  readonly #memory: MapMemory;
  readonly #typ: SwissMapType;
  readonly #map: MapView;
  readonly #seed: Word;
  readonly #seen = new Map<string, Seen[]>();

  constructor(memory: MapMemory, typ: SwissMapType, m: Address, map: MapView) {
    this.#memory = memory;
    this.#typ = typ;
    this.#map = map;
    this.#seed = { low: memory.read32(m + MAP.seed), high: memory.read32(m + MAP.seed + 4) };
  }

  #says(holds: boolean, where: string, sentence: string): void {
    if (!holds) {
      this.broken.push({ where, sentence });
    }
  }

  header(): void {
    const { writing, dirLen, globalDepth, globalShift } = this.#map;
    this.#says(writing === 0, "writing", `writing is ${writing}, though nobody is writing`);
    if (dirLen === 0) {
      return;
    }
    this.#says(
      dirLen === entriesOf(globalDepth, 0),
      "dirLen",
      `the directory has ${dirLen} entries, but globalDepth ${globalDepth} means ${entriesOf(globalDepth, 0)}`,
    );
    this.#says(
      globalShift === 64 - globalDepth,
      "globalShift",
      `globalShift is ${globalShift}, but globalDepth ${globalDepth} means ${64 - globalDepth}`,
    );
  }

  small(): void {
    const { used, dirPtr } = this.#map;
    const group = smallGroup(this.#memory, this.#typ, this.#map);
    if (dirPtr === 0 || group === undefined) {
      this.#says(dirPtr === 0, "dirPtr", "dirPtr points to no group");
      this.#says(used === 0, "used", `used is ${used}, but there is no group`);
      return;
    }
    const full = this.#group(group, "group");
    this.#says(used === full, "used", `used is ${used}, but ${full} slots are full`);
    for (let slot = 0; slot < GROUP_SLOTS; slot++) {
      this.#says(
        this.#memory.read8(group + slot) !== CTRL_DELETED,
        `group slot ${slot}`,
        "there is a tombstone, which small maps do not have",
      );
    }
    for (const slot of fullSlots(this.#memory, this.#typ, group, 0)) {
      this.#key(slot, `group slot ${slot.slot}`);
    }
  }

  directory(): void {
    const { used, directory, tables, dirLen } = this.#map;
    const unreadable = directory.findIndex((table) => table === undefined);
    this.#says(
      unreadable < 0 && directory.length === dirLen,
      "directory",
      unreadable < 0
        ? `the directory says that it has ${dirLen} entries`
        : `entry ${unreadable} of the directory points to no table`,
    );
    let full = 0;
    let tombstones = 0;
    for (const [number, table] of tables.entries()) {
      const counted = this.#table(table, `table ${number}`);
      full += counted.full;
      tombstones += counted.tombstones;
    }
    this.#says(used === full, "used", `used is ${used}, but ${full} slots are full`);
    this.#says(
      tombstones === 0 || !this.#typ.behaviour.tombstonePossible || this.#map.tombstonePossible !== 0,
      "tombstonePossible",
      `tombstonePossible is false, but there are ${tombstones} tombstones`,
    );
  }

  #table(table: TableView, name: string): { full: number; tombstones: number } {
    const { capacity, growthLeft, used, groupsLengthMask } = table;
    this.#place(table, name);
    const groups = groupsOf(this.#memory, this.#typ, table);
    const slots = groups.length * GROUP_SLOTS;
    const possible =
      capacity >= GROUP_SLOTS && capacity <= MAX_TABLE_CAPACITY && (capacity & (capacity - 1)) === 0;
    this.#says(
      possible && capacity === (groupsLengthMask + 1) * GROUP_SLOTS && capacity === slots,
      `${name} capacity`,
      `capacity is ${capacity}, but there are ${slots} slots in its groups`,
    );
    let full = 0;
    let empty = 0;
    for (const [index, group] of groups.entries()) {
      full += this.#group(group, `${name} group ${index}`);
      empty += count(matchEmpty(controlsOf(this.#memory, group)));
    }
    const tombstones = slots - full - empty;
    const left = maxGrowthLeft(slots) - full - tombstones;
    this.#says(used === full, `${name} used`, `used is ${used}, but ${full} slots are full`);
    this.#says(
      growthLeft === left,
      `${name} growthLeft`,
      `growthLeft is ${growthLeft}, but ${left} slots are left`,
    );
    this.#says(empty > 0, name, "there is no empty slot, so a search for a key that is not there never ends");
    for (const [index, group] of groups.entries()) {
      for (const slot of fullSlots(this.#memory, this.#typ, group, index)) {
        this.#key(slot, `${name} group ${index} slot ${slot.slot}`, { table, groups });
      }
    }
    return { full, tombstones };
  }

  /** Whether a table stands in the directory where its index and depth say. */
  #place({ index, localDepth, entries }: TableView, name: string): void {
    const [firstEntry = -1] = entries;
    const length = entriesOf(this.#map.globalDepth, localDepth);
    this.#says(
      index === firstEntry,
      `${name} index`,
      `index is ${index}, but the first entry of the directory that points to it is ${firstEntry}`,
    );
    this.#says(
      entries.length === length && (entries.at(-1) ?? -1) - firstEntry === length - 1,
      `${name} localDepth`,
      `${entries.length} entries of the directory point to it, but localDepth ${localDepth} means ${length}`,
    );
  }

  /**
   * Checks control bytes.
   *
   * @returns how many slots are full
   */
  #group(group: Address, name: string): number {
    for (let slot = 0; slot < GROUP_SLOTS; slot++) {
      const ctrl = this.#memory.read8(group + slot);
      this.#says(
        ctrl <= CTRL_EMPTY || ctrl === CTRL_DELETED,
        `${name} slot ${slot}`,
        `0x${ctrl.toString(16)} is no control byte`,
      );
    }
    return count(matchFull(controlsOf(this.#memory, group)));
  }

  /** Whether the key of a slot can be found where it is, and is nowhere else. */
  #key(
    slot: FullSlot,
    where: string,
    place?: { readonly table: TableView; readonly groups: readonly Address[] },
  ): void {
    const hash = this.#hash(slot.key);
    if (hash === "cannot be read") {
      this.#says(false, where, "the key cannot be read");
      return;
    }
    if (hash === "equals nothing") {
      return;
    }
    this.#says(
      slot.ctrl === h2(hash),
      where,
      `the control byte is 0x${slot.ctrl.toString(16)}, but the key's hash gives 0x${h2(hash).toString(16)}, so the key is not found`,
    );
    if (place !== undefined) {
      this.#says(this.#tableOf(hash) === place.table, where, "the key's hash leads to another table");
      this.#says(
        this.#probeReaches(hash, slot.groupIndex, place.groups),
        where,
        "a search for the key ends at an empty slot before it comes to this group",
      );
    }
    this.#once(slot, hash, where);
  }

  #once({ key }: FullSlot, hash: Word, where: string): void {
    const text = `${hash.low}/${hash.high}`;
    const seen = this.#seen.get(text) ?? [];
    const other = seen.find((candidate) => this.#typ.key.equal(this.#memory, candidate.key, key));
    this.#says(other === undefined, where, `the key is also in ${other?.where}`);
    seen.push({ key, where });
    this.#seen.set(text, seen);
  }

  #hash(key: Address): Word | "cannot be read" | "equals nothing" {
    const { key: type, hasher } = this.#typ;
    const memory = this.#memory;
    for (const offset of type.strings) {
      const length = memory.readWord(key + offset + 8);
      const possible = length >= 0 && length <= LONGEST_STRING;
      if (!possible || (length > 0 && !readable(memory, memory.readWord(key + offset), length))) {
        return "cannot be read";
      }
    }
    if (!type.reflexive && !type.equal(memory, key, key)) {
      return "equals nothing";
    }
    type.hash(hasher, memory, key, { seedLow: this.#seed.low, seedHigh: this.#seed.high, random: noRandom });
    return { low: hasher.low, high: hasher.high };
  }

  #tableOf(hash: Word): TableView | undefined {
    const { directory, globalDepth } = this.#map;
    const index = globalDepth === 0 || globalDepth > 32 ? 0 : (hash.high >>> 0) >>> (32 - globalDepth);
    return directory[index];
  }

  #probeReaches(hash: Word, groupIndex: number, groups: readonly Address[]): boolean {
    const seq = new ProbeSeq(h1(hash), groups.length - 1);
    for (let step = 0; step < groups.length && seq.offset !== groupIndex; step++) {
      const group = groups[seq.offset];
      if (group === undefined || matchEmpty(controlsOf(this.#memory, group)) !== 0) {
        return false;
      }
      seq.next();
    }
    return seq.offset === groupIndex;
  }
}
