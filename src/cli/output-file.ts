/**
 * Where a command writes a file that it was asked for: one place for all of them.
 *
 * A name is taken as a shell takes it behind `>`: what it links to is written, also where that is not there yet, and who may do what
 * with a file that is there stays. That it can be written is seen before work begins that may take long.
 */
import { constants } from "node:fs";
import { access, readlink, realpath, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { MaptrapError, systemErrorCode } from "../base/errors.js";

/** How a sentence names what is written, and the option that names the file. */
export interface OutputKind {
  /** As the beginning of a sentence: "the page". */
  readonly what: string;
  /** As it is written: "--html". */
  readonly option: string;
}

/** A file cannot be written where it was asked for. Exit status 2. */
export class OutputFileError extends MaptrapError {
  constructor(
    readonly file: string,
    { what, option }: OutputKind,
    reason: string,
    cause?: unknown,
  ) {
    super(`${what} cannot be written to ${file === "" ? '""' : file}: ${reason}`, {
      wayOut: `${option} names a file in a folder that can be written to`,
      exitStatus: 2,
      cause,
    });
  }
}

/** Where a file goes. */
export interface OutputTarget {
  /** Through links. */
  readonly file: string;
  /** Who may do what with the file that is there; undefined where none is. */
  readonly mode: number | undefined;
  /** Whether what is there is something else than a file, such as a pipe or a terminal. */
  readonly special: boolean;
}

/**
 * Finds what a name stands for, through links.
 *
 * @throws OutputFileError
 */
export async function outputTarget(
  name: string,
  workingDirectory: string,
  kind: OutputKind,
): Promise<OutputTarget> {
  if (name === "") {
    throw new OutputFileError(name, kind, "it has no name");
  }
  const file = path.resolve(workingDirectory, name);
  return orRefused(name, kind, async () => {
    const found = await stat(file).catch((error: unknown) => {
      if (systemErrorCode(error) === "ENOENT") {
        return undefined;
      }
      throw error;
    });
    if (found === undefined) {
      return { file: await throughLinks(file), mode: undefined, special: false };
    }
    if (found.isDirectory()) {
      throw new OutputFileError(name, kind, "it is a folder");
    }
    // What stands in /proc/self/fd has no other name.
    return found.isFile()
      ? { file: await realpath(file), mode: found.mode & 0o777, special: false }
      : { file, mode: undefined, special: true };
  });
}

/** What the system says against writing becomes a sentence. */
export async function orRefused<T>(name: string, kind: OutputKind, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemErrorCode(error);
    throw code === undefined ? error : new OutputFileError(name, kind, reasonOf(code), error);
  }
}

/** More links one after the other than Linux follows. */
const mostLinks = 40;

/** The file that a name stands for whose last link leads to nothing. */
async function throughLinks(name: string): Promise<string> {
  let file = name;
  for (let links = 0; links <= mostLinks; links++) {
    const folder = await realpath(path.dirname(file));
    const here = path.join(folder, path.basename(file));
    const target = await readlink(here).catch((error: unknown) => {
      // Nothing is there, or something that came meanwhile and is no link.
      if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "EINVAL") {
        return undefined;
      }
      throw error;
    });
    if (target === undefined) {
      return here;
    }
    file = path.resolve(folder, target);
  }
  throw Object.assign(new Error("too many links"), { code: "ELOOP" });
}

function reasonOf(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "its folder does not exist";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "its folder cannot be written to";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "ELOOP":
      return "its links lead in a circle";
    case "ENOSPC":
    case "EDQUOT":
      return "there is no room";
    default:
      return code;
  }
}

/** A file for a text, such as the case file. */
export class TextFile {
  private constructor(
    private readonly name: string,
    private readonly kind: OutputKind,
    private readonly target: OutputTarget,
  ) {}

  /**
   * Sees that the file can be written.
   *
   * @param name undefined where none was asked for
   * @throws OutputFileError
   */
  static async at(
    name: string | undefined,
    workingDirectory: string,
    kind: OutputKind,
  ): Promise<TextFile | undefined> {
    if (name === undefined) {
      return undefined;
    }
    const target = await outputTarget(name, workingDirectory, kind);
    const isThere = target.mode !== undefined || target.special;
    await orRefused(name, kind, () =>
      access(isThere ? target.file : path.dirname(target.file), constants.W_OK),
    );
    return new TextFile(name, kind, target);
  }

  /**
   * Writes the text, as a shell would: into the file that is there, or into a new one.
   *
   * @throws OutputFileError
   */
  async write(text: string): Promise<void> {
    await orRefused(this.name, this.kind, () => writeFile(this.target.file, text));
  }
}
