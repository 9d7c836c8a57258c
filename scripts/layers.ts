/** Checks that the folders of src/, and those of studio/, import one another in one direction only. See layer-table.ts for the tables. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { importsOf } from "./imports.js";
import type { LayerTable } from "./layer-table.js";

/** A tree of folders, and who in it may import whom. */
export interface Tree {
  /** As it is called in sentences: `src`. */
  readonly name: string;
  readonly table: LayerTable;
  /** Folders beside the tree that all of it may import. */
  readonly outside?: readonly string[];
  /** Folders whose own folders do not know each other. */
  readonly apart?: readonly string[];
}

/** What the check looked at, and what it found. */
export interface LayerCheck {
  /** How many source files were read. */
  readonly files: number;
  /** How many imports between files of the project were looked at. */
  readonly imports: number;
  /** One sentence for each problem, beginning with the place. */
  readonly problems: readonly string[];
}

/** The folder that a path (relative to the tree) lies in; "." for a file directly in the tree. */
function topFolder(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : ".";
}

/** The folder that knows all of itself: the top one, or one below it where those do not know each other. */
function roomOf(path: string, { apart = [] }: Tree): string {
  const top = topFolder(path);
  return apart.includes(top) ? path.split("/").slice(0, 2).join("/") : top;
}

/** Why a file may not import a specifier; undefined when it may, or when this is no import within the project. */
function objection(file: string, specifier: string | undefined, tree: Tree): string | undefined {
  const { table, name, outside = [] } = tree;
  if (specifier === undefined) {
    return "imports a path that is computed: it cannot be checked";
  }
  if (specifier === "maptrap" || specifier.startsWith("maptrap/") || /^[/#]|^file:/.test(specifier)) {
    return `imports "${specifier}": files of ${name}/ import each other by relative paths`;
  }
  if (!specifier.startsWith(".")) {
    return undefined;
  }
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  if (target.startsWith("..")) {
    return outside.some((folder) => target.startsWith(`../${folder}/`))
      ? undefined
      : `imports "${specifier}", which is not in ${[name, ...outside].map((folder) => `${folder}/`).join(" or ")}`;
  }
  const own = roomOf(file, tree);
  const allowed = (table[topFolder(file)] ?? []).some((entry) => target.startsWith(`${entry}/`));
  return allowed || roomOf(target, tree) === own
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
 */
export function checkLayers(folder: string, tree: Tree): LayerCheck {
  const files = sourceFiles(folder);
  const problems = unknownFolders(folder, tree.table);
  if (files.length === 0) {
    problems.push("*: there is no source file, so nothing was checked");
  }
  let imports = 0;
  for (const file of files) {
    for (const { line, specifier } of importsOf(readFileSync(join(folder, file), "utf8"))) {
      imports += specifier === undefined || specifier.startsWith(".") ? 1 : 0;
      const reason = objection(file, specifier, tree);
      if (reason !== undefined) {
        problems.push(`${file}:${line}: ${reason}`);
      }
    }
  }
  return { files: files.length, imports, problems };
}
