/**
 * Finds the Go files below a root.
 *
 * Nothing outside the root is read: links to folders are not followed, as Go does it, and links to files only when their
 * target lies below the root.
 */
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { getHeapStatistics } from "node:v8";
import { noteOf } from "../notes.js";
import { maxFileSize } from "../parse/parse.js";
import { parseGoMod, parseGoWork } from "./go-mod.js";
import { isGoFile, isSourceFolder } from "./source-names.js";
import { type FoundFile, type FoundModule, type FoundTree, walkRank } from "./tree.js";

const maxFiles = 60_000;
// A byte of Go takes about 25 bytes when it is resolved (measured on the standard library's tree).
const memoryPerByte = 30;
const maxFolderDepth = 60;

/** The state of one walk. */
class Walk {
  readonly files: FoundFile[] = [];
  readonly modules: FoundModule[] = [];
  workFolders: string[] = [];
  readonly #maxBytes = getHeapStatistics().heap_size_limit / memoryPerByte;
  #bytes = 0;
  readonly #tooLarge: string[] = [];
  readonly #unreadable: string[] = [];
  #full = false;

  constructor(
    readonly root: string,
    readonly includeTests: boolean,
  ) {}

  async folder(folder: string, depth: number): Promise<void> {
    const entries = await readdir(join(this.root, folder), { withFileTypes: true }).catch(() => {
      this.#unreadable.push(folder === "" ? "." : folder);
      return [];
    });
    entries.sort((a, b) => (walkRank(a.name) < walkRank(b.name) ? -1 : 1));
    const inside = (name: string): string => (folder === "" ? name : `${folder}/${name}`);
    for (const entry of entries) {
      if (entry.isDirectory()) {
        continue;
      }
      const name = entry.name;
      if (name === "go.mod") {
        const text = await this.#read(inside(name));
        this.modules.push({ folder, mod: parseGoMod(text ?? "") });
      } else if (name === "go.work" && folder === "") {
        this.workFolders = parseGoWork((await this.#read(name)) ?? "");
      } else if (isGoFile(name, this.includeTests)) {
        await this.#goFile(inside(name));
      }
    }
    for (const entry of entries) {
      if (entry.isDirectory() && isSourceFolder(entry.name) && depth < maxFolderDepth && !this.#full) {
        await this.folder(inside(entry.name), depth + 1);
      }
    }
  }

  async #goFile(path: string): Promise<void> {
    if (this.files.length >= maxFiles || this.#bytes >= this.#maxBytes) {
      this.#full = true;
      return;
    }
    const text = await this.#read(path);
    if (text !== null) {
      this.#bytes += text.length;
      this.files.push({ path, text });
    }
  }

  async #read(path: string): Promise<string | null> {
    const full = join(this.root, path);
    try {
      const link = await lstat(full);
      if (link.isSymbolicLink() && !isBelow(this.root, await realpath(full))) {
        return null;
      }
      const info = await stat(full);
      if (!info.isFile()) {
        return null;
      }
      if (info.size > maxFileSize) {
        this.#tooLarge.push(path);
        return null;
      }
      const bytes = await readFile(full);
      if (bytes.length > maxFileSize) {
        this.#tooLarge.push(path);
        return null;
      }
      return bytes.toString("utf8");
    } catch {
      this.#unreadable.push(path);
      return null;
    }
  }

  notes(): string[] {
    const cut = `There are too many Go files: only the first ${this.files.length} were read.`;
    return [
      ...(this.#full ? [cut] : []),
      ...noteOf("Left out, as too large", this.#tooLarge),
      ...noteOf("Could not be read", this.#unreadable),
    ];
  }
}

function isBelow(root: string, path: string): boolean {
  const rest = relative(root, path);
  return rest !== "" && rest !== ".." && !rest.startsWith(`..${sep}`);
}

/**
 * Reads all Go files below a folder.
 *
 * @param root the folder
 * @param includeTests whether files that end in _test.go count
 */
export async function findFiles(root: string, includeTests: boolean): Promise<FoundTree> {
  const real = await realpath(root);
  const walk = new Walk(real, includeTests);
  await walk.folder("", 0);
  return {
    root: real,
    files: walk.files,
    modules: walk.modules,
    workFolders: walk.workFolders,
    notes: walk.notes(),
  };
}
