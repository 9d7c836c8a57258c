/** Finds the source that a crash text fits to, on disk: see document/opening/fitting-source.ts. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { systemErrorCode } from "../base/errors.js";
import { fittingSource, type NamedPlace, type SourceFiles } from "../document/opening/fitting-source.js";
import { moduleAbove } from "./module-above.js";

const largestSource = 8 * 1024 * 1024;

const onDisk: SourceFiles = {
  isFile,
  text: (file) => ((statOf(file)?.size ?? Infinity) > largestSource ? undefined : readFileSync(file, "utf8")),
  entries: (folder) =>
    entriesOf(folder).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })),
  moduleAbove,
};

/** The folder of the source that fits the frames best; undefined where none does. */
export function findSource(workingDirectory: string, frames: readonly NamedPlace[]): string | undefined {
  return fittingSource(workingDirectory, frames, onDisk);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    // A folder that may not be read holds no source for us.
    return [];
  }
}

function isFile(file: string): boolean {
  return statOf(file)?.isFile() ?? false;
}

function statOf(file: string): { readonly size: number; isFile(): boolean } | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    // Names that are too long, loops of links, folders without permission.
    return undefined;
  }
}
