/** What was dropped or picked, sorted into files to open and Go source. */
import type { FoundIn } from "../../src/document/surroundings.js";
import { isOfTree } from "../../src/evidence/source/workspace/source-names.js";
import type { HeldFile, HeldSource } from "./calls.js";
import { mayBeEvidence } from "./names.js";

/** What was given in one go. */
export interface Given {
  readonly files: readonly HeldFile[];
  readonly source: HeldSource | null;
  /** Folders in which there was neither. */
  readonly empty: readonly string[];
  /** Folders of which something could not be looked at, or was too much: a sentence each. */
  readonly left: readonly { readonly name: string; readonly sentence: string; readonly wayOut: string }[];
}

/** A file with its place: `shop/cache/cache.go`. */
export interface PlacedFile {
  readonly path: string;
  readonly file: File;
}

/** Sorts files by what they are for. Source of several folders counts as one tree. */
export function sortGiven(placed: readonly PlacedFile[], folders = foldersOf(placed)): Given {
  const source = placed.filter(({ path }) => isSource(path));
  const files = placed.filter(
    ({ path }) =>
      !isSource(path) && (!path.includes("/") || mayBeEvidence(path.slice(path.indexOf("/") + 1))),
  );
  const withSource = new Set(foldersOf(source));
  const withFiles = new Set(foldersOf(files));
  // A folder that is alone is the root of what is in it.
  const [only] = folders;
  const root =
    folders.length === 1 && only !== undefined && source.every(({ path }) => path.startsWith(`${only}/`))
      ? only
      : "";
  const strip = root === "" ? 0 : root.length + 1;
  return {
    files: files.map(({ path, file }) => ({
      name: path,
      blob: file,
      foundIn: foundIn(path, withSource),
    })),
    source:
      source.length === 0
        ? null
        : { folder: root, files: source.map(({ path, file }) => ({ path: path.slice(strip), blob: file })) },
    empty: folders.filter((folder) => !withSource.has(folder) && !withFiles.has(folder)),
    left: [],
  };
}

function foundIn(path: string, withSource: ReadonlySet<string>): FoundIn | undefined {
  const slash = path.indexOf("/");
  const folder = path.slice(0, slash);
  return slash === -1 ? undefined : { folder, isSource: withSource.has(folder) };
}

/** The folders that were given, each once. */
function foldersOf(placed: readonly { readonly path: string }[]): readonly string[] {
  const first = placed.flatMap(({ path }) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : []));
  return [...new Set(first)];
}

/** Go source, also as a single file. What is in a folder counts from that folder on. */
export function isSource(path: string): boolean {
  const slash = path.indexOf("/");
  return isOfTree(slash === -1 ? path : path.slice(slash + 1));
}

/** Files of an `<input>`; one for folders gives their paths. */
export function placedFiles(files: Iterable<File>): PlacedFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}
