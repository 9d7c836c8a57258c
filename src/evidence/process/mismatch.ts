/**
 * Whether some memory is of the program that it is read with. Read with the wrong executable, everything in it would be
 * something else without looking wrong.
 */
import type { Address, Memory } from "../../golang/memory.js";
import { type BuildIds, buildIds } from "../binary/build-ids.js";
import type { Program } from "../binary/program.js";

/** Words of the module data that no one changes while the program runs: the tables' addresses and sizes, and the text's. */
const constantWords = 24;

/** PT_NOTE, and sizes of the ELF file header and of a program header. */
const noteSegment = 4;
const fileHeaderSize = 64;
const segmentSize = 56;
const maxSegments = 64;
const maxNotes = 1 << 16;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The notes of the executable as they are in memory: its first page is there in most cores, too. */
function buildIdsInMemory(program: Program, memory: Memory): BuildIds {
  const first = program.segments.find(({ fileOffset }) => fileOffset === 0);
  const base: Address = Number(first?.address ?? 0n) + program.bias;
  const header = first === undefined ? undefined : memory.read(base, fileHeaderSize);
  if (header?.[0] !== 0x7f || view(header).getUint16(54, true) !== segmentSize) {
    return { go: undefined, gnu: undefined };
  }
  const count = Math.min(view(header).getUint16(56, true), maxSegments);
  const table = memory.read(base + Number(view(header).getBigUint64(32, true)), count * segmentSize);
  const notes: Uint8Array[] = [];
  for (let at = 0; table !== undefined && at < table.length; at += segmentSize) {
    const words = view(table);
    const size = Number(words.getBigUint64(at + 32, true));
    if (words.getUint32(at, true) === noteSegment && size <= maxNotes) {
      const bytes = memory.read(Number(words.getBigUint64(at + 16, true)) + program.bias, size);
      notes.push(...(bytes === undefined ? [] : [bytes]));
    }
  }
  return buildIds(notes);
}

/** Half a sentence on two identifiers that differ; undefined when they are equal or one is not known. */
function differing(kind: string, file: string | undefined, memory: string | undefined): string | undefined {
  return file === undefined || memory === undefined || file === memory
    ? undefined
    : `its ${kind} is ${file}, that in memory is ${memory}`;
}

/** Whether the module data in memory is that of the file; undefined when it cannot be read. */
function sameModuleData(program: Program, memory: Memory): boolean | undefined {
  const expected = program.moduleWords;
  const address = program.variable("runtime.firstmoduledata");
  if (expected === undefined || address === undefined) {
    return undefined;
  }
  const bytes = memory.read(address, constantWords * 8);
  if (bytes === undefined) {
    return undefined;
  }
  const words = view(bytes);
  const bias = BigInt(program.bias);
  return Array.from({ length: constantWords }, (_, index) => {
    const [found, linked] = [words.getBigUint64(index * 8, true), expected[index] ?? 0n];
    // Some words are sizes, and some addresses that the loader has moved.
    return found === linked || found === linked + bias;
  }).every(Boolean);
}

/**
 * Compares a program with memory that should be of it.
 *
 * @returns undefined when it fits as far as can be told; otherwise half a sentence that says what differs
 */
export function programMismatch(program: Program, memory: Memory): string | undefined {
  const { go, gnu } = buildIdsInMemory(program, memory);
  const byId =
    differing("Go build id", program.buildIds.go, go) ?? differing("build id", program.buildIds.gnu, gnu);
  if (byId !== undefined) {
    return byId;
  }
  return sameModuleData(program, memory) === false
    ? "the runtime's tables are not where this executable has them"
    : undefined;
}
