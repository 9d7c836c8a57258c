/**
 * What differs between the swiss maps of Go 1.24 to 1.27 (internal/runtime/maps of each).
 */

/** The Go versions with swiss maps. */
export const SWISS_VERSIONS = ["1.24", "1.25", "1.26", "1.27"] as const;

/** A Go version with swiss maps. */
export type SwissVersion = (typeof SWISS_VERSIONS)[number];

/** How `(*table).Clear` goes over the groups. */
export type TableClear =
  /** 1.24: all groups are set to zero, always. */
  | "all groups"
  /** 1.25: nothing at all for a table as good as new; otherwise groups with a full slot. */
  | "groups with full slots"
  /** 1.26 on: as 1.25, but the slots are looked at only where few are full or slots are large; otherwise all groups are set to zero. */
  | "by fill";

/** The differences. */
export interface SwissBehaviour {
  readonly version: SwissVersion;
  /** Whether tombstones are pruned before a table grows; in the generic `mapassign` never, up to 1.27. */
  readonly prunesTombstones: boolean;
  /** Whether `mapassign_fast64ptr` prunes as well. */
  readonly prunesTombstonesOfPointers: boolean;
  /** Whether the header says if there may be tombstones, so that clear does something for a map without elements. */
  readonly tombstonePossible: boolean;
  /** Whether `mapaccess1` calls `mapaccess2`. */
  readonly mapaccess1Wraps: boolean;
  /**
   * Whether a full small map grows only when the key is not in it. Before 1.27 it grows by the number of its elements, also when an
   * element that is there is only assigned anew.
   */
  readonly growsForNewKeysOnly: boolean;
  /** Whether `maps.Clone` copies tables and groups. 1.24 makes a new map with another seed and puts every element into it. */
  readonly clonesByCopy: boolean;
  readonly tableClear: TableClear;
}

const behaviours: Readonly<Record<SwissVersion, SwissBehaviour>> = {
  "1.24": {
    version: "1.24",
    prunesTombstones: false,
    prunesTombstonesOfPointers: false,
    tombstonePossible: false,
    mapaccess1Wraps: false,
    growsForNewKeysOnly: false,
    clonesByCopy: false,
    tableClear: "all groups",
  },
  "1.25": {
    version: "1.25",
    prunesTombstones: true,
    prunesTombstonesOfPointers: false,
    tombstonePossible: true,
    mapaccess1Wraps: false,
    growsForNewKeysOnly: false,
    clonesByCopy: true,
    tableClear: "groups with full slots",
  },
  "1.26": {
    version: "1.26",
    prunesTombstones: true,
    prunesTombstonesOfPointers: false,
    tombstonePossible: true,
    mapaccess1Wraps: false,
    growsForNewKeysOnly: false,
    clonesByCopy: true,
    tableClear: "by fill",
  },
  "1.27": {
    version: "1.27",
    prunesTombstones: true,
    prunesTombstonesOfPointers: true,
    tombstonePossible: true,
    mapaccess1Wraps: true,
    growsForNewKeysOnly: true,
    clonesByCopy: true,
    tableClear: "by fill",
  },
};

/** How the maps of a version behave. */
export function swissBehaviour(version: SwissVersion): SwissBehaviour {
  return behaviours[version];
}
