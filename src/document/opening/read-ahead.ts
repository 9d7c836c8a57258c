/** Reads the beginnings of many files ahead: asked for one after another, each costs a page a millisecond or more of waiting. */
import { lookedAt } from "../recognise.js";
import type { GivenFile } from "../surroundings.js";

/** So many files are read ahead. */
const ahead = 32;

/** Gives the files in their order, those that lay in folders with their beginnings in memory. */
export async function* readAhead(files: readonly GivenFile[]): AsyncGenerator<GivenFile> {
  const starts: (Promise<Uint8Array> | undefined)[] = [];
  for (const [index, file] of files.entries()) {
    for (let next = starts.length; next < files.length && next < index + ahead; next++) {
      starts.push(startOf(files[next]));
    }
    const start = starts[index];
    // What was read is let go with the file.
    starts[index] = undefined;
    yield start === undefined ? file : withStart(file, start);
  }
}

function startOf(file: GivenFile | undefined): Promise<Uint8Array> | undefined {
  if (file?.foundIn === undefined) {
    return undefined;
  }
  const start = file.read(0, Math.min(file.size, lookedAt));
  // Why it cannot be read is told to who asks for it.
  start.catch(() => undefined);
  return start;
}

function withStart(file: GivenFile, start: Promise<Uint8Array>): GivenFile {
  const end = Math.min(file.size, lookedAt);
  return {
    ...file,
    read: async (offset, length) =>
      offset < end && Math.min(offset + length, file.size) <= end
        ? (await start).slice(offset, offset + length)
        : file.read(offset, length),
  };
}
