/** What test/fixtures/programs/map-model writes; its README.md describes the stream. */
import { Buffer } from "node:buffer";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { HashKey } from "../../../src/gomap/hash/fallback.js";
import { programFolder } from "../programs.js";
import { cacheHome, goCommand, goEnvironment, type GoVersion } from "../toolchains.js";

/** Numbers of the operations in the stream. */
export const operations = {
  assign: 1,
  access1: 2,
  access2: 3,
  delete: 4,
  clear: 5,
  clone: 6,
  iterInit: 7,
  iterNext: 8,
} as const;

/** The beginning of a stream. */
export interface StreamHeader {
  readonly minor: number;
  readonly keySize: number;
  readonly elemSize: number;
  readonly hashKey: HashKey;
  /** The bytes of all strings. */
  readonly arena: Uint8Array;
  readonly keyCount: number;
  /** The bytes of all keys. */
  readonly keys: Uint8Array;
}

/** One sequence of operations. */
export interface Sequence {
  readonly number: number;
  readonly hint: number;
  readonly seedLow: number;
  readonly seedHigh: number;
  readonly records: RecordReader;
}

/** Which sequences to do. */
export interface SequenceChoice {
  /** A name in kinds.go. */
  readonly kind: string;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** How many operations a sequence has at most. */
  readonly operations: number;
  /** Whether the bytes come with the hashes. */
  readonly full?: boolean;
  /** Whether large maps are compared after every operation, too. */
  readonly every?: boolean;
}

/**
 * Builds the program for a version of Go, which takes a second when Go has it in its cache.
 *
 * @param experiment a GOEXPERIMENT to build it with
 */
export function buildMapModel(version: GoVersion, experiment?: string): string {
  const folder = path.join(cacheHome, "map-model");
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, `map-model-${version}${experiment ?? ""}`);
  const minor = Number(version.split(".")[1]);
  const flags = minor >= 23 ? ["-ldflags=-checklinkname=0"] : [];
  execFileSync(goCommand(version), ["build", ...flags, "-o", program, "."], {
    cwd: programFolder("map-model"),
    env: goEnvironment({ GOEXPERIMENT: experiment }),
    stdio: "pipe",
  });
  return program;
}

/** Starts the program. */
export function startMapModel(program: string, choice: SequenceChoice): ChildProcess {
  const { kind, seed, first, count, operations: most, full = false, every = false } = choice;
  const numbers = [seed, first, count, most].map(String);
  return spawn(program, [kind, ...numbers, ...(every ? ["every"] : []), ...(full ? ["full"] : [])], {
    env: goEnvironment({ GODEBUG: "cpu.aes=off" }),
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Reads the stream of a started program: its header first, then its sequences. */
export async function* readStream(child: ChildProcess): AsyncGenerator<StreamHeader | Sequence> {
  const { stdout } = child;
  if (stdout === null) {
    throw new Error("the program has no standard output");
  }
  let pending = Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  /** How many bytes there must be before it is worth looking at them. */
  let wanted = 1;
  let header: StreamHeader | undefined;
  const exit = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  for await (const chunk of stdout) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (pending.length + size < wanted) {
      continue;
    }
    pending = Buffer.concat([pending, ...chunks.splice(0)]);
    size = 0;
    if (header === undefined) {
      const read = readHeader(pending);
      if (read === undefined) {
        continue;
      }
      header = read.header;
      pending = pending.subarray(read.length);
      yield header;
    }
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
      const end = 4 + pending.readUInt32LE(0);
      yield readSequence(pending.subarray(4, end));
      pending = pending.subarray(end);
    }
    wanted = pending.length < 4 ? 4 : 4 + pending.readUInt32LE(0);
  }
  const status = await exit;
  if (status !== 0 || pending.length + size > 0 || header === undefined) {
    throw new Error(`map-model ended with status ${status} and ${pending.length + size} bytes left over`);
  }
}

function readHeader(bytes: Buffer): { header: StreamHeader; length: number } | undefined {
  const fixed = 8 + 12 + 32;
  if (bytes.length < fixed + 4) {
    return undefined;
  }
  if (bytes.toString("latin1", 0, 8) !== "MAPMODEL") {
    throw new Error("not a stream of map-model");
  }
  const arenaEnd = fixed + 4 + bytes.readUInt32LE(fixed);
  if (bytes.length < arenaEnd + 4) {
    return undefined;
  }
  const keyCount = bytes.readUInt32LE(arenaEnd);
  const keySize = bytes.readUInt32LE(12);
  const end = arenaEnd + 4 + keyCount * keySize;
  if (bytes.length < end) {
    return undefined;
  }
  const header = {
    minor: bytes.readUInt32LE(8),
    keySize,
    elemSize: bytes.readUInt32LE(16),
    hashKey: Array.from({ length: 8 }, (_, half) => bytes.readInt32LE(20 + 4 * half)),
    arena: Uint8Array.from(bytes.subarray(fixed + 4, arenaEnd)),
    keyCount,
    keys: Uint8Array.from(bytes.subarray(arenaEnd + 4, end)),
  };
  return { header, length: end };
}

function readSequence(bytes: Buffer): Sequence {
  return {
    number: bytes.readUInt32LE(0),
    hint: bytes.readUInt32LE(4),
    seedLow: bytes.readInt32LE(8),
    seedHigh: bytes.readInt32LE(12),
    records: new RecordReader(bytes.subarray(16)),
  };
}

/** Goes through the records of a sequence; the fields are those of the record that it stands on. */
export class RecordReader {
  operation = 0;
  key = 0;
  value = 0;
  found = false;
  result = 0;
  /** Low and high halves. */
  random: number[] = [];
  hasHash = false;
  hashA = 0;
  hashB = 0;
  /** Undefined unless the stream is a full one. */
  bytes: Uint8Array | undefined;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes on to the next record. */
  next(full: boolean): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at >= bytes.length) {
      return false;
    }
    this.operation = bytes.readUInt8(at);
    this.key = bytes.readUInt32LE(at + 1);
    this.value = bytes.readUInt32LE(at + 5);
    this.found = bytes.readUInt8(at + 9) !== 0;
    this.result = bytes.readUInt32LE(at + 10);
    const count = bytes.readUInt32LE(at + 14);
    at += 18;
    this.random = [];
    for (let index = 0; index < 2 * count; index++, at += 4) {
      this.random.push(bytes.readInt32LE(at));
    }
    this.hasHash = bytes.readUInt8(at++) !== 0;
    this.bytes = undefined;
    if (this.hasHash) {
      this.hashA = bytes.readUInt32LE(at);
      this.hashB = bytes.readUInt32LE(at + 4);
      at += 8;
      if (full) {
        const length = bytes.readUInt32LE(at);
        this.bytes = bytes.subarray(at + 4, at + 4 + length);
        at += 4 + length;
      }
    }
    this.#at = at;
    return true;
  }
}
