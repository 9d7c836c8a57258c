/**
 * Reads ELF executables: 64-bit, little-endian, amd64 and arm64.
 *
 * Sources: the System V ABI (gabi, chapters 4 and 5), and its supplements for x86-64 and AArch64.
 */
import { ByteReader } from "../../base/bytes.js";
import { BinaryError } from "./errors.js";
import {
  type ExecutableImage,
  type LoadedRegion,
  noRelocations,
  readMemory,
  type Region,
  type Relocations,
} from "./image.js";
import type { ByteSource } from "./source.js";

/** e_machine, and the type of the relocation that adds the load address to a constant. */
const machines = new Map<number, { readonly architecture: "amd64" | "arm64"; readonly relative: number }>([
  [62, { architecture: "amd64", relative: 8 }],
  [183, { architecture: "arm64", relative: 1027 }],
]);

/** Sizes of a header of a segment, of a section, and of a relocation, in bytes. */
const segmentSize = 56;
const sectionSize = 64;
const relocationSize = 24;

/** Types: segments to load, segments for the dynamic linker, sections that are not in the file. */
const load = 1;
const dynamic = 2;
const note = 4;
const noBits = 8;

/** Flags: a writable segment; a writable section, a section that is loaded. */
const segmentWritable = 2;
const sectionWritable = 1;
const sectionLoaded = 2;

/** User addresses on the machines that are supported are smaller. */
const largestAddress = 1n << 48n;

interface Segment extends LoadedRegion {
  readonly type: number;
}

/** The file's first 64 bytes, checked. */
export function fileHeader(source: ByteSource): ByteReader {
  const reader = new ByteReader(source.read(0, Math.min(64, source.size)));
  if (reader.size < 64) {
    throw new BinaryError(source.name, "the file ends within its ELF header", reader.size);
  }
  if (reader.u8(4) !== 2) {
    throw new BinaryError(source.name, "not supported yet: 32-bit ELF", 4);
  }
  if (reader.u8(5) !== 1) {
    throw new BinaryError(source.name, "not supported yet: big-endian ELF", 5);
  }
  return reader;
}

/** A region of the file, cut to what is really in it. */
function region(
  source: ByteSource,
  from: Omit<Region, "fileOffset" | "size">,
  offset: bigint,
  size: bigint,
): Region {
  const end = BigInt(source.size);
  const start = offset < end ? offset : end;
  const available = end - start;
  return { ...from, fileOffset: Number(start), size: Number(size < available ? size : available) };
}

/** A table of headers, whole; undefined when the file does not hold it. */
function headers(source: ByteSource, offset: bigint, count: number, size: number): ByteReader | undefined {
  const length = count * size;
  const there = count > 0 && offset > 0n && offset + BigInt(length) <= BigInt(source.size);
  return there ? new ByteReader(source.read(Number(offset), length)) : undefined;
}

function readSegments(source: ByteSource, header: ByteReader): Segment[] {
  const count = header.u16(56);
  const table =
    header.u16(54) === segmentSize ? headers(source, header.u64(32), count, segmentSize) : undefined;
  if (table === undefined) {
    throw new BinaryError(source.name, "the ELF program headers are not there", 32);
  }
  return Array.from({ length: count }, (_, index) => {
    const at = index * segmentSize;
    const from = {
      name: "",
      address: table.u64(at + 16),
      writable: (table.u32(at + 4) & segmentWritable) !== 0,
    };
    const memorySize = table.u64(at + 40);
    return {
      ...region(source, from, table.u64(at + 8), table.u64(at + 32)),
      type: table.u32(at),
      memorySize: memorySize > largestAddress ? 0 : Number(memorySize),
    };
  });
}

/** Names of sections: the section whose index the file header has holds them. */
function sectionNames(source: ByteSource, table: ByteReader, index: number): ByteReader {
  const at = index * sectionSize;
  const empty = new ByteReader(new Uint8Array(0));
  if (!table.has(at, sectionSize)) {
    return empty;
  }
  const names = region(
    source,
    { name: "", address: 0n, writable: false },
    table.u64(at + 24),
    table.u64(at + 32),
  );
  return names.size > 1 << 20 ? empty : new ByteReader(source.read(names.fileOffset, names.size));
}

function nameAt(names: ByteReader, offset: number): string {
  // Longer names are none that is looked for.
  const length = Math.min(64, names.size - offset);
  return length > 0 ? (names.text(offset, length).split("\0", 1)[0] ?? "") : "";
}

/** The headers of all sections; undefined when they were removed. */
export function sectionHeaders(source: ByteSource, header: ByteReader): ByteReader | undefined {
  return header.u16(58) === sectionSize
    ? headers(source, header.u64(40), header.u16(60), sectionSize)
    : undefined;
}

