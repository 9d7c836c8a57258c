/** Files and folders that are named on the command line. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { MaptrapError, systemErrorCode } from "../base/errors.js";

/** Event files end so. */
export const eventFileExtension = ".maptrap";

/** A file that was named cannot be read, or holds nothing to read. Exit status 2. */
export class UnreadableInputError extends MaptrapError {
  constructor(
    readonly file: string,
    reason: string,
    wayOut?: string,
  ) {
    super(`${file} ${reason}`, { wayOut, exitStatus: 2 });
  }
}

/** The files that a name stands for: itself, or the event files in a folder. */
export async function filesOf(name: string): Promise<string[]> {
  const found = await orUnreadable(name, stat(name));
  if (!found.isDirectory()) {
    return [name];
  }
  const entries = await orUnreadable(name, readdir(name));
  const files = entries.filter((entry) => entry.endsWith(eventFileExtension)).toSorted();
  if (files.length === 0) {
    throw new UnreadableInputError(
      name,
      `holds no event files (*${eventFileExtension})`,
      "see that the program was built with the probe and ran with MAPTRAP=trap and MAPTRAP_DIR",
    );
  }
  return files.map((entry) => path.join(name, entry));
}

/** What the system says against reading a file becomes a sentence. */
export async function orUnreadable<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    throw new UnreadableInputError(file, code === "ENOENT" ? "does not exist" : `cannot be read (${code})`);
  }
}
