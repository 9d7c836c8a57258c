/**
 * Reads Mach-O executables: 64-bit, amd64 and arm64.
 *
 * Words that the loader writes are taken as they are in the file. That is what Go's own linker writes; Apple's linker,
 * which cgo programs need, may encode them in another way ("chained fixups"), and then the module data is not found.
 *
 * Source: <mach-o/loader.h>; measured on executables that Go 1.27 linked for darwin.
 */
import { ByteReader } from "../../base/bytes.js";
import { BinaryError } from "./errors.js";
import { type ExecutableImage, noRelocations, type Region } from "./image.js";
import type { ByteSource } from "./source.js";

/** CPU_TYPE_X86_64 and CPU_TYPE_ARM64. */
const machines = new Map<number, "amd64" | "arm64">([
  [0x01000007, "amd64"],
  [0x0100000c, "arm64"],
]);

/** LC_SEGMENT_64, the sizes of its command and of a section, and VM_PROT_WRITE. */
const segmentCommand = 0x19;
const segmentSize = 72;
const sectionSize = 80;
const writableFlag = 2;

function nameAt(reader: ByteReader, offset: number): string {
  return reader.text(offset, 16).split("\0", 1)[0] ?? "";
}

/** A region, or undefined when the file does not hold all of it. */
function region(source: ByteSource, from: Omit<Region, "size">, size: bigint): Region | undefined {
  const there = BigInt(from.fileOffset) + size <= BigInt(source.size);
  return there ? { ...from, size: Number(size) } : undefined;
}

/** A segment, then its sections. */
function readSegment(source: ByteSource, command: ByteReader): (Region | undefined)[] {
  const writable = (command.u32(60) & writableFlag) !== 0;
  const fileOffset = command.u64Number(40);
  const regions = [
    region(source, { name: "", address: command.u64(24), fileOffset, writable }, command.u64(48)),
  ];
  const count = command.u32(64);
  for (let index = 0; index < count && command.has(segmentSize + index * sectionSize, sectionSize); index++) {
    const at = segmentSize + index * sectionSize;
    const from = {
      name: nameAt(command, at),
      address: command.u64(at + 32),
      fileOffset: command.u32(at + 48),
      writable,
    };
    // A section without an offset is not in the file.
    regions.push(from.fileOffset === 0 ? undefined : region(source, from, command.u64(at + 40)));
  }
  return regions;
}

function readRegions(source: ByteSource, commands: ByteReader, count: number): Region[] {
  const regions: Region[] = [];
  let at = 0;
  for (let index = 0; index < count && commands.has(at, 8); index++) {
    const size = commands.u32(at + 4);
    if (size < 8 || !commands.has(at, size)) {
      throw new BinaryError(source.name, "the Mach-O load commands are damaged", 32 + at);
    }
    if (commands.u32(at) === segmentCommand && size >= segmentSize) {
      const found = readSegment(source, commands.section(at, size));
      regions.push(...found.filter((one) => one !== undefined));
    }
    at += size;
  }
  return regions;
}

/** Whether a file begins as a 64-bit little-endian Mach-O file does. */
export function isMachO(start: Uint8Array): boolean {
  return start[0] === 0xcf && start[1] === 0xfa && start[2] === 0xed && start[3] === 0xfe;
}

/**
 * Reads a Mach-O file's directory.
 *
 * @throws BinaryError when it is damaged, or for a machine that is not supported
 */
export function readMachO(source: ByteSource): ExecutableImage {
  const header = new ByteReader(source.read(0, 32));
  const architecture = machines.get(header.u32(4));
  if (architecture === undefined) {
    throw new BinaryError(source.name, `not supported yet: Mach-O for machine ${header.u32(4)}`, 4);
  }
  const regions = readRegions(source, new ByteReader(source.read(32, header.u32(20))), header.u32(16));
  return {
    format: "Mach-O",
    architecture,
    entry: undefined,
    // MH_PIE.
    movable: (header.u32(24) & 0x20_0000) !== 0,
    segments: regions.filter((one) => one.name === "").map((one) => ({ ...one, memorySize: one.size })),
    notes: [],
    sections: regions.filter((one) => one.name !== ""),
    relocations: () => noRelocations,
  };
}
