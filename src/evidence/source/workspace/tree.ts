/** The Go files below a root, as they are parsed: read from disk (find-files.ts), or given. */
import { noteOf } from "../notes.js";
import { maxFileSize } from "../parse/parse.js";
import { isOfTree } from "./source-names.js";
import { type GoMod, parseGoMod, parseGoWork } from "./go-mod.js";

/** A Go file before it is parsed. */
export interface FoundFile {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A module below the root. */
export interface FoundModule {
  /** Relative to the root; "" for the root itself. */
  readonly folder: string;
  readonly mod: GoMod;
}

/** What lies below a root. */
export interface FoundTree {
  readonly root: string;
  /** Go files by folder, both in order. */
  readonly files: readonly FoundFile[];
  readonly modules: readonly FoundModule[];
  /** The folders that go.work names, relative to the root; empty without one. */
  readonly workFolders: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Makes a tree of files that are in memory; those that do not matter are left out.
 *
 * @param root what the folder is called
 * @param files by their paths relative to it, with slashes
 */
export function treeOf(root: string, files: ReadonlyMap<string, string>): FoundTree {
  const paths = [...files.keys()].filter(isOfTree).toSorted(inWalkOrder);
  const textOf = (path: string): string => files.get(path) ?? "";
  const go = paths.filter((path) => path.endsWith(".go"));
  const tooLarge = go.filter((path) => textOf(path).length > maxFileSize);
  return {
    root,
    files: go
      .filter((path) => textOf(path).length <= maxFileSize)
      .map((path) => ({ path, text: textOf(path) })),
    modules: paths
      .filter((path) => path === "go.mod" || path.endsWith("/go.mod"))
      .map((path) => ({
        folder: path.slice(0, Math.max(0, path.lastIndexOf("/"))),
        mod: parseGoMod(textOf(path)),
      })),
    workFolders: files.has("go.work") ? parseGoWork(textOf("go.work")) : [],
    notes: noteOf("Left out, as too large", tooLarge),
  };
}

/** A folder's own files first, then its folders by name, other people's code last: as a walk over a disk finds them. */
function inWalkOrder(one: string, other: string): number {
  const [a, b] = [one.split("/"), other.split("/")];
  for (let i = 0; ; i++) {
    const [left, right] = [a[i] ?? "", b[i] ?? ""];
    const [leftIsFile, rightIsFile] = [i >= a.length - 1, i >= b.length - 1];
    if (leftIsFile !== rightIsFile) {
      return leftIsFile ? -1 : 1;
    }
    if (left !== right) {
      return walkRank(left) < walkRank(right) ? -1 : 1;
    }
    if (leftIsFile) {
      return 0;
    }
  }
}

/** By what names are put in order: other people's code comes last, should there be too much of it all. */
export function walkRank(name: string): string {
  return `${name === "vendor" ? 1 : 0}${name}`;
}
