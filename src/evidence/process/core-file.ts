/**
 * The ELF file of a core: which memory is where in it, and its notes. Nothing is kept but the directory: a core can be
 * larger than this machine's memory, and most of it is never read.
 */
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { ByteReader } from "../../base/bytes.js";
import { systemErrorCode } from "../../base/errors.js";
import { readFully } from "../../base/read-fully.js";
import type { Address } from "../../golang/memory.js";
import { type Note, notes } from "../binary/build-ids.js";
import { ProcessError } from "./errors.js";

/** Sizes of the file's header, of a program header and of a section header. */
const headerSize = 64;
const segmentSize = 56;

/** ET_CORE, EM_X86_64, PT_LOAD, PT_NOTE; the number of segments that stands for "more than fits here". */
const coreType = 4;
const amd64 = 62;
const load = 1;
const note = 4;
const moreSegments = 0xffff;

/** More segments and larger notes than a real core has: Linux allows 65,530 mappings by default. */
const maxSegments = 1 << 20;
const maxNotes = 1 << 28;
const maxNoteCount = 1 << 20;

/** A piece of the process's memory. */
export interface CoreSegment {
  readonly start: Address;
  /** Of the memory; what is not in the file was left out by whoever wrote it. */
  readonly end: Address;
  /** Where the file has it, and how much of it. */
  readonly offset: number;
  readonly size: number;
}

/** An open core. */
export interface CoreFile {
  readonly path: string;
  /** Sorted by address. */
  readonly segments: readonly CoreSegment[];
  readonly notes: readonly Note[];
  /** How many bytes the file should have and has not: it was cut short. */
  readonly missingBytes: number;
  /** Reads from the file into `target`; gives how many bytes there were. */
  read(offset: number, target: Uint8Array): number;
  close(): void;
}

/** How compressed files begin, and what unpacks them. */
const compressed: readonly (readonly [readonly number[], string, string])[] = [
  [[0x1f, 0x8b], "gzip", "gunzip"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstd -d"],
  [[0x04, 0x22, 0x4d, 0x18], "lz4", "lz4 -d"],
  [[0xfd, 0x37, 0x7a, 0x58], "xz", "xz -d"],
];

function open(path: string): number {
  try {
    // A pipe would block for ever on being opened, so this is asked before.
    if (!statSync(path).isFile()) {
      throw new ProcessError(`${path} is not a regular file`);
    }
    return openSync(path, "r");
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    throw new ProcessError(
      `${path}: ${code === "ENOENT" ? "there is no such file" : `it cannot be opened (${code})`}`,
      {
        wayOut: code === "EACCES" ? "cores are often readable by root or their owner only" : undefined,
        cause: error,
      },
    );
  }
}

/** What the file is instead of a core. */
function noCore(path: string, start: Uint8Array): ProcessError {
  const packed = compressed.find(([magic]) => magic.every((byte, index) => start[index] === byte));
  if (packed !== undefined) {
    return new ProcessError(`${path} is compressed (${packed[1]})`, {
      wayOut: `unpack it first: ${packed[2]} ${path}`,
    });
  }
  return new ProcessError(`${path} is no core`, {
    wayOut: "make one with `gcore PID`, or with GOTRACEBACK=crash and `ulimit -c unlimited`",
  });
}

/** The file's header, checked. */
function readHeader(path: string, bytes: Uint8Array): ByteReader {
  const isElf =
    bytes.length === headerSize &&
    bytes[0] === 0x7f &&
    bytes[1] === 0x45 &&
    bytes[2] === 0x4c &&
    bytes[3] === 0x46;
  if (!isElf) {
    throw noCore(path, bytes);
  }
  const header = new ByteReader(bytes);
  if (header.u16(16) !== coreType) {
    throw new ProcessError(`${path} is an executable or a library, and no core`, {
      wayOut: "give the core first, and its executable with --exe",
    });
  }
  if (header.u8(4) !== 2 || header.u8(5) !== 1 || header.u16(18) !== amd64) {
    throw new ProcessError(`${path} is a core of another machine: cores of 64-bit x86 (amd64) can be read`);
  }
  return header;
}

class Reader {
  readonly size: number;
  #open = true;

  constructor(
    readonly path: string,
    readonly descriptor: number,
  ) {
    this.size = fstatSync(descriptor).size;
  }

  /** As many of the bytes as there are. */
  bytes(offset: number, length: number): Uint8Array {
    const there = Math.max(0, Math.min(length, this.size - offset));
    const bytes = new Uint8Array(there);
    const found = there === 0 ? 0 : readFully(this.descriptor, bytes, offset);
    return bytes.subarray(0, found);
  }

  read(offset: number, target: Uint8Array): number {
    return this.#open ? readFully(this.descriptor, target, offset) : 0;
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      closeSync(this.descriptor);
    }
  }
}

/** How many segments there are: with more than 65,534 the number stands in the first section header. */
function segmentCount(file: Reader, header: ByteReader): number {
  const count = header.u16(56);
  if (count !== moreSegments) {
    return count;
  }
  const section = file.bytes(Number(header.u64(40)), headerSize);
  return section.length < headerSize ? 0 : new ByteReader(section).u32(44);
}

function readDirectory(file: Reader, header: ByteReader): ByteReader {
  const count = segmentCount(file, header);
  if (header.u16(54) !== segmentSize || count > maxSegments) {
    throw new ProcessError(`${file.path}: its list of segments is damaged`);
  }
  const bytes = file.bytes(Number(header.u64(32)), count * segmentSize);
  if (count === 0 || bytes.length < count * segmentSize) {
    throw new ProcessError(`${file.path} was cut short within its list of segments`, {
      wayOut:
        "check the limit on the size of cores (`ulimit -c`) and the space on the disk, and make another one",
    });
  }
  return new ByteReader(bytes);
}

function addNotes(to: Note[], bytes: Uint8Array): void {
  for (const one of notes(bytes)) {
    if (to.length >= maxNoteCount) {
      return;
    }
    to.push(one);
  }
}

/** The parts of a directory that are used. */
function readParts(file: Reader, header: ByteReader): Pick<CoreFile, "segments" | "notes" | "missingBytes"> {
  const directory = readDirectory(file, header);
  const segments: CoreSegment[] = [];
  const found: Note[] = [];
  let left = maxNotes;
  let end = 0;
  for (let at = 0; at < directory.size; at += segmentSize) {
    const type = directory.u32(at);
    const [offset, start] = [Number(directory.u64(at + 8)), Number(directory.u64(at + 16))];
    const [size, memory] = [Number(directory.u64(at + 32)), Number(directory.u64(at + 40))];
    if (![offset + size, start + memory].every(Number.isSafeInteger)) {
      continue;
    }
    end = Math.max(end, offset + size);
    if (type === load) {
      segments.push({ start, end: start + Math.max(memory, size), offset, size });
    } else if (type === note) {
      const bytes = file.bytes(offset, Math.min(size, left));
      left -= bytes.length;
      addNotes(found, bytes);
    }
  }
  segments.sort((one, other) => one.start - other.start);
  return { segments, notes: found, missingBytes: Math.max(0, end - file.size) };
}

/**
 * Opens a core.
 *
 * @throws ProcessError when it cannot be opened, or is no core of an amd64 Linux program
 */
export function openCoreFile(path: string): CoreFile {
  const file = new Reader(path, open(path));
  try {
    const header = readHeader(path, file.bytes(0, headerSize));
    return {
      path,
      ...readParts(file, header),
      read: (offset, target) => file.read(offset, target),
      close: () => {
        file.close();
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
