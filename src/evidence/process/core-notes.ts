/**
 * The notes of a core: the threads with their registers, the files that were mapped, how the process ended.
 *
 * ```text
 * NT_PRSTATUS, one for each thread:  12 u16 signal   32 i32 thread id   112 registers (27 words)
 * NT_PRPSINFO:                       24 i32 process id   40 name (16)   56 arguments (80)
 * NT_FILE:                           u64 count, page size; for each start, end, offset in pages; then the names
 * NT_AUXV:                           the auxiliary vector
 * ```
 *
 * Source: Linux's include/linux/elfcore.h, fs/binfmt_elf.c and arch/x86/include/asm/user_64.h.
 */
import { ByteReader } from "../../base/bytes.js";
import type { Registers, Thread } from "../../golang/runtime/goroutine.js";
import type { Note } from "../binary/build-ids.js";
import type { MappedFile } from "./auxiliary.js";

/** Types of notes. */
const threadStatus = 1;
const processInfo = 3;
const auxiliaryVector = 6;
const mappedFiles = 0x46494c45;

/** Order of the registers. */
const order =
  "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs".split(
    " ",
  );
const registersAt = 112;
const statusSize = registersAt + order.length * 8;

/** A core lists no more files than this. */
const maxFiles = 1 << 18;

/** What the notes say. */
export interface CoreNotes {
  /** The first one is that which brought the process down, where a signal did. */
  readonly threads: readonly Thread[];
  /** The signal that the first thread got; 0 for none. */
  readonly signal: number;
  /** Undefined when the core does not say. */
  readonly processId: number | undefined;
  /** The command, cut at 80 bytes by the kernel. */
  readonly command: string | undefined;
  readonly files: readonly MappedFile[];
  readonly auxiliaryVector: Uint8Array | undefined;
}

function registersIn(reader: ByteReader): Registers {
  const values = Object.fromEntries(order.map((name, index) => [name, reader.u64(registersAt + index * 8)]));
  const number = (name: string): number => Number(values[name] ?? 0n);
  const fsBase = values["fs_base"];
  return { rip: number("rip"), rsp: number("rsp"), rbp: number("rbp"), values, fsBase };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes).split("\0", 1)[0]?.trim() ?? "";
}

function parseFiles(content: Uint8Array): readonly MappedFile[] {
  const reader = new ByteReader(content);
  if (!reader.has(0, 16)) {
    return [];
  }
  const count = Number(reader.u64(0));
  const pageSize = Number(reader.u64(8));
  if (count > maxFiles || !reader.has(16, count * 24)) {
    return [];
  }
  const names = new TextDecoder("utf-8").decode(content.subarray(16 + count * 24)).split("\0");
  return Array.from({ length: count }, (_, index) => {
    const at = 16 + index * 24;
    const [start, end] = [Number(reader.u64(at)), Number(reader.u64(at + 8))];
    return { start, end, offset: Number(reader.u64(at + 16)) * pageSize, path: names[index] ?? "" };
  });
}

/**
 * Reads what is needed from the notes of a core; those that are not known or not whole are left out.
 *
 * @param notes in the order of the core
 */
export function parseCoreNotes(notes: Iterable<Note>): CoreNotes {
  const threads: Thread[] = [];
  let signal = 0;
  let files: readonly MappedFile[] = [];
  let info: ByteReader | undefined;
  let vector: Uint8Array | undefined;
  for (const { owner, type, content } of notes) {
    if (owner !== "CORE") {
      continue;
    }
    if (type === threadStatus && content.length >= statusSize) {
      const reader = new ByteReader(content);
      signal = threads.length === 0 ? reader.u16(12) : signal;
      threads.push({ id: reader.i32(32), registers: registersIn(reader) });
    } else if (type === processInfo && content.length >= 136) {
      info = new ByteReader(content);
    } else if (type === mappedFiles) {
      files = parseFiles(content);
    } else if (type === auxiliaryVector) {
      vector = content;
    }
  }
  return {
    threads,
    signal,
    processId: info?.i32(24),
    command: info === undefined ? undefined : text(info.bytes(56, 80)),
    files,
    auxiliaryVector: vector,
  };
}
