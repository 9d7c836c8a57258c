/**
 * Makes the overlay: edited copies of the runtime's files with the probe's own code, in a cache folder, and the JSON file that `go build -overlay` reads. GOROOT is only read.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MaptrapError, systemErrorCode } from "../../base/errors.js";
import { changesFor } from "./hooks.js";
import { piecesFor, pieceBody } from "./pieces.js";
import { mergeChanges } from "./merge.js";
import { orderChanges } from "./order/changes.js";
import { noOrderPieces, orderPieces } from "./order/pieces.js";
import { AnchorError } from "./anchors.js";
import { editFile } from "./edit.js";

/** What the overlay needs to know of a toolchain. */
export interface OverlayToolchain {
  readonly goroot: string;
  /** For example `go1.27.3`. */
  readonly version: string;
  /** The NN of Go 1.NN. */
  readonly minor: number;
}

export interface OverlayOptions {
  /** Where overlays are kept; default: maptrap/overlay below the user's cache folder. */
  readonly cacheDirectory?: string | undefined;
  /** Make it again although it is there. */
  readonly force?: boolean | undefined;
  /** What orders goroutines calls the probe too (MAPTRAP=order); default: it does not. */
  readonly order?: boolean | undefined;
}

export interface Overlay {
  /** The file for `go build -overlay`. */
  readonly overlayFile: string;
  /** True when it was there already. */
  readonly cached: boolean;
  readonly goVersion: string;
}

/** GOROOT holds no source that could be laid over. */
export class NoGoSourceError extends MaptrapError {
  constructor(
    readonly goroot: string,
    readonly file: string,
  ) {
    super(
      `the Go toolchain at ${goroot} comes without the source file src/${file}, which the probe is laid over`,
      {
        wayOut:
          "install the toolchain's source (Debian: the golang-1.NN-src package that goes with golang-1.NN-go)",
      },
    );
  }
}

const probeDirectory = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../../probe");

/** Where overlays are kept unless told otherwise. */
export function overlayCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  const home = base !== undefined && path.isAbsolute(base) ? base : path.join(os.homedir(), ".cache");
  return path.join(home, "maptrap", "overlay");
}

/** The edited copies of all files that are laid over, by path below GOROOT/src. */
async function editedFiles(toolchain: OverlayToolchain, order: boolean): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const changes = changesFor(toolchain.minor);
  for (const change of order ? mergeChanges([...changes, ...orderChanges(toolchain.minor)]) : changes) {
    files.set(change.file, editFile(await readSource(toolchain, change.file), change, toolchain.version));
  }
  for (const piece of [
    ...piecesFor(toolchain.minor),
    ...(order ? orderPieces(toolchain.minor) : noOrderPieces()),
  ]) {
    const before = files.get(piece.into) ?? (await readSource(toolchain, piece.into));
    const probe = await readFile(path.join(probeDirectory, piece.file), "utf8");
    const body = pieceBody(probe, before);
    if (body.missing !== undefined) {
      throw new AnchorError(piece.into, `import of ${body.missing}`, toolchain.version, 0);
    }
    files.set(piece.into, before + body.text);
  }
  return files;
}

async function readSource(toolchain: OverlayToolchain, file: string): Promise<string> {
  try {
    return await readFile(path.join(toolchain.goroot, "src", file), "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") {
      throw new NoGoSourceError(toolchain.goroot, file);
    }
    throw error;
  }
}

/**
 * Makes the overlay for a toolchain, or finds it in the cache.
 *
 * The name of its folder is a hash of all that it is made of: the edited files and GOROOT's path. So a
 * newer probe or another patch release gets its own, and two processes that make the same one do not disturb each other.
 * @throws {@link NoGoSourceError}, AnchorError
 */
export async function makeOverlay(
  toolchain: OverlayToolchain,
  options: OverlayOptions = {},
): Promise<Overlay> {
  const files = await editedFiles(toolchain, options.order === true);
  const sources = await sourceFolders(toolchain.goroot);
  const hash = createHash("sha256").update(sources.join("\0")).update("\0");
  for (const [name, text] of files) {
    hash.update(name).update("\0").update(text).update("\0");
  }
  const parent = options.cacheDirectory ?? overlayCacheDirectory();
  const directory = path.join(parent, `${toolchain.version}-${hash.digest("hex").slice(0, 16)}`);
  const overlayFile = path.join(directory, "overlay.json");
  if (options.force === true) {
    await rm(directory, { recursive: true, force: true });
  } else if (await isFile(overlayFile)) {
    return { overlayFile, cached: true, goVersion: toolchain.version };
  }
  await writeOverlay(directory, sources, files);
  return { overlayFile, cached: false, goVersion: toolchain.version };
}

/**
 * The names of the folder with the source. It can be a link (Debian), and then the go command, called from within, names files by
 * where they really are.
 */
async function sourceFolders(goroot: string): Promise<string[]> {
  const named = path.join(goroot, "src");
  try {
    return [...new Set([named, await realpath(named)])];
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") {
      return [named];
    }
    throw error;
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") {
      return false;
    }
    throw error;
  }
}

/** Writes beside the final place and renames, so that a half-written overlay is never used. */
async function writeOverlay(
  directory: string,
  sources: readonly string[],
  files: Map<string, string>,
): Promise<void> {
  const temporary = `${directory}.${randomBytes(6).toString("hex")}`;
  const replace: Record<string, string> = {};
  for (const [name, text] of files) {
    const file = path.join(temporary, "src", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    for (const source of sources) {
      replace[path.join(source, name)] = path.join(directory, "src", name);
    }
  }
  await writeFile(path.join(temporary, "overlay.json"), `${JSON.stringify({ Replace: replace }, null, 1)}\n`);
  try {
    await rename(temporary, directory);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST") {
      throw error;
    }
    await rm(temporary, { recursive: true, force: true }); // another process was first, with the same content
  }
}
