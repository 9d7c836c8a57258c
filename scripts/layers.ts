/** Checks that the folders of src/ import one another in one direction only. See layer-table.ts for the table. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { importsOf } from "./imports.js";
import type { LayerTable } from "./layer-table.js";

/** What the check looked at, and what it found. */
export interface LayerCheck {
  /** How many source files were read. */
  readonly files: number;
  /** How many imports between files of the project were looked at. */
  readonly imports: number;
  /** One sentence for each problem, beginning with the place. */
  readonly problems: readonly string[];
}

/** The folder of src/ that a path (relative to src/) lies in; "." for a file directly in src/. */
function topFolder(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : ".";
}

/** Why a file may not import a specifier; undefined when it may, or when this is no import within the project. */
function objection(file: string, specifier: string | undefined, table: LayerTable): string | undefined {
  if (specifier === undefined) {
    return "imports a path that is computed: it cannot be checked";
  }
  if (specifier === "maptrap" || specifier.startsWith("maptrap/") || /^[/#]|^file:/.test(specifier)) {
    return `imports "${specifier}": files of src/ import each other by relative paths`;
  }
  if (!specifier.startsWith(".")) {
    return undefined;
  }
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  if (target.startsWith("..")) {
    return `imports "${specifier}", which is not in src/`;
  }
  const own = topFolder(file);
  const allowed = (table[own] ?? []).some((entry) => target.startsWith(`${entry}/`));
  return allowed || topFolder(target) === own
    ? undefined
    : `imports "${specifier}": ${own} may not import ${dirname(target)}`;
}

/** The source files under a folder, as sorted paths relative to it with forward slashes. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}

/** Folders of src/ that the table does not know. */
function unknownFolders(folder: string, table: LayerTable): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !Object.hasOwn(table, entry.name))
    .map((entry) => `${entry.name}/: this folder is not in scripts/layer-table.ts`);
}

/**
 * Checks all source files under a folder.
 *
 * @param folder the folder src/, or one like it
 * @param table who may import whom
 */
export function checkLayers(folder: string, table: LayerTable): LayerCheck {
  const files = sourceFiles(folder);
  const problems = unknownFolders(folder, table);
  if (files.length === 0) {
    problems.push("*: there is no source file, so nothing was checked");
  }
  let imports = 0;
  for (const file of files) {
    for (const { line, specifier } of importsOf(readFileSync(join(folder, file), "utf8"))) {
      imports += specifier === undefined || specifier.startsWith(".") ? 1 : 0;
      const reason = objection(file, specifier, table);
      if (reason !== undefined) {
        problems.push(`${file}:${line}: ${reason}`);
      }
    }
  }
  return { files: files.length, imports, problems };
}
