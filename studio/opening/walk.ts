/** Goes through folders that were dropped. */
import { isSourceFolder } from "../../src/evidence/source/workspace/source-names.js";
import { many } from "../../src/report/text/table.js";
import { type Given, isSource, placedFiles, type PlacedFile, sortGiven } from "./dropped.js";
import { mayBeEvidence } from "./names.js";

/** So many files of folders are taken, and so many entries looked at. */
const mostFiles = 60_000;
const mostEntries = 400_000;
/** So many files are asked for at once. */
const together = 256;

/** What is heard while it goes on. */
export interface Walking {
  /** Called now and then with how many entries were looked at. */
  readonly progress: (folder: string, entries: number) => void;
  /** Whether it is to end. */
  readonly isOver: () => boolean;
}

/** What was dropped, with what is in folders. To be called at once in the event: what is dropped is gone afterwards. */
export async function givenByDrop(transfer: DataTransfer, walking: Walking): Promise<Given> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  if (entries.length === 0) {
    return sortGiven(placedFiles(transfer.files));
  }
  const walk = new Walk(walking);
  for (const entry of entries) {
    walk.add(entry, entry.name);
  }
  return walk.through();
}

/** A folder that is to be gone into. */
interface Ahead {
  readonly folder: FileSystemDirectoryEntry;
  readonly path: string;
}

/** Goes through folders level by level, so that what lies deep is left out first. */
class Walk {
  readonly #found: PlacedFile[] = [];
  readonly #folders: string[] = [];
  /** Folders and files that the system does not give, by the folder that was given. */
  readonly #unreadable = new Map<string, number>();
  readonly #queue: Ahead[] = [];
  #waiting: { readonly entry: FileSystemFileEntry; readonly path: string }[] = [];
  #entries = 0;
  #isTooMuch = false;

  constructor(private readonly walking: Walking) {}

  /** Takes something that was dropped. */
  add(entry: FileSystemEntry, path: string): void {
    if (isFolderEntry(entry)) {
      this.#folders.push(path);
      this.#queue.push({ folder: entry, path });
    } else if (isFileEntry(entry)) {
      this.#waiting.push({ entry, path });
    }
  }

  /** All of it. */
  async through(): Promise<Given> {
    await this.#takeFiles();
    for (
      let next = this.#queue.shift();
      next !== undefined && !this.#isTooMuch && !this.walking.isOver();
      next = this.#queue.shift()
    ) {
      await this.#into(next);
    }
    await this.#takeFiles();
    return {
      ...sortGiven(this.#found.toSorted(inOrder), this.#folders),
      left: [...this.#unreadableText(), ...(this.#isTooMuch ? [tooMuch(this.#folders)] : [])],
    };
  }

  async #into({ folder, path }: Ahead): Promise<void> {
    const reader = folder.createReader();
    for (;;) {
      let some: readonly FileSystemEntry[];
      try {
        some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      } catch {
        // The system's reason is not told to a page.
        this.#countUnreadable(path);
        return;
      }
      if (some.length === 0 || this.walking.isOver()) {
        return;
      }
      this.#entries += some.length;
      this.walking.progress(topOf(path), this.#entries);
      this.#take(some, path);
      if (this.#waiting.length >= together) {
        await this.#takeFiles();
      }
      if (this.#entries >= mostEntries || this.#found.length >= mostFiles) {
        this.#isTooMuch = true;
        return;
      }
    }
  }

  #take(entries: readonly FileSystemEntry[], path: string): void {
    for (const entry of entries) {
      const at = `${path}/${entry.name}`;
      if (isFolderEntry(entry)) {
        if (isSourceFolder(entry.name)) {
          this.#queue.push({ folder: entry, path: at });
        }
      } else if (isFileEntry(entry) && (isSource(at) || mayBeEvidence(entry.name))) {
        this.#waiting.push({ entry, path: at });
      }
    }
  }

  async #takeFiles(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length && !this.walking.isOver(); at += together) {
      const files = await Promise.all(
        waiting
          .slice(at, at + together)
          .map(async ({ entry, path }) => ({ path, file: await fileOf(entry) })),
      );
      for (const { path, file } of files) {
        if (file === undefined) {
          this.#countUnreadable(path);
        } else {
          this.#found.push({ path, file });
        }
      }
    }
  }

  #countUnreadable(path: string): void {
    const top = topOf(path);
    this.#unreadable.set(top, (this.#unreadable.get(top) ?? 0) + 1);
  }

  #unreadableText(): Given["left"] {
    return [...this.#unreadable].map(([name, count]) => ({
      name,
      sentence: this.#folders.includes(name)
        ? `${many(count, "entry", "entries")} in it could not be read`
        : "could not be read",
      wayOut: "see that you may read it",
    }));
  }
}

function tooMuch(folders: readonly string[]): Given["left"][number] {
  return {
    name: folders.join(", "),
    sentence: "holds more than can be looked through: what lies deepest was left out",
    wayOut: "drop the folder of the program's module, or the files themselves",
  };
}

/** What was dropped itself stays in its order and comes first; then what lies less deep, by name: the system gives it in any order. */
function inOrder({ path: one }: PlacedFile, { path: other }: PlacedFile): number {
  const depth = depthOf(one) - depthOf(other);
  return depth !== 0 || depthOf(one) === 0 ? depth : one < other ? -1 : Number(one > other);
}

function depthOf(path: string): number {
  return path.split("/").length - 1;
}

function topOf(path: string): string {
  const slash = path.indexOf("/");
  return slash === -1 ? path : path.slice(0, slash);
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** The file; undefined where the system does not give it. */
async function fileOf(entry: FileSystemFileEntry): Promise<File | undefined> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(undefined)));
}
