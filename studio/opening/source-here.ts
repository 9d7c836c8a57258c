/** Go source that was given to the page: read, and matched to a text. */
import type { CrashReport } from "../../src/evidence/crashtext/crash-text.js";
import { isOfTree } from "../../src/evidence/source/workspace/source-names.js";
import { parseGoMod } from "../../src/evidence/source/workspace/go-mod.js";
import { fittingSource, type SourceFiles } from "../../src/document/opening/fitting-source.js";
import { framesOf } from "../../src/document/opening/source-target.js";
import type { HeldSource } from "./calls.js";

/** So much source is read, in bytes. */
const mostBytes = 256 * 1024 * 1024;

/** Source that was read. */
export class SourceHere {
  readonly #files: SourceFiles;

  private constructor(
    /** The folder's name: all that the page knows of where the source is. Empty for files without one. */
    readonly root: string,
    /** By path relative to the root. */
    readonly texts: ReadonlyMap<string, string>,
  ) {
    this.#files = filesIn(root, texts);
  }

  /** Reads the files that matter. */
  static async read({ folder, files }: HeldSource): Promise<SourceHere> {
    const texts = new Map<string, string>();
    let bytes = 0;
    for (const { path, blob } of files) {
      if (isOfTree(path) && bytes + blob.size <= mostBytes) {
        bytes += blob.size;
        texts.set(path, await blob.text());
      }
    }
    return new SourceHere(folder, texts);
  }

  /**
   * The part that reports fit to, and all where none fits better: it was given for them.
   *
   * @returns its folder, and its files by their paths relative to that
   */
  partFor(reports: readonly CrashReport[]): {
    readonly root: string;
    readonly files: ReadonlyMap<string, string>;
  } {
    const root = fittingSource(this.root, reports.flatMap(framesOf), this.#files) ?? this.root;
    const part = [...this.texts].flatMap(([path, text]) => {
      const below = belowOf(this.#absolute(path), root);
      return below === undefined ? [] : [[below, text] as const];
    });
    return { root, files: new Map(part) };
  }

  /**
   * The text of a file as a case names it: by its path here, by its module's path, or as it lay where it was built, if the end of
   * that path is the path here and no other.
   */
  readonly readSource = (file: string): string | undefined => {
    if (!file.endsWith(".go")) {
      return undefined;
    }
    const below = belowOf(file, this.root);
    const known = below === undefined ? this.texts.get(file) : this.texts.get(below);
    return known ?? this.#ofModule(file) ?? this.#ofSameEnd(file);
  };

  #absolute(path: string): string {
    return this.root === "" ? path : `${this.root}/${path}`;
  }

  #ofModule(file: string): string | undefined {
    for (const [path, text] of this.texts) {
      if (path === "go.mod" || path.endsWith("/go.mod")) {
        const { module } = parseGoMod(text);
        const folder = path.slice(0, -"go.mod".length);
        if (module !== null && file.startsWith(`${module}/`)) {
          return this.texts.get(`${folder}${file.slice(module.length + 1)}`);
        }
      }
    }
    return undefined;
  }

  /** What is asked for ends as one file here does from its module's folder on; of several that fit none is. */
  #ofSameEnd(file: string): string | undefined {
    const found = [...this.texts.keys()].filter((path) => {
      const end = this.#fromModule(path);
      return end.includes("/") && file.endsWith(`/${end}`);
    });
    const [only] = found;
    return found.length === 1 && only !== undefined ? this.texts.get(only) : undefined;
  }

  /** A path from its module's folder on, that folder's name included; without a go.mod above it the whole path. */
  #fromModule(path: string): string {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      if (this.texts.has(`${path.slice(0, at)}/go.mod`)) {
        return path.slice(path.lastIndexOf("/", at - 1) + 1);
      }
    }
    return this.#absolute(path);
  }
}

/** A path relative to a folder; undefined when it does not lie below it. */
function belowOf(path: string, folder: string): string | undefined {
  if (folder === "") {
    return path;
  }
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

function filesIn(root: string, texts: ReadonlyMap<string, string>): SourceFiles {
  const folders = new Map<string, Map<string, boolean>>();
  for (const path of texts.keys()) {
    const parts = path.split("/");
    for (let at = 0; at < parts.length; at++) {
      const folder = parts.slice(0, at).join("/");
      const entries = folders.get(folder) ?? new Map<string, boolean>();
      entries.set(parts[at] ?? "", at < parts.length - 1);
      folders.set(folder, entries);
    }
  }
  const textOf = (file: string): string | undefined => {
    const below = belowOf(file, root);
    return below === undefined ? undefined : texts.get(below);
  };
  return {
    isFile: (file) => textOf(file) !== undefined,
    text: textOf,
    entries: (folder) =>
      [...(folders.get(folder === root ? "" : (belowOf(folder, root) ?? "-")) ?? [])].map(
        ([name, isFolder]) => ({ name, isFolder }),
      ),
    moduleAbove: (folder) => {
      for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
        const text = textOf(at === "" ? "go.mod" : `${at}/go.mod`);
        if (text !== undefined) {
          const { module } = parseGoMod(text);
          return module === null ? undefined : { modulePath: module, folder: at };
        }
        if (at === root || at === "") {
          return undefined;
        }
      }
    },
  };
}
