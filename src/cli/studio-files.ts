/** The files that `maptrap studio` was given: opened, kept open, and read through what was opened. */
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { CancelledError, systemErrorCode, UsageError } from "../base/errors.js";
import { ByteReader } from "../base/bytes.js";
import type { GivenFile } from "../document/surroundings.js";
import { copyEventFile } from "../evidence/ring/copy.js";
import { headerSize } from "../evidence/ring/format.js";
import { isEventFile, readableVersion } from "../evidence/ring/frame.js";
import { readHeader } from "../evidence/ring/header.js";
import { filesOf, UnreadableInputError } from "./input-files.js";
import { isProcessAlive } from "./watch-alive.js";
import { NotARegularFileError, ServedFile } from "./studio-server/served-file.js";

/** What the file from standard input is called. */
const inputName = "standard input";

/** A file that was changed so short a time ago may still be written, in milliseconds. */
const recently = 10_000;

/** Where files come from. */
export interface FilePlaces {
  /** A private folder, for what comes from standard input and for copies of files that are being written. */
  readonly folder: string;
  readonly input: NodeJS.ReadStream;
  /** Ends the reading of standard input. */
  readonly stop: AbortSignal;
}

/**
 * Opens what was named: files, folders with event files, "-" for standard input.
 *
 * @returns the files; they are to be closed by the caller
 * @throws UnreadableInputError, NotARegularFileError, UsageError
 */
export async function openFiles(names: readonly string[], places: FilePlaces): Promise<ServedFile[]> {
  if (names.filter((name) => name === "-").length > 1) {
    throw new UsageError("standard input can be read once only", 'write "-" once');
  }
  if (names.includes("-") && places.input.isTTY) {
    throw new UsageError(
      "no text was given on standard input",
      "name a file, or pipe a text into maptrap studio -",
    );
  }
  const opened: ServedFile[] = [];
  try {
    for (const name of names) {
      if (name === "-") {
        opened.push(await fromInput(places));
        continue;
      }
      for (const file of await filesOf(name)) {
        opened.push(await openOne(file, opened.length, places));
      }
    }
    return opened;
  } catch (error) {
    await Promise.all(opened.map(async (file) => file.close()));
    throw error;
  }
}

/** A stream cannot be asked for ranges: it goes into a file. */
async function fromInput({ folder, input, stop }: FilePlaces): Promise<ServedFile> {
  const file = path.join(folder, "input");
  try {
    await pipeline(input, createWriteStream(file, { flags: "wx", mode: 0o600 }), { signal: stop });
  } catch (error) {
    throw stop.aborted ? new CancelledError() : error;
  }
  return ServedFile.open(inputName, file);
}

async function openOne(name: string, number: number, { folder }: FilePlaces): Promise<ServedFile> {
  try {
    const opened = await ServedFile.open(name);
    if (!(await isBeingWritten(opened))) {
      return opened;
    }
    await opened.close();
    // What is read later has to fit to what is read now.
    const copy = path.join(folder, `copy-${number}`);
    await writeFile(copy, await copyEventFile(name), { flag: "wx", mode: 0o600 });
    return await ServedFile.open(name, copy);
  } catch (error) {
    const code = systemErrorCode(error);
    if (error instanceof NotARegularFileError || code === undefined) {
      throw error;
    }
    throw new UnreadableInputError(name, code === "ENOENT" ? "does not exist" : `cannot be read (${code})`);
  }
}

/** Whether it is a recording of a process that has not said that it ended. */
async function isBeingWritten(file: ServedFile): Promise<boolean> {
  const start = await file.read(0, headerSize);
  const reader = new ByteReader(start);
  const version =
    isEventFile(start) && start.length === headerSize ? readableVersion(reader.u32(8)) : undefined;
  if (version === undefined) {
    return false;
  }
  const { mode, state, processId } = readHeader(reader, version, []);
  // A process that was killed has not said so either; one in a container has another number here.
  const mayWrite = isProcessAlive(processId, undefined) || Date.now() - file.modified < recently;
  return mode !== "order" && state !== "exited" && mayWrite;
}

/** A file, as documents are made from it. */
export function givenFile(file: ServedFile, number: number): GivenFile {
  return {
    name: file.name,
    size: file.size,
    bytes: { kind: "served", url: `file/${number}`, size: file.size },
    read: (offset, length) => file.read(offset, length),
    readNow: (target, offset) => file.readNow(target, offset),
  };
}