function readSections(source: ByteSource, header: ByteReader): Region[] {
  const table = sectionHeaders(source, header);
  if (table === undefined) {
    return [];
  }
  const names = sectionNames(source, table, header.u16(62));
  const sections: Region[] = [];
  for (let at = 0; at < table.size; at += sectionSize) {
    const flags = table.u32(at + 8);
    if ((flags & sectionLoaded) === 0 || table.u32(at + 4) === noBits) {
      continue;
    }
    const name = nameAt(names, table.u32(at));
    const from = { name, address: table.u64(at + 16), writable: (flags & sectionWritable) !== 0 };
    sections.push(region(source, from, table.u64(at + 24), table.u64(at + 32)));
  }
  return sections;
}

/** A list of Elf64_Rela: place, type and symbol, constant. */
class RelaTable implements Relocations {
  readonly #view: DataView;
  readonly #relative: number;

  constructor(bytes: Uint8Array, relative: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#relative = relative;
  }

  placesOf(target: bigint): readonly bigint[] {
    const low = Number(target & 0xffff_ffffn);
    const places: bigint[] = [];
    for (let at = 0; at + relocationSize <= this.#view.byteLength; at += relocationSize) {
      // The low half alone decides for nearly all of up to a million entries.
      if (
        this.#view.getUint32(at + 16, true) === low &&
        this.#isRelative(at) &&
        this.#constant(at) === target
      ) {
        places.push(this.#view.getBigUint64(at, true));
      }
    }
    return places;
  }

  apply(address: bigint, words: BigUint64Array): void {
    const end = address + BigInt(words.length * 8);
    for (let at = 0; at + relocationSize <= this.#view.byteLength; at += relocationSize) {
      const place = this.#view.getBigUint64(at, true);
      if (place >= address && place < end && (place - address) % 8n === 0n && this.#isRelative(at)) {
        words[Number(place - address) / 8] = this.#constant(at);
      }
    }
  }

  each(write: (place: number, target: number) => void): void {
    for (let at = 0; at + relocationSize <= this.#view.byteLength; at += relocationSize) {
      if (this.#isRelative(at)) {
        write(this.#number(at), this.#number(at + 16));
      }
    }
  }

  /** A 64-bit number; one that is no address is not exact, and then it is none of anything. */
  #number(at: number): number {
    return this.#view.getUint32(at + 4, true) * 0x1_0000_0000 + this.#view.getUint32(at, true);
  }

  #isRelative(at: number): boolean {
    return this.#view.getUint32(at + 8, true) === this.#relative;
  }

  #constant(at: number): bigint {
    return this.#view.getBigUint64(at + 16, true);
  }
}

/** Where the dynamic section says the relocations are: address and size in bytes. */
function relocationTable(bytes: Uint8Array): { readonly address: bigint; readonly size: bigint } {
  const reader = new ByteReader(bytes);
  const tags = new Map<bigint, bigint>();
  for (let at = 0; reader.has(at, 16); at += 16) {
    tags.set(reader.u64(at), reader.u64(at + 8));
  }
  // DT_RELA and DT_RELASZ.
  return { address: tags.get(7n) ?? 0n, size: tags.get(8n) ?? 0n };
}

function readRelocations(
  source: ByteSource,
  image: ExecutableImage,
  all: readonly Segment[],
  relative: number,
): Relocations {
  const segment = all.find((one) => one.type === dynamic);
  if (segment === undefined) {
    return noRelocations;
  }
  const { address, size } = relocationTable(source.read(segment.fileOffset, segment.size));
  const bytes = size === 0n ? undefined : readMemory(source, image, address, Number(size));
  return bytes === undefined ? noRelocations : new RelaTable(bytes, relative);
}

/** Whether a file begins as an ELF file does. */
export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

/**
 * Reads an ELF file's directory.
 *
 * @throws BinaryError when it is damaged, or for a machine that is not supported
 */
export function readElf(source: ByteSource): ExecutableImage {
  const header = fileHeader(source);
  const machine = machines.get(header.u16(18));
  if (machine === undefined) {
    throw new BinaryError(source.name, `not supported yet: ELF for machine ${header.u16(18)}`, 18);
  }
  const all = readSegments(source, header);
  const image: ExecutableImage = {
    format: "ELF",
    architecture: machine.architecture,
    entry: header.u64(24),
    // ET_DYN: the loader chooses where it goes.
    movable: header.u16(16) === 3,
    segments: all.filter((segment) => segment.type === load),
    sections: readSections(source, header),
    notes: all.filter((segment) => segment.type === note),
    relocations: () => readRelocations(source, image, all, machine.relative),
  };
  return image;
}
