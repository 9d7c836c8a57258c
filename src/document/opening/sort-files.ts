/** Sorts files that were given by what they are, and takes out what is packed in them. */
import { BinaryError } from "../../evidence/binary/errors.js";
import { Unpacker } from "../../evidence/crashtext/unpack.js";
import { ByteReader } from "../../base/bytes.js";
import { copyEventBytes } from "../../evidence/ring/copy-bytes.js";
import { type EventFile, headerSize } from "../../evidence/ring/format.js";
import { isEventFile, readableVersion } from "../../evidence/ring/frame.js";
import { readHeader } from "../../evidence/ring/header.js";
import { readEventFile, readLargeEventFile } from "../../evidence/ring/read.js";
import type { ReadInto } from "../../evidence/ring/words.js";
import { parseProgram } from "../../gomap/programs/parser.js";
import { ProgramSyntaxError } from "../../gomap/programs/syntax.js";
import { comparisonFormat } from "../../report/json/comparison.js";
import { cut } from "../../report/text/shown.js";
import { decodeText, type JsonKind, lookedAt, recognise } from "../recognise.js";
import type { GivenFile } from "../surroundings.js";
import {
  embeddedBytes,
  fileInMemory,
  GivenFileError,
  largestWhole,
  piecesOfFile,
  readWhole,
} from "./given-file.js";
import { type GivenExecutable, readExecutable } from "./symbols.js";

/** A file with what it is. */
export type SortedFile =
  | { readonly kind: "json"; readonly json: JsonKind; readonly file: GivenFile; readonly value: unknown }
  | { readonly kind: "large map"; readonly file: GivenFile }
  | { readonly kind: "event file"; readonly file: GivenFile }
  | { readonly kind: "executable"; readonly executable: GivenExecutable }
  | { readonly kind: "program"; readonly file: GivenFile; readonly text: string }
  | { readonly kind: "page"; readonly file: GivenFile }
  | { readonly kind: "text"; readonly file: GivenFile; readonly binary: boolean };

/** What can be opened, as a way out. */
export const whatCanBeOpened =
  "what can be opened: what a Go program printed when it died, case files and what else maptrap prints with --json, event files (*.maptrap), Go executables, pages made with --html";

/**
 * Tells what a file is, and reads those that are needed to tell.
 *
 * @throws MaptrapError when it cannot be opened, with what to do instead
 */
export async function sortFile(file: GivenFile, isUnpacked = false): Promise<SortedFile> {
  const found = await recognise(file);
  switch (found.kind) {
    case "case":
    case "document":
    case "trace":
    case "map":
    case "code":
    case "model":
      return { kind: "json", json: found.kind, file, value: found.value };
    case "unknown format":
      throw unknownFormat(file.name, found.format);
    case "broken JSON":
      throw new GivenFileError(
        `${file.name} begins as JSON of maptrap and ${found.endsEarly ? "ends early" : "is damaged"}`,
        { wayOut: "make it again, or copy it again as a whole" },
      );
    case "large map":
      return { kind: "large map", file };
    case "event file":
      return { kind: "event file", file };
    case "executable":
      return sortExecutable(file);
    case "core":
      throw new GivenFileError(`${file.name} is the memory of a program (a core)`, {
        wayOut: `maptrap gdb core PROGRAM ${file.name} --case stop.json shows who was on which map; open stop.json here`,
      });
    case "gzip":
      return isUnpacked ? { kind: "text", file, binary: true } : sortPacked(file);
    case "page":
      return { kind: "page", file };
    case "short text":
      return sortShortText(file);
    case "text":
    case "binary":
      return { kind: "text", file, binary: found.kind === "binary" };
    case "empty":
      throw new GivenFileError(`${file.name} is empty`, { wayOut: whatCanBeOpened });
    default:
      return found satisfies never;
  }
}

