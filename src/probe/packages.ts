/**
 * What the user named: Go packages, Go files, or a program that is built already; and in which directory the go command
 * has to run for them, so that the right go.mod counts.
 */
import { stat } from "node:fs/promises";
import path from "node:path";
import { MaptrapError, UsageError } from "../base/errors.js";

/** Packages for the go command. */
export interface PackageChoice {
  /** Where the go command runs. */
  readonly directory: string;
  /** Packages as the go command takes them, seen from that directory. */
  readonly patterns: readonly string[];
}

/** What `maptrap run` is to run. */
export type ProgramChoice =
  { readonly kind: "binary"; readonly file: string } | ({ readonly kind: "package" } & PackageChoice);

/**
 * Finds out what the user named for `maptrap run`.
 *
 * @param words one package, folder or binary, or several .go files
 * @param workingDirectory where the user is
 */
export async function chooseProgram(
  words: readonly string[],
  workingDirectory: string,
): Promise<ProgramChoice> {
  const first = words[0] ?? ".";
  if (words.length > 0 && words.every((word) => word.endsWith(".go"))) {
    return { kind: "package", ...(await chooseFiles(words, workingDirectory)) };
  }
  if (words.length > 1) {
    throw new UsageError(
      `one package or program is expected, not ${words.length}`,
      `arguments for the program come after --, for example: maptrap run ${first} -- ${words.slice(1).join(" ")}`,
    );
  }
  if ((await kindOf(path.resolve(workingDirectory, first))) === "file") {
    return { kind: "binary", file: path.resolve(workingDirectory, first) };
  }
  return { kind: "package", ...(await choosePackages([first], workingDirectory)) };
}

/**
 * Finds the directory for packages. Folders of another module than the user's are looked at from within that module.
 *
 * @param words import paths, folders, and either with `/...`; none stands for the folder the user is in
 */
export async function choosePackages(
  words: readonly string[],
  workingDirectory: string,
): Promise<PackageChoice> {
  const named = words.length === 0 ? ["."] : words;
  const folders: string[] = [];
  const patterns: string[] = [];
  for (const word of named) {
    const folder = await localFolder(word, workingDirectory);
    if (folder !== undefined) {
      folders.push(folder);
    }
    patterns.push(folder === undefined ? word : relativePattern(workingDirectory, folder, word));
  }
  const here = await moduleFolder(workingDirectory);
  const modules = new Set(await Promise.all(folders.map(moduleFolder)));
  const [other] = modules;
  if (folders.length < named.length || modules.size > 1 || other === here || other === undefined) {
    return { directory: workingDirectory, patterns };
  }
  return {
    directory: other,
    patterns: folders.map((folder, at) => relativePattern(other, folder, named[at] ?? "")),
  };
}

async function chooseFiles(words: readonly string[], workingDirectory: string): Promise<PackageChoice> {
  const files = words.map((word) => path.resolve(workingDirectory, word));
  for (const file of files) {
    if ((await kindOf(file)) !== "file") {
      throw new MaptrapError(`there is no file ${file}`, {
        wayOut: "name a package, a folder or .go files",
        exitStatus: 2,
      });
    }
  }
  const folder = path.dirname(files[0] ?? workingDirectory);
  if ((await moduleFolder(folder)) === (await moduleFolder(workingDirectory))) {
    return { directory: workingDirectory, patterns: files };
  }
  return { directory: folder, patterns: files };
}

/** The folder that a word names, without `/...`; undefined for an import path. */
async function localFolder(word: string, workingDirectory: string): Promise<string | undefined> {
  const bare = word.replace(/(^|\/)\.\.\.$/, "") || (word.startsWith("/") ? "/" : ".");
  const folder = path.resolve(workingDirectory, bare);
  if ((await kindOf(folder)) === "folder") {
    return folder;
  }
  if (/^\.{0,2}\//.test(word) && !word.includes("...")) {
    throw new MaptrapError(`there is no folder ${folder}`, {
      wayOut: "name a Go package, a folder or .go files",
      exitStatus: 2,
    });
  }
  return undefined;
}

/** A folder as the go command takes it: `.`, `./cmd/x`, `./...`. */
function relativePattern(from: string, folder: string, word: string): string {
  const relative = path.relative(from, folder).split(path.sep).join("/");
  const local =
    relative === "" ? "." : relative.startsWith("../") || relative === ".." ? relative : `./${relative}`;
  return word === "..." || word.endsWith("/...") ? `${local}/...` : local;
}

/** The nearest folder upwards that holds a go.mod. */
async function moduleFolder(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((await kindOf(path.join(at, "go.mod"))) === "file") {
      return at;
    }
    if (at === path.dirname(at)) {
      return undefined;
    }
  }
}

async function kindOf(file: string): Promise<"file" | "folder" | "none"> {
  try {
    const found = await stat(file);
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : "none";
  } catch {
    // Not there, or hidden from us: for what is asked that is the same.
    return "none";
  }
}
