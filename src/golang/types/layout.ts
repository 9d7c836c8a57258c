/**
 * Where what stands in type descriptors and in module data, by Go version (linux/amd64, offsets in bytes).
 *
 * The part that all descriptors begin with (`abi.Type`, 48 bytes) has been the same from Go 1.19 to 1.27:
 *
 * ```text
 *  0 size   8 pointer bytes   16 hash u32   20 flags u8   21 align u8   22 field align u8   23 kind u8
 * 24 equal  32 GC data        40 name i32   44 pointer to this i32
 * ```
 *
 * What follows depends on the kind. Only that of maps, and where the mark of a value that lies in an interface's word itself is,
 * have changed. Sources: DWARF of programs of each version (test/integration/map-layout.test.ts compares), src/internal/abi/type.go.
 */

/** Offsets in module data. */
export interface ModuleLayout {
  /** Address from which the offsets of names and types count. */
  readonly types: number;
  /** The first address after types and their names. */
  readonly typesEnd: number;
  /** Address of the next module's data, 0 after the last. */
  readonly next: number;
  /** How much of it has to be read for these. */
  readonly size: number;
}

/** What differs between versions. */
export interface TypeLayout {
  readonly module: ModuleLayout;
  /**
   * How a map's descriptor ends: classic; swiss with slots of key and element (1.24 to 1.26); swiss with strides of keys and of
   * elements (from 1.27 on).
   */
  readonly mapType: "classic" | "swiss slots" | "swiss strides";
  /** Which byte says that a value lies in the interface's word itself: bit 5 of the kind, or of the flags (from 1.26 on). */
  readonly directMark: "kind" | "flags";
}

/** The first and the last minor version of Go 1 that are known; a newer one is read as the last. */
export const oldestMinor = 18;
export const newestMinor = 27;

/** Module data by the minor version that it holds from. 1.20 is as 1.21. */
const modules: readonly (readonly [number, ModuleLayout])[] = [
  [27, { types: 296, typesEnd: 312, next: 560, size: 568 }],
  [26, { types: 296, typesEnd: 304, next: 584, size: 592 }],
  [23, { types: 296, typesEnd: 304, next: 576, size: 584 }],
  [20, { types: 296, typesEnd: 304, next: 584, size: 592 }],
  [0, { types: 280, typesEnd: 288, next: 544, size: 552 }],
];

/**
 * The minor version in what a program says it was built with: 24 for `go1.24.4 X:noswissmap` and for `devel go1.24-1a2b3c`.
 * Undefined when there is none.
 */
export function goMinor(version: string | undefined): number | undefined {
  const match = /\bgo1\.(\d{1,3})/.exec(version ?? "");
  return match === null ? undefined : Number(match[1]);
}

/** The layout for a version; the newest known one where the version is not known or newer. */
export function typeLayout(goVersion: string | undefined, implementation: "classic" | "swiss"): TypeLayout {
  const minor = goMinor(goVersion) ?? (implementation === "classic" ? 23 : newestMinor);
  const swiss = minor >= 27 ? "swiss strides" : "swiss slots";
  const [, module] = modules.find(([from]) => minor >= from) ?? [0, modules.at(-1)?.[1]];
  if (module === undefined) {
    throw new TypeError("the table of module data is empty");
  }
  return {
    module,
    mapType: implementation === "classic" ? "classic" : swiss,
    directMark: minor >= 26 ? "flags" : "kind",
  };
}
