/** What was dropped or picked, sorted into files to open and Go source. */
import { isOfTree, isSourceFolder } from "../../src/evidence/source/workspace/source-names.js";
import type { HeldFile, HeldSource } from "./calls.js";

/** What was given in one go. */
export interface Given {
  readonly files: readonly HeldFile[];
  readonly source: HeldSource | null;
  /** Folders in which there was neither. */
  readonly empty: readonly string[];
}

/** A file with its place: `shop/cache/cache.go`. */
export interface PlacedFile {
  readonly path: string;
  readonly file: File;
}

/** So many files of folders are looked at. */
const mostFiles = 60_000;

/** Event files in a folder are opened, as `maptrap read FOLDER` does. */
const eventFile = /\.maptrap$/;

/** Sorts files by what they are for. Source of several folders counts as one tree. */
export function sortGiven(placed: readonly PlacedFile[]): Given {
  const folders = [
    ...new Set(placed.flatMap(({ path }) => (path.includes("/") ? [path.split("/")[0] ?? ""] : []))),
  ];
  const source = placed.filter(({ path }) => isSource(path));
  const files = placed.filter(
    (one) => !isSource(one.path) && (!one.path.includes("/") || eventFile.test(one.path)),
  );
  // A folder that is alone is the root of what is in it.
  const [only] = folders;
  const root =
    folders.length === 1 && only !== undefined && source.every(({ path }) => path.startsWith(`${only}/`))
      ? only
      : "";
  const strip = root === "" ? 0 : root.length + 1;
  return {
    files: files.map(({ path, file }) => ({ name: path, blob: file })),
    source:
      source.length === 0
        ? null
        : { folder: root, files: source.map(({ path, file }) => ({ path: path.slice(strip), blob: file })) },
    empty: folders.filter(
      (folder) => ![...source, ...files].some(({ path }) => path.startsWith(`${folder}/`)),
    ),
  };
}

/** Go source, also as a single file. What is in a folder counts from that folder on. */
function isSource(path: string): boolean {
  const slash = path.indexOf("/");
  return isOfTree(slash === -1 ? path : path.slice(slash + 1));
}

/** Files of an `<input>`; one for folders gives their paths. */
export function placedFiles(files: Iterable<File>): PlacedFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * What was dropped, with what is in folders. To be called at once in the event: what is dropped is gone afterwards.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly PlacedFile[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  if (entries.length === 0) {
    return placedFiles(transfer.files);
  }
  const found: PlacedFile[] = [];
  const queue = entries.map((entry) => ({ entry, path: entry.name }));
  for (let next = queue.shift(); next !== undefined && found.length < mostFiles; next = queue.shift()) {
    const { entry, path } = next;
    if (isFileEntry(entry)) {
      found.push({ path, file: await fileOf(entry) });
    } else if (isFolderEntry(entry)) {
      for (const inner of await entriesOf(entry)) {
        if (
          inner.isFile
            ? isSource(`${path}/${inner.name}`) || eventFile.test(inner.name)
            : isSourceFolder(inner.name)
        ) {
          queue.push({ entry: inner, path: `${path}/${inner.name}` });
        }
      }
      if (
        !found.some((one) => one.path.startsWith(`${path}/`)) &&
        !queue.some((one) => one.path.startsWith(`${path}/`))
      ) {
        found.push({ path: `${path}/.`, file: new File([], ".") });
      }
    }
  }
  return found;
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) {
      return all;
    }
    all.push(...some);
  }
}
