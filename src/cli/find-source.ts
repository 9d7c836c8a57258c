/**
 * Finds the source that a crash text fits to: the module below the working directory, or the one that it lies in, that has
 * the files which the text's frames name.
 *
 * Paths of the text are never opened. What is asked for are files below the folders that were found here, by names that
 * are plain path elements.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { CaseFrame } from "../case/case.js";
import { systemErrorCode } from "../base/errors.js";
import { packageOf } from "../analysis/origin.js";
import { moduleAbove } from "./module-above.js";
import type { ModulePlace } from "./source-reader.js";

/** How deep below the working directory modules are looked for. */
const maxDepth = 6;
const maxFolders = 20_000;
const maxModules = 500;
/** How many frames are looked up. */
const maxFrames = 200;

/** The folder of the source that fits the frames best; undefined where none does. */
export function findSource(
  workingDirectory: string,
  frames: readonly Pick<CaseFrame, "function" | "file">[],
): string | undefined {
  const asked = frames.slice(0, maxFrames);
  const above = moduleAbove(workingDirectory);
  const modules = [...(above === undefined ? [] : [above]), ...modulesBelow(workingDirectory)];
  const distinct = [...new Map(modules.map((place) => [place.folder, place])).values()];
  const fitting = distinct
    .map((place) => ({ place, fit: fitOf(place, asked) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((one, other) => other.fit - one.fit || one.place.folder.length - other.place.folder.length);
  const [best, second] = fitting;
  if (best === undefined) {
    return treeFits(workingDirectory, asked) ? workingDirectory : undefined;
  }
  // Several modules of one workspace belong together.
  return second !== undefined && isFile(path.join(workingDirectory, "go.work"))
    ? workingDirectory
    : best.place.folder;
}

/** How many frames are in files that a module has. */
function fitOf(place: ModulePlace, frames: readonly Pick<CaseFrame, "function" | "file">[]): number {
  return frames.filter((frame) => hasFrame(place, frame)).length;
}

function hasFrame(
  { modulePath, folder }: ModulePlace,
  { function: name, file }: Pick<CaseFrame, "function" | "file">,
): boolean {
  const parts = plainParts(file);
  const base = parts.at(-1);
  if (base === undefined) {
    return false;
  }
  const packagePath = packageOf(name);
  if (packagePath === modulePath || packagePath.startsWith(`${modulePath}/`)) {
    const below = packagePath.slice(modulePath.length).split("/").filter(isPlain);
    return isFile(path.join(folder, ...below, base));
  }
  // Package main and tests: the end of the path tells, and for a file at the module's root only its declarations can.
  return packagePath === "main" && hasEnd(folder, parts, name);
}

/** Whether a folder has a file whose path ends as this one does. */
function hasEnd(folder: string, parts: readonly string[], name: string): boolean {
  const lengths = Array.from({ length: Math.min(parts.length, 12) }, (_, index) => index + 1).toReversed();
  const found = lengths.find((length) => isFile(path.join(folder, ...parts.slice(-length))));
  return found !== undefined && declares(path.join(folder, ...parts.slice(-found)), name);
}

const largestSource = 8 * 1024 * 1024;

/** Whether a file declares the function or method that a name of package main stands for. */
function declares(file: string, name: string): boolean {
  if ((statOf(file)?.size ?? Infinity) > largestSource) {
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
  const text = readFileSync(file, "utf8");
  return words.some((word) => word !== "" && (text.includes(` ${word}(`) || text.includes(` ${word}[`)));
}

/** Trees without go.mod: two elements of a path in common are enough. */
function treeFits(folder: string, frames: readonly Pick<CaseFrame, "function" | "file">[]): boolean {
  return frames.some(({ file }) => {
    const parts = plainParts(file);
    return Array.from({ length: Math.max(0, Math.min(parts.length, 12) - 1) }, (_, index) => index + 2).some(
      (length) => isFile(path.join(folder, ...parts.slice(-length))),
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
function modulesBelow(folder: string): ModulePlace[] {
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
    const entries = entriesOf(next.at);
    if (entries.some((entry) => entry.name === "go.mod" && entry.isFile())) {
      const place = moduleAbove(next.at);
      found.push(...(place?.folder === next.at ? [place] : []));
    }
    if (next.depth < maxDepth) {
      queue.push(
        ...entries
          .filter(
            (entry) => entry.isDirectory() && !/^(?:[._].*|node_modules|vendor|testdata)$/.test(entry.name),
          )
          .map((entry) => ({ at: path.join(next.at, entry.name), depth: next.depth + 1 })),
      );
    }
  }
  return found;
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
