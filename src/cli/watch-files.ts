/** Which event files are watched: one that was named, or all that are in a folder or appear in it. */
import { readdirSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { systemErrorCode } from "../base/errors.js";
import { peekHeader } from "./watch-process.js";
import { findProcess } from "./watch-alive.js";
import { eventFileExtension, UnreadableInputError } from "./input-files.js";

/** A source of files to watch. */
export interface WatchedFiles {
  /** What was named. */
  readonly name: string;
  /** Whether there may be several. */
  readonly several: boolean;
  /** How many files wait because there was no room for them. */
  readonly waiting: number;
  /** Files that are to be opened now, and were not given before; or were given back. */
  next(room: number): readonly string[];
  /** A file that is not ready yet: it will be given again. */
  giveBack(file: string): void;
}

/** What was named: a file, or a folder. What is not there yet may become either. */
export class NamedFiles implements WatchedFiles {
  #folder: FolderFiles | undefined;
  #given = false;

  /**
   * @param all whether files of processes that have ended are wanted too, where it is a folder
   * @throws UnreadableInputError when it is there and can be neither
   */
  constructor(
    readonly name: string,
    { all }: { readonly all: boolean },
  ) {
    if (statOf(name)?.isDirectory() === true) {
      this.#folder = new FolderFiles(name, { all });
    }
  }

  get several(): boolean {
    return this.#folder !== undefined;
  }

  get waiting(): number {
    return this.#folder?.waiting ?? 0;
  }

  /** Files in the folder that are of no interest: those of processes that had ended before watching began. */
  get leftOut(): number {
    return this.#folder?.leftOut ?? 0;
  }

  next(room: number): readonly string[] {
    if (this.#folder !== undefined) {
      return this.#folder.next(room);
    }
    const found = this.#given ? undefined : statOf(this.name);
    if (found === undefined) {
      return [];
    }
    if (found.isDirectory()) {
      this.#folder = new FolderFiles(this.name, { all: true });
      return this.#folder.next(room);
    }
    if (!found.isFile()) {
      throw new UnreadableInputError(this.name, "is not a regular file");
    }
    this.#given = true;
    return [this.name];
  }

  giveBack(file: string): void {
    this.#given = false;
    this.#folder?.giveBack(file);
  }
}

function statOf(name: string): Stats | undefined {
  return orUnreadable(name, () => statSync(name, { throwIfNoEntry: false }));
}

/** What the system says against reading becomes a sentence. */
function orUnreadable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    throw new UnreadableInputError(name, `cannot be read (${code})`);
  }
}

/** Names that a folder may have at most to be looked through, so that a foreign one does not cost more and more. */
const mostNames = 100_000;

/** The files of a folder. */
class FolderFiles {
  /** Files that are of no interest: those of processes that had ended before watching began. */
  readonly leftOut: number;
  waiting = 0;
  readonly #known = new Set<string>();

  /**
   * @param all whether files of processes that have ended are wanted too
   * @throws UnreadableInputError when it cannot be read
   */
  constructor(
    readonly folder: string,
    { all }: { readonly all: boolean },
  ) {
    const ended = all ? [] : this.#names().filter((name) => hasEnded(path.join(folder, name)));
    for (const name of ended) {
      this.#known.add(name);
    }
    this.leftOut = ended.length;
  }

  next(room: number): readonly string[] {
    const names = this.#names();
    const there = new Set(names);
    for (const name of this.#known) {
      if (!there.has(name)) {
        this.#known.delete(name);
      }
    }
    const fresh = names.filter((name) => !this.#known.has(name));
    const given = fresh.slice(0, room);
    this.waiting = fresh.length - given.length;
    for (const name of given) {
      this.#known.add(name);
    }
    return given.map((name) => path.join(this.folder, name));
  }

  giveBack(file: string): void {
    this.#known.delete(path.basename(file));
  }

  #names(): string[] {
    return orUnreadable(this.folder, () => readdirSync(this.folder, { withFileTypes: true }))
      .slice(0, mostNames)
      .filter((entry) => entry.isFile() && entry.name.endsWith(eventFileExtension))
      .map(({ name }) => name)
      .toSorted();
  }
}

/** Whether a file belongs to a process that is gone. One that cannot be read is no such file; opening it says why. */
function hasEnded(file: string): boolean {
  try {
    const header = peekHeader(file);
    return (
      header !== undefined &&
      (header.state === "exited" || findProcess(header.processId, header) === undefined)
    );
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    return false;
  }
}
