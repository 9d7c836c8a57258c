/**
 * Where the fields of a map's header stand, by Go version (linux/amd64, offsets in bytes).
 *
 * ```text
 * classic, 48 or 56 bytes     0 count i64  8 flags u8  9 B u8  10 noverflow u16  12 hash0 u32  16 buckets  24 oldbuckets
 *                             32 nevacuate  40 extra (1.24 and 1.25: 40 clearSeq  48 extra)
 * swiss, 48 bytes             0 used u64  8 seed u64  16 dirPtr  24 dirLen i64  32 globalDepth u8  33 globalShift u8
 *                             34 writing u8  35 tombstonePossible u8 (from 1.25 on)  40 clearSeq u64
 * table, 32 bytes             0 used u16  2 capacity u16  4 growthLeft u16  6 localDepth u8  8 index i64
 *                             16 groups.data  24 groups.lengthMask u64
 * ```
 *
 * Sources: DWARF of programs of each version (test/integration/map-layout.test.ts compares them with GDB's ptype).
 */
import { goMinor, newestMinor } from "../types/layout.js";

/** A field of a header. */
export interface HeaderFieldLayout {
  /** Go's own name. */
  readonly name: string;
  readonly offset: number;
  /** In bytes. */
  readonly size: 1 | 2 | 4 | 8;
}

/** Fields of a swiss map's table, in all versions. */
export const tableFields: readonly HeaderFieldLayout[] = [
  { name: "used", offset: 0, size: 2 },
  { name: "capacity", offset: 2, size: 2 },
  { name: "growthLeft", offset: 4, size: 2 },
  { name: "localDepth", offset: 6, size: 1 },
  { name: "index", offset: 8, size: 8 },
  { name: "groups.data", offset: 16, size: 8 },
  { name: "groups.lengthMask", offset: 24, size: 8 },
];

/** Of one implementation in one version. */
export interface MapLayout {
  readonly implementation: "classic" | "swiss";
  readonly headerSize: number;
  readonly fields: readonly HeaderFieldLayout[];
}

const classicStart: readonly HeaderFieldLayout[] = [
  { name: "count", offset: 0, size: 8 },
  { name: "flags", offset: 8, size: 1 },
  { name: "B", offset: 9, size: 1 },
  { name: "noverflow", offset: 10, size: 2 },
  { name: "hash0", offset: 12, size: 4 },
  { name: "buckets", offset: 16, size: 8 },
  { name: "oldbuckets", offset: 24, size: 8 },
  { name: "nevacuate", offset: 32, size: 8 },
];

const swissStart: readonly HeaderFieldLayout[] = [
  { name: "used", offset: 0, size: 8 },
  { name: "seed", offset: 8, size: 8 },
  { name: "dirPtr", offset: 16, size: 8 },
  { name: "dirLen", offset: 24, size: 8 },
  { name: "globalDepth", offset: 32, size: 1 },
  { name: "globalShift", offset: 33, size: 1 },
  { name: "writing", offset: 34, size: 1 },
];

const tombstonePossible: HeaderFieldLayout = { name: "tombstonePossible", offset: 35, size: 1 };
const clearSeq: HeaderFieldLayout = { name: "clearSeq", offset: 40, size: 8 };

/**
 * The layout of a program's maps.
 *
 * @param goVersion as `runtime.Version()` gives it; where it is not known, that of the newest version with this implementation
 */
export function mapLayout(goVersion: string | undefined, implementation: "classic" | "swiss"): MapLayout {
  const minor = goMinor(goVersion) ?? (implementation === "classic" ? 23 : newestMinor);
  if (implementation === "swiss") {
    const marks = minor >= 25 ? [tombstonePossible] : [];
    return { implementation, headerSize: 48, fields: [...swissStart, ...marks, clearSeq] };
  }
  return minor >= 24
    ? {
        implementation,
        headerSize: 56,
        fields: [...classicStart, clearSeq, { name: "extra", offset: 48, size: 8 }],
      }
    : { implementation, headerSize: 48, fields: [...classicStart, { name: "extra", offset: 40, size: 8 }] };
}