function unknownFormat(name: string, format: string): GivenFileError {
  return format === comparisonFormat
    ? new GivenFileError(`${name} is a comparison of maptrap compare, for which there is no view`, {
        wayOut:
          "maptrap compare prints it; what was found opens here from the case files of maptrap run and test",
      })
    : new GivenFileError(`${name} has a format that this maptrap does not read: ${cut(format, 60)}`, {
        wayOut: "open it with a newer maptrap",
      });
}

function sortExecutable(file: GivenFile): SortedFile {
  try {
    return { kind: "executable", executable: readExecutable(file) };
  } catch (error) {
    if (!(error instanceof BinaryError)) {
      throw error;
    }
    throw new GivenFileError(`${file.name} is an executable that cannot be read: ${error.what}`, {
      wayOut: "open the executable that the Go toolchain built; packed ones have to be unpacked before",
      cause: error,
    });
  }
}

/** A program of the model, or any other text. */
async function sortShortText(file: GivenFile): Promise<SortedFile> {
  const text = decodeText(await readWhole(file), true);
  try {
    const { goroutines } = parseProgram(text);
    if (goroutines.length > 0) {
      return { kind: "program", file, text };
    }
  } catch (error) {
    if (!(error instanceof ProgramSyntaxError)) {
      throw error;
    }
  }
  return { kind: "text", file, binary: false };
}

/** A packed text is read as it is, for the reader of texts unpacks by itself, and says so; what else is packed has to be taken out. */
async function sortPacked(file: GivenFile): Promise<SortedFile> {
  const start = await unpacked(file, lookedAt);
  const { kind } = await recognise(fileInMemory(file.name, start, file.bytes));
  const mayBeJson = /^\s*\{/.test(decodeText(start.subarray(0, 256), false));
  if (!mayBeJson && (kind === "text" || kind === "binary")) {
    return { kind: "text", file, binary: false };
  }
  const whole = await unpacked(file, largestWhole);
  const holdsBytes = kind === "event file" || kind === "executable";
  const where = holdsBytes ? embeddedBytes(await readWhole(file), whole.length) : file.bytes;
  const sorted = await sortFile(fileInMemory(file.name, whole, where), true);
  return sorted.kind === "text" ? { kind: "text", file, binary: false } : sorted;
}

/** The first bytes of what is packed in a file. */
async function unpacked(file: GivenFile, most: number): Promise<Uint8Array> {
  const unpacker = new Unpacker(largestWhole);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of unpacker.unpack(piecesOfFile(file))) {
    pieces.push(piece);
    length += piece.length;
    if (length >= most) {
      break;
    }
  }
  const whole = new Uint8Array(Math.min(length, most));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece.subarray(0, whole.length - at), at);
    at = Math.min(whole.length, at + piece.length);
  }
  return whole;
}

/** A larger recording is not read into memory: its events are read again when they are asked for. */
export const largestInMemory = 128 * 1024 * 1024;

/**
 * Reads an event file; of one with order events the part before these.
 *
 * @param progress told how far it is, where that takes long
 * @throws MaptrapError when it cannot be read
 */
export async function readGivenEventFile(
  file: GivenFile,
  progress: (share: number) => Promise<void> = async () => Promise.resolve(),
): Promise<EventFile> {
  if (file.size > largestInMemory && isRecording(file)) {
    const { name, size } = file;
    const read: ReadInto = (target, offset) => {
      if (file.readNow(target, offset) < target.length) {
        throw new GivenFileError(`${name} became shorter while it was read`);
      }
    };
    return readLargeEventFile({ name, size, read }, { turn: progress });
  }
  const bytes = await copyEventBytes(
    file.size,
    async (target, offset) => Promise.resolve(file.readNow(target, offset)),
    async () => readWhole(file),
  );
  return readEventFile(bytes, file.name);
}

/** Whether a file is of a recorder, as its first bytes tell. */
export function isRecording(file: GivenFile): boolean {
  const start = new Uint8Array(headerSize);
  const reader = new ByteReader(start);
  if (file.readNow(start, 0) < headerSize || !isEventFile(start)) {
    return false;
  }
  const version = readableVersion(reader.u32(8));
  return version !== undefined && readHeader(reader, version, []).mode === "record";
}
