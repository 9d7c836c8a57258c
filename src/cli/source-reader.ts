/** Source files for excerpts, also where the binary was built with -trimpath and names no absolute paths. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { ModulePlace } from "../document/opening/fitting-source.js";

export type { ModulePlace } from "../document/opening/fitting-source.js";

const largestSource = 8 * 1024 * 1024;

/** Makes a function that gives the text of a source file, or undefined where it is not there. */
export function sourceReader(modules: readonly ModulePlace[]): (file: string) => string | undefined {
  return (file) => {
    const place = modules.find(({ modulePath }) => file.startsWith(`${modulePath}/`));
    if (place !== undefined) {
      return readSource(path.join(place.folder, file.slice(place.modulePath.length + 1)));
    }
    return path.isAbsolute(file) ? readSource(file) : undefined;
  };
}

/**
 * Makes a function that gives the text of a Go file below a folder, by its path relative to it. Nothing else is ever read:
 * a path that leads out of the folder, by itself or through a link, gives undefined.
 */
export function sourceBelow(folder: string): (file: string) => string | undefined {
  return (file) => {
    const asked = path.resolve(folder, file);
    return file.endsWith(".go") && !path.isAbsolute(file) && isBelow(asked, folder)
      ? readSource(asked)
      : undefined;
  };
}

function isBelow(file: string, folder: string): boolean {
  try {
    return realpathSync(file).startsWith(`${realpathSync(folder)}${path.sep}`);
  } catch {
    // It is not there.
    return false;
  }
}

function readSource(file: string): string | undefined {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= largestSource ? readFileSync(file, "utf8") : undefined;
  } catch {
    // Not on this machine: the report then has no excerpt.
    return undefined;
  }
}
