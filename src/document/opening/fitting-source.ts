/**
 * Finds the source that a crash text fits to: the module below a folder, or the one that it lies in, that has the files which the
 * text's frames name.
 *
 * Paths of the text are never opened. What is asked for are files below the folders that were found here, by names that
 * are plain path elements.
 */
import path from "node:path";
import { packageOf } from "../../analysis/origin.js";
import type { CaseFrame } from "../../case/case.js";

/** A module whose source lies in a folder. */
export interface ModulePlace {
  readonly modulePath: string;
  readonly folder: string;
}

/** A frame, as far as it tells which source it is of. */
export type NamedPlace = Pick<CaseFrame, "function" | "file">;

/** Files that are looked through: on a disk, or those that were given. */
export interface SourceFiles {
  readonly isFile: (file: string) => boolean;
  /** The text of a source file; undefined where it is too large to be one. */
  readonly text: (file: string) => string | undefined;
  readonly entries: (folder: string) => readonly { readonly name: string; readonly isFolder: boolean }[];
  /** The module of the nearest go.mod in a folder or above it. */
  readonly moduleAbove: (folder: string) => ModulePlace | undefined;
}

/** How deep below the working directory modules are looked for. */
const maxDepth = 6;
const maxFolders = 20_000;
const maxModules = 500;
/** How many frames are looked up. */
const maxFrames = 200;

/** The folder of the source that fits the frames best; undefined where none does. */
export function fittingSource(
  workingDirectory: string,
  frames: readonly NamedPlace[],
  files: SourceFiles,
): string | undefined {
  const asked = frames.slice(0, maxFrames);
  const above = files.moduleAbove(workingDirectory);
  const modules = [...(above === undefined ? [] : [above]), ...modulesBelow(workingDirectory, files)];
  const distinct = [...new Map(modules.map((place) => [place.folder, place])).values()];
  const fitting = distinct
    .map((place) => ({ place, fit: fitOf(place, asked, files) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((one, other) => other.fit - one.fit || one.place.folder.length - other.place.folder.length);
  const [best, second] = fitting;
  if (best === undefined) {
    return treeFits(workingDirectory, asked, files) ? workingDirectory : undefined;
  }
  // Several modules of one workspace belong together.
  return second !== undefined && files.isFile(path.join(workingDirectory, "go.work"))
    ? workingDirectory
    : best.place.folder;
}

/** How many frames are in files that a module has. */
function fitOf(place: ModulePlace, frames: readonly NamedPlace[], files: SourceFiles): number {
  return frames.filter((frame) => hasFrame(place, frame, files)).length;
}

function hasFrame(
  { modulePath, folder }: ModulePlace,
  { function: name, file }: NamedPlace,
  files: SourceFiles,
): boolean {
  const parts = plainParts(file);
  const base = parts.at(-1);
  if (base === undefined) {
    return false;
  }
  const packagePath = packageOf(name);
  if (packagePath === modulePath || packagePath.startsWith(`${modulePath}/`)) {
    const below = packagePath.slice(modulePath.length).split("/").filter(isPlain);
    return files.isFile(path.join(folder, ...below, base));
  }
  // Package main and tests: the end of the path tells, and for a file at the module's root only its declarations can.
  return packagePath === "main" && hasEnd(folder, parts, name, files);
}

/** Whether a folder has a file whose path ends as this one does. */
function hasEnd(folder: string, parts: readonly string[], name: string, files: SourceFiles): boolean {
  const lengths = Array.from({ length: Math.min(parts.length, 12) }, (_, index) => index + 1).toReversed();
  const found = lengths.find((length) => files.isFile(path.join(folder, ...parts.slice(-length))));
  return found !== undefined && declares(files.text(path.join(folder, ...parts.slice(-found))), name);
}

/** Whether the text of a file declares the function or method that a name of package main stands for. */
function declares(text: string | undefined, name: string): boolean {
  if (text === undefined) {
    return false;
  }
  const words = name
    .replace(/\[[^\]]*\]/g, "")
    .split(/[.()*]+/)
    .slice(1);
  // Function literals of package variables belong to no declared function.
  if (words.includes("glob") || words.includes("init")) {
    return true;
  }
  return words.some((word) => word !== "" && (text.includes(` ${word}(`) || text.includes(` ${word}[`)));
}

/** Trees without go.mod: two elements of a path in common are enough. */
function treeFits(folder: string, frames: readonly NamedPlace[], files: SourceFiles): boolean {
  return frames.some(({ file }) => {
    const parts = plainParts(file);
    return Array.from({ length: Math.max(0, Math.min(parts.length, 12) - 1) }, (_, index) => index + 2).some(
      (length) => files.isFile(path.join(folder, ...parts.slice(-length))),
    );
  });
}

/** A path's elements; none when it could lead somewhere else. */
function plainParts(file: string | null): string[] {
  const parts = (file ?? "")
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "");
  return parts.every(isPlain) ? parts : [];
}

function isPlain(part: string): boolean {
  return part !== "" && part !== "." && part !== ".." && !/[\0/\\]/.test(part);
}

/** The modules in a folder and below it. */
function modulesBelow(folder: string, files: SourceFiles): ModulePlace[] {
  const found: ModulePlace[] = [];
  const queue = [{ at: folder, depth: 0 }];
  for (
    let looked = 0;
    looked < queue.length && looked < maxFolders && found.length < maxModules;
    looked += 1
  ) {
    const next = queue[looked];
    if (next === undefined) {
      break;
    }
    const entries = files.entries(next.at);
    if (entries.some((entry) => entry.name === "go.mod" && !entry.isFolder)) {
      const place = files.moduleAbove(next.at);
      found.push(...(place?.folder === next.at ? [place] : []));
    }
    if (next.depth < maxDepth) {
      queue.push(
        ...entries
          .filter((entry) => entry.isFolder && !/^(?:[._].*|node_modules|vendor|testdata)$/.test(entry.name))
          .map((entry) => ({ at: path.join(next.at, entry.name), depth: next.depth + 1 })),
      );
    }
  }
  return found;
}
