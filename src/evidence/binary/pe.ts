/**
 * Reads PE executables (Windows): PE32+, amd64 and arm64.
 *
 * Addresses are those of the preferred image base, which is what the words in the file are made for. Go's tables have
 * no sections of their own here, so they are found by what they look like.
 *
 * Source: Microsoft's "PE Format"; measured on executables that Go 1.27 linked for windows.
 */
import { ByteReader } from "../../base/bytes.js";
import { BinaryError } from "./errors.js";
import { type ExecutableImage, noRelocations, type Region } from "./image.js";
import type { ByteSource } from "./source.js";

/** IMAGE_FILE_MACHINE_AMD64 and IMAGE_FILE_MACHINE_ARM64. */
const machines = new Map<number, "amd64" | "arm64">([
  [0x8664, "amd64"],
  [0xaa64, "arm64"],
]);

/** Sizes of the COFF header (with the signature before it) and of a section's header. */
const coffSize = 24;
const sectionSize = 40;

/** IMAGE_SCN_MEM_WRITE. */
const writableFlag = 0x8000_0000;

function readSection(
  source: ByteSource,
  table: ByteReader,
  at: number,
  imageBase: bigint,
): Region | undefined {
  const virtualSize = table.u32(at + 8);
  const rawSize = table.u32(at + 16);
  const fileOffset = table.u32(at + 20);
  // What is in the file is rounded up, and the rest of it is not loaded.
  const size = Math.min(virtualSize, rawSize);
  if (fileOffset === 0 || size === 0 || fileOffset + size > source.size) {
    return undefined;
  }
  const name = table.text(at, 8).split("\0", 1)[0] ?? "";
  const writable = (table.u32(at + 36) & writableFlag) !== 0;
  return { name, address: imageBase + BigInt(table.u32(at + 12)), fileOffset, size, writable };
}

/** Whether a file begins as a DOS program does, which every PE file is too. */
export function isPe(start: Uint8Array): boolean {
  return start[0] === 0x4d && start[1] === 0x5a;
}

/**
 * Reads a PE file's directory.
 *
 * @throws BinaryError when it is damaged, 32-bit, or for a machine that is not supported
 */
export function readPe(source: ByteSource): ExecutableImage {
  const start = new ByteReader(source.read(60, 4)).u32(0);
  const header = new ByteReader(source.read(start, coffSize + 32));
  const architecture = machines.get(header.u16(4));
  if (header.u32(0) !== 0x4550 || architecture === undefined) {
    throw new BinaryError(source.name, "it is no Windows program for a machine that is supported", start);
  }
  if (header.u16(coffSize) !== 0x20b) {
    throw new BinaryError(source.name, "not supported yet: 32-bit PE", start + coffSize);
  }
  const imageBase = header.u64(coffSize + 24);
  const length = header.u16(6) * sectionSize;
  const table = new ByteReader(source.read(start + coffSize + header.u16(20), length));
  const sections: Region[] = [];
  for (let at = 0; at < length; at += sectionSize) {
    const section = readSection(source, table, at, imageBase);
    if (section !== undefined) {
      sections.push(section);
    }
  }
  // A section is what is loaded, too.
  const segments = sections.map((one) => ({ ...one, memorySize: one.size }));
  const image = {
    architecture,
    segments,
    sections,
    entry: undefined,
    notes: [],
    relocations: () => noRelocations,
  };
  return { format: "PE", movable: true, ...image };
}
