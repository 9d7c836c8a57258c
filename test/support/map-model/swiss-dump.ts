/** Canonical bytes of a swiss map: see dump_swiss.go. */
import type { Address } from "../../../src/golang/memory.js";
import { heapBase, type MapMemory } from "../../../src/gomap/machine/memory.js";
import { elemOf, keyOf } from "../../../src/gomap/swiss/context.js";
import { MAP, type SwissMapType, TABLE } from "../../../src/gomap/swiss/layout.js";
import type { Words } from "./canonical.js";

/** What of a type is needed besides its layout. */
export interface DumpLayout {
  /** Where the bytes of strings begin. */
  readonly arena: Address;
  /** Where in a key there are strings. */
  readonly keyStrings: readonly number[];
}

/** Appends a map's canonical bytes. */
export function dumpSwiss(
  words: Words,
  memory: MapMemory,
  t: SwissMapType,
  m: Address,
  layout: DumpLayout,
): void {
  const dumper = new Dumper(words, memory, t, layout);
  dumper.map(m);
}

class Dumper {
  /** Whether keys or elements are outside the slots. */
  readonly #large: boolean;

  constructor(
    readonly words: Words,
    readonly memory: MapMemory,
    readonly t: SwissMapType,
    readonly layout: DumpLayout,
  ) {
    this.#large = t.indirectKey || t.indirectElem;
  }

  map(m: Address): void {
    const { words, memory } = this;
    const dirPtr = memory.readWord(m + MAP.dirPtr);
    const dirLen = memory.readWord(m + MAP.dirLen);
    this.#struct(m, MAP.size, MAP.dirPtr, dirPtr);
    if (dirLen === 0) {
      if (dirPtr !== 0) {
        this.#group(dirPtr);
      }
      return;
    }
    const tables: Address[] = [];
    for (let index = 0; index < dirLen; index++) {
      const table = memory.readWord(dirPtr + 8 * index);
      if (table !== tables.at(-1)) {
        tables.push(table);
      }
      words.u64(tables.length);
    }
    for (const table of tables) {
      this.#table(table);
    }
  }

  /** Bytes of a struct with one pointer, which becomes 0 or 1. */
  #struct(at: Address, size: number, pointerAt: number, pointer: Address): void {
    const start = this.words.length;
    this.#raw(at, size);
    this.words.words[start + pointerAt / 4] = pointer === 0 ? 0 : 1;
    this.words.words[start + pointerAt / 4 + 1] = 0;
  }

  #table(table: Address): void {
    const data = this.memory.readWord(table + TABLE.groupsData);
    const groups = this.memory.readWord(table + TABLE.groupsLengthMask) + 1;
    this.#struct(table, TABLE.size, TABLE.groupsData, data);
    if (this.#large) {
      for (let index = 0; index < groups; index++) {
        this.#group(data + index * this.t.groupSize);
      }
      return;
    }
    const start = this.words.length;
    this.#raw(data, groups * this.t.groupSize);
    this.#strings(start, groups);
  }

  /** Pointers of strings, in groups whose bytes were just appended. */
  #strings(start: number, groups: number): void {
    const { t, layout } = this;
    const { words } = this.words;
    // All of the model's memory is within 2^32 bytes of its base, so the lower halves of addresses say enough.
    const arena = layout.arena | 0;
    for (const offset of layout.keyStrings) {
      for (let group = 0; group < groups; group++) {
        let at = start + (group * t.groupSize + t.keysOff + offset) / 4;
        for (let slot = 0; slot < 8; slot++, at += t.keyStride / 4) {
          const low = words[at]!;
          words[at] = low === 0 && words[at + 1] === 0 ? 0 : (low - arena + 1) | 0;
          words[at + 1] = 0;
        }
      }
    }
  }

  #group(group: Address): void {
    const { t, memory } = this;
    const start = this.words.length;
    this.#raw(group, t.groupSize);
    if (!t.indirectKey) {
      this.#strings(start, 1);
    }
    for (let slot = 0; this.#large && slot < 8; slot++) {
      const key = keyOf(t, 0, slot);
      const elem = elemOf(t, 0, slot);
      if (t.indirectKey) {
        this.#value(start + key / 4, memory.readWord(group + key), t.key.size);
      }
      if (t.indirectElem) {
        this.#value(start + elem / 4, memory.readWord(group + elem), t.elem.size);
      }
    }
  }

  /** A pointer to a large value becomes 0 or 1, and the value follows the group. */
  #value(at: number, pointer: Address, size: number): void {
    this.words.words[at] = pointer === 0 ? 0 : 1;
    this.words.words[at + 1] = 0;
    if (pointer !== 0) {
      this.#raw(pointer, size);
    }
  }

  #raw(from: Address, length: number): void {
    const first = (from - heapBase) >> 2;
    this.words.all(this.memory.u32.subarray(first, first + (length >> 2)));
  }
}
