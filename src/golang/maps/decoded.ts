/**
 * A map as its bytes in memory show it, whichever program it is of.
 *
 * ```text
 *   classic                                        swiss
 *   header (hmap)                                  header (maps.Map)
 *   ├ buckets     [2^B] ─ overflow ─ …             └ directory [2^globalDepth] → tables → groups of 8 slots
 *   └ old buckets [2^B or 2^(B-1)], while growing    (a small map has one group and no directory)
 * ```
 *
 * A part that cannot be read is there as such, with the reason; the rest is right nevertheless.
 */
import type { Address } from "../memory.js";
import type { MapShape } from "./shape.js";

/** A value of the program as it is shown: `"tea"`, `42`, `{ID: 7, Name: "x"}`, `0xc000012345`. */
export interface ShownValue {
  /** In Go's syntax as far as there is one, cut where it is long. */
  readonly text: string;
  /** Whether something of it could not be read; then the text says what. */
  readonly unreadable: boolean;
}

/** What a slot of a bucket or group holds. */
export type SlotState =
  | "full"
  | "empty"
  | "empty from here on"
  | "deleted"
  | "moved to the first half"
  | "moved to the second half"
  | "moved, was empty"
  | "unknown";

/** One slot. */
export interface Slot {
  readonly state: SlotState;
  /** tophash (classic) or control byte (swiss). */
  readonly mark: number;
  readonly keyAddress: Address;
  readonly elementAddress: Address;
  /** Undefined unless it is full (or its entry has moved, and the old bytes are still there). */
  readonly key: ShownValue | undefined;
  readonly element: ShownValue | undefined;
}

/** A bucket with its overflow chain counted in, or a group. */
export interface SlotBlock {
  readonly address: Address;
  /** Index of the bucket among the buckets, or of the group in its table. */
  readonly index: number;
  /** Which overflow bucket of the chain it is, 0 for the bucket itself; always 0 for groups. */
  readonly overflow: number;
  readonly slots: readonly Slot[];
  /** Why it is not known; then there are no slots. */
  readonly unreadable: string | undefined;
  /** Its memory, where that is kept ({@link MapLimits.kept}). */
  readonly bytes?: Uint8Array | undefined;
}

/** A field of the header, by Go's own name. */
export interface HeaderField {
  readonly name: string;
  readonly value: bigint;
  /** What it means, where a number does not say it: `hashWriting | iterator`. */
  readonly meaning: string | undefined;
  /** Where in the header it stands, and how long it is, in bytes. */
  readonly offset: number;
  readonly size: number;
}

/** A swiss map's table. */
export interface DecodedTable {
  readonly address: Address;
  /** The indexes in the directory that point to it. */
  readonly directoryIndexes: readonly number[];
  readonly used: number;
  readonly capacity: number;
  readonly growthLeft: number;
  readonly localDepth: number;
  readonly index: number;
  readonly groups: readonly SlotBlock[];
  readonly unreadable: string | undefined;
  /** Memory of the table's own fields, where that is kept. */
  readonly bytes?: Uint8Array | undefined;
}

/** The type of a map, as its type descriptor says. */
export interface MapTypeInfo {
  readonly address: Address;
  /** `map[string]main.Order` */
  readonly name: string;
  readonly keySize: number;
  readonly elementSize: number;
}

/** What about a map's bytes cannot be in a map that nobody is changing. */
export interface BrokenInvariant {
  /** `count`, `flags`, `table 3 growthLeft` … */
  readonly where: string;
  /** A sentence: what is, and what should be. */
  readonly sentence: string;
}

/** A whole map. */
export interface DecodedMap {
  readonly implementation: "classic" | "swiss";
  readonly address: Address;
  readonly type: MapTypeInfo | undefined;
  readonly header: readonly HeaderField[];
  /** Number of elements by the header. */
  readonly count: number;
  /** Whether the mark of a writer is set (`hashWriting`, `writing`). */
  readonly writing: boolean;
  /** Growth under way: classic maps only; how many of the old buckets have moved. */
  readonly growing:
    { readonly sameSize: boolean; readonly evacuated: number; readonly oldBuckets: number } | undefined;
  /** Classic: the buckets. Swiss and small: the one group. */
  readonly blocks: readonly SlotBlock[];
  /** Classic, while it grows. */
  readonly oldBlocks: readonly SlotBlock[];
  /** Swiss, not small. */
  readonly tables: readonly DecodedTable[];
  readonly broken: readonly BrokenInvariant[];
  /** How many keys were found to be where their hashes put them; 0 where hashes cannot be told. */
  readonly keysInPlace: number;
  /** Whether a limit ended the reading; then what is missing, in a sentence. */
  readonly cut: string | undefined;
  /** Where things lie in its buckets or groups; undefined where the type is not known. */
  readonly shape: MapShape | undefined;
  /** Memory of the header, where that is kept. */
  readonly bytes?: Uint8Array | undefined;
}
