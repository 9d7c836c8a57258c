/**
 * The first 72 bytes of a pclntab, Go's table from program counters to functions, files and lines.
 *
 * ```text
 *   0 u32 magic     4 u16 zero     6 u8 quantum     7 u8 pointer size
 *   8 functions    16 files       24 address of runtime.text (unused from Go 1.26 on)
 *  32 names        40 unit table  48 file names     56 pc-value tables   64 functions      (offsets in the pclntab)
 * ```
 *
 * Sources: Go's src/runtime/symtab.go (pcHeader) and src/cmd/link/internal/ld/pcln.go, 1.19 to 1.27.
 */
import { ByteReader } from "../../base/bytes.js";
import { GoTableError } from "./errors.js";

/** Size of the header in bytes, on 64-bit machines. */
export const headerSize = 72;

/** How a table is laid out, named for the first Go version that wrote it: 1.18 and 1.19, or 1.20 and newer. */
export type PclntabVersion = "go1.18" | "go1.20";

/** Where the parts of a pclntab are. All offsets are in bytes from its start, and they ascend in this order. */
export interface PclntabHeader {
  readonly version: PclntabVersion;
  /** Size of the smallest instruction, in bytes: PCs in the pc-value tables count in it. */
  readonly quantum: number;
  /** How many functions the table holds. */
  readonly functionCount: number;
  /** The functions' names, each ended by a zero byte. */
  readonly nameTable: number;
  /** For each compilation unit its files, as u32 offsets in the file table. */
  readonly unitTable: number;
  /** The files' names, each ended by a zero byte. */
  readonly fileTable: number;
  /** The pc-value tables. */
  readonly valueTable: number;
  /** The functions: a sorted list of pairs, then one record for each. */
  readonly functionTable: number;
}

/** First four bytes of the table. Source: Go's src/internal/abi/symtab.go, 1.27. */
const versions: ReadonlyMap<number, PclntabVersion> = new Map([
  [0xfffffff0, "go1.18"],
  [0xfffffff1, "go1.20"],
]);

/** Magics of tables that are not read here: Go 1.2 to 1.15, 1.16 and 1.17. */
const oldMagics: ReadonlySet<number> = new Set([0xfffffffb, 0xfffffffa]);

/** The first four bytes, in file order, of every table that can be read: what to search for when nothing names it. */
export const magicPatterns: readonly Uint8Array[] = [...versions.keys()].map((magic) =>
  Uint8Array.of(magic & 0xff, 0xff, 0xff, 0xff),
);

function parseVersion(reader: ByteReader): PclntabVersion {
  const magic = reader.u32(0);
  const version = versions.get(magic);
  if (version !== undefined) {
    return version;
  }
  const what = oldMagics.has(magic)
    ? "the function table is of Go 1.17 or older, which is not supported"
    : `the function table begins with 0x${magic.toString(16)}, which is not known`;
  throw new GoTableError(what, 0);
}

function checkShape(reader: ByteReader): void {
  if (reader.u16(4) !== 0 || ![1, 2, 4].includes(reader.u8(6))) {
    throw new GoTableError("the function table's header is damaged", 4);
  }
  if (reader.u8(7) !== 8) {
    throw new GoTableError(
      `the function table is for ${reader.u8(7) * 8}-bit machines; 64-bit is supported`,
      7,
    );
  }
}

/** Size of a number at `offset` that must be smaller than `limit`. */
function bounded(reader: ByteReader, offset: number, limit: number, what: string): number {
  const value = reader.u64(offset);
  if (value >= BigInt(limit)) {
    throw new GoTableError(`${what} is out of range: ${value}`, offset);
  }
  return Number(value);
}

/**
 * Reads and checks the header.
 *
 * @param bytes the header's bytes, or more of the table
 * @param size how many bytes the whole table may have; the parts must lie within
 * @throws GoTableError when it is no header of a table that can be read
 */
export function parseHeader(bytes: Uint8Array, size: number): PclntabHeader {
  if (bytes.length < headerSize) {
    throw new GoTableError("the function table ends within its header", bytes.length);
  }
  const reader = new ByteReader(bytes);
  const version = parseVersion(reader);
  checkShape(reader);
  const offsets = [32, 40, 48, 56, 64].map((at) => bounded(reader, at, size, "the offset of a part"));
  const [nameTable = 0, unitTable = 0, fileTable = 0, valueTable = 0, functionTable = 0] = offsets;
  const ascending = offsets.every((offset, index) => offset >= (offsets[index - 1] ?? headerSize));
  if (!ascending) {
    throw new GoTableError("the parts of the function table overlap", 32);
  }
  // A pair is 8 bytes; the list ends with one more PC of 4 bytes.
  const most = Math.floor((size - functionTable - 4) / 8);
  const functionCount = bounded(reader, 8, Math.max(most, 0) + 1, "the number of functions");
  return {
    version,
    quantum: reader.u8(6),
    functionCount,
    nameTable,
    unitTable,
    fileTable,
    valueTable,
    functionTable,
  };
}
