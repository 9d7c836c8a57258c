/**
 * The go command takes one overlay file. Where the user has an overlay already, the two are merged into one.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { MaptrapError } from "../base/errors.js";
import { splitFlags, takeFlag } from "../golang/goflags.js";
import type { Toolchain } from "../golang/toolchain.js";

/** The overlay that is to be used, and the user's other flags. */
export interface OverlayChoice {
  readonly overlayFile: string;
  /** The user's flags without -overlay. */
  readonly flags: readonly string[];
}

/**
 * Puts the probe's overlay and the user's together.
 *
 * @param probeOverlay overlay file of the probe
 * @param flags flags of this call; they win over GOFLAGS, as in Go
 * @param directory where the go command will run: relative paths in an overlay count from there
 * @param mergedFile where a merged overlay is written, when one is needed
 */
export async function chooseOverlay(
  toolchain: Pick<Toolchain, "goflags" | "minor">,
  probeOverlay: string,
  flags: readonly string[],
  directory: string,
  mergedFile: string,
): Promise<OverlayChoice> {
  const inCall = takeFlag(flags, "overlay");
  const users = inCall.value ?? userOverlay(toolchain);
  if (users === undefined || users === "") {
    return { overlayFile: probeOverlay, flags: inCall.rest };
  }
  const usersFile = path.resolve(directory, users);
  const usersOwn = await readReplacements(usersFile, directory);
  for (const [file, content] of usersOwn) {
    // GOFLAGS may hold an overlay that an earlier call, perhaps of another version, gave.
    if (content.startsWith(cacheFolder(probeOverlay))) {
      usersOwn.delete(file);
    }
  }
  if (usersOwn.size === 0) {
    return { overlayFile: probeOverlay, flags: inCall.rest };
  }
  const merged = mergeOverlays(await readReplacements(probeOverlay, directory), usersOwn, usersFile);
  await writeFile(mergedFile, JSON.stringify({ Replace: Object.fromEntries(merged) }, null, 1));
  return { overlayFile: mergedFile, flags: inCall.rest };
}

/** All overlays of the probe lie side by side, each in a folder of its own. */
function cacheFolder(probeOverlay: string): string {
  return path.dirname(path.dirname(probeOverlay)) + path.sep;
}

/** The overlay that GOFLAGS names; undefined when it names none. */
export function userOverlay(toolchain: Pick<Toolchain, "goflags" | "minor">): string | undefined {
  return takeFlag(splitFlags(toolchain.goflags, toolchain.minor >= 20), "overlay").value;
}

/**
 * Merges two overlays: path of a file as Go sees it → path of its content.
 *
 * @param usersFile name of the user's overlay, for the error
 */
export function mergeOverlays(
  probes: ReadonlyMap<string, string>,
  users: ReadonlyMap<string, string>,
  usersFile: string,
): Map<string, string> {
  const merged = new Map(probes);
  for (const [file, content] of users) {
    const other = probes.get(file);
    if (other !== undefined && other !== content) {
      throw new MaptrapError(`the overlay ${usersFile} replaces ${file}, which the probe replaces too`, {
        wayOut: "take this file out of that overlay for this run",
      });
    }
    merged.set(file, content);
  }
  return merged;
}

async function readReplacements(file: string, directory: string): Promise<Map<string, string>> {
  const wayOut = "correct it, or leave -overlay out";
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new MaptrapError(`the overlay file ${file} cannot be read`, { wayOut, cause });
  }
  const replacements = parseReplacements(text);
  if (replacements === undefined) {
    throw new MaptrapError(`${file} is not an overlay file as Go reads it`, { wayOut });
  }
  // An empty content path says that the file is to be absent.
  return new Map(
    replacements.map(([key, value]) => [
      path.resolve(directory, key),
      value && path.resolve(directory, value),
    ]),
  );
}

/** The entries of "Replace"; undefined when the text is not an overlay. */
function parseReplacements(text: string): [string, string][] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Said by the caller, with the file's name.
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return undefined;
  }
  const replace: unknown = "Replace" in parsed ? parsed.Replace : {};
  if (typeof replace !== "object" || replace === null) {
    return undefined;
  }
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(replace)) {
    if (typeof value !== "string") {
      return undefined;
    }
    entries.push([key, value]);
  }
  return entries;
}
