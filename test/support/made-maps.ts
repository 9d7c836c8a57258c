/** Maps of int to int, made by hand in a program's memory. */
import type { Address } from "../../src/golang/memory.js";
import type { DecodedMap } from "../../src/golang/maps/decoded.js";
import { ProgramMaps } from "../../src/golang/maps/program-maps.js";
import { ProgramMemory } from "./program-memory.js";

/** What a slot of a bucket or group is filled with: its mark, and an entry where it has one. */
export type MadeSlot = readonly [mark: number, key?: number | bigint, element?: number];

const bucketSize = 144;
const groupSize = 136;

/** A program with one type of maps, and its maps. */
export class MadeMaps {
  readonly memory: ProgramMemory;
  readonly type: Address;

  constructor(goVersion: string, implementation: "classic" | "swiss", size?: number) {
    this.memory = new ProgramMemory(goVersion, implementation, size);
    const int = this.memory.plainType("int");
    this.type = this.memory.mapType("map[int]int", { type: int, slot: 8 }, { type: int, slot: 8 });
  }

  /** An array of buckets. */
  buckets(all: readonly (readonly MadeSlot[])[]): Address {
    const address = this.memory.room(all.length * bucketSize);
    all.forEach((slots, index) => this.fillBucket(address + index * bucketSize, slots));
    return address;
  }

  fillBucket(address: Address, slots: readonly MadeSlot[]): void {
    slots.forEach(([mark, key, element], slot) => {
      this.memory.byte(address + slot, mark);
      this.memory.word(address + 8 + 8 * slot, key ?? 0);
      this.memory.word(address + 72 + 8 * slot, element ?? 0);
    });
  }

  /** Appends an overflow bucket. */
  overflow(bucket: Address, slots: readonly MadeSlot[]): Address {
    const address = this.buckets([slots]);
    this.memory.word(bucket + 136, address);
    return address;
  }

  classic(header: {
    readonly count: number;
    readonly B: number;
    readonly buckets: Address;
    readonly flags?: number;
    readonly noverflow?: number;
    readonly oldbuckets?: Address;
    readonly nevacuate?: number;
  }): Address {
    const address = this.memory.room(56);
    this.memory.word(address, header.count);
    this.memory.byte(address + 8, header.flags ?? 0);
    this.memory.byte(address + 9, header.B);
    this.memory.half(address + 10, header.noverflow ?? 0);
    this.memory.word(address + 16, header.buckets);
    this.memory.word(address + 24, header.oldbuckets ?? 0);
    this.memory.word(address + 32, header.nevacuate ?? 0);
    return address;
  }

  /** Groups one after another; slots that are not given are empty. */
  groups(all: readonly (readonly MadeSlot[])[]): Address {
    const address = this.memory.room(all.length * groupSize);
    all.forEach((slots, index) => {
      for (let slot = 0; slot < 8; slot++) {
        const [mark, key, element] = slots[slot] ?? [0x80];
        const group = address + index * groupSize;
        this.memory.byte(group + slot, mark);
        this.memory.word(group + 8 + 16 * slot, key ?? 0);
        this.memory.word(group + 16 + 16 * slot, element ?? 0);
      }
    });
    return address;
  }

  table(fields: {
    readonly used: number;
    readonly capacity: number;
    readonly growthLeft: number;
    readonly localDepth: number;
    readonly index: number;
    readonly groups: Address;
  }): Address {
    const address = this.memory.room(32);
    this.memory.half(address, fields.used);
    this.memory.half(address + 2, fields.capacity);
    this.memory.half(address + 4, fields.growthLeft);
    this.memory.byte(address + 6, fields.localDepth);
    this.memory.word(address + 8, fields.index);
    this.memory.word(address + 16, fields.groups);
    this.memory.word(address + 24, fields.capacity / 8 - 1);
    return address;
  }

  /** With tables a directory is made of them; without, `group` is the one group. */
  swiss(header: {
    readonly used: number;
    readonly group?: Address;
    readonly tables?: readonly Address[];
    readonly writing?: number;
    readonly tombstonePossible?: number;
  }): Address {
    const address = this.memory.room(48);
    const { tables } = header;
    this.memory.word(address, header.used);
    this.memory.word(address + 8, 0x1234n);
    this.memory.byte(address + 34, header.writing ?? 0);
    this.memory.byte(address + 35, header.tombstonePossible ?? 0);
    if (tables === undefined) {
      this.memory.word(address + 16, header.group ?? 0);
      return address;
    }
    const directory = this.memory.room(tables.length * 8);
    tables.forEach((table, index) => this.memory.word(directory + index * 8, table));
    const depth = Math.log2(tables.length);
    this.memory.word(address + 16, directory);
    this.memory.word(address + 24, tables.length);
    this.memory.byte(address + 32, depth);
    this.memory.byte(address + 33, 64 - depth);
    return address;
  }
}

const rest: MadeSlot = [0];
const nothing = Array.from({ length: 8 }, () => rest);

/** A classic map of three elements in the middle of a growth, with the mark of a writer. */
export function growingMap(): DecodedMap {
  const made = new MadeMaps("go1.23.5", "classic");
  const gone: MadeSlot = [4];
  const oldbuckets = made.buckets([[[2, 1, 10], [3, 2, 20], gone, gone, gone, gone, gone, gone], nothing]);
  const buckets = made.buckets([
    [[0xa3, 1, 10], [1], [0x0b, 9, 90], rest, rest, rest, rest, rest],
    nothing,
    [[0x46, 2, 20], ...nothing.slice(1)],
    nothing,
  ]);
  made.overflow(buckets, nothing);
  const address = made.classic({ count: 3, B: 2, buckets, oldbuckets, nevacuate: 1, noverflow: 1, flags: 5 });
  return new ProgramMaps(made.memory, made.memory.symbols).decode(address, made.type);
}
