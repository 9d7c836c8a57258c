/** From files to packages: which files belong together, and under which import path. */
import path from "node:path";
import { type GoFile } from "../ast.js";
import { type SourceModule } from "../facts.js";
import { type BuildTarget, nameFits, textFits } from "./build-constraints.js";
import { type FoundFile, type FoundModule, type FoundTree } from "./tree.js";

/** A package below the root. */
export interface FoundPackage {
  /** The import path; `_test` at the end for an external test package. */
  readonly path: string;
  readonly name: string;
  /** Relative to the root. */
  readonly folder: string;
  readonly files: readonly GoFile[];
}

/** The files of a tree that belong to a build, and those that do not. */
export interface FittingFiles {
  readonly fitting: readonly FoundFile[];
  readonly leftOut: readonly string[];
}

/** Sorts out the files that a build leaves out. */
export function fittingFiles(tree: FoundTree, target: BuildTarget): FittingFiles {
  const fitting: FoundFile[] = [];
  const leftOut: string[] = [];
  for (const file of tree.files) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    if (nameFits(name, target) && textFits(file.text, target)) {
      fitting.push(file);
    } else {
      leftOut.push(file.path);
    }
  }
  return { fitting, leftOut };
}

/** The modules of a tree as the facts name them. */
export function sourceModules(tree: FoundTree): SourceModule[] {
  const replaced = replacements(tree.modules).inside;
  return tree.modules
    .filter((module) => !isVendored(module.folder))
    .map(({ folder, mod }) => ({
      path: replaced.get(folder) ?? mod.module ?? folder,
      folder,
      goVersion: mod.goVersion,
    }));
}

/** Modules that are used by the tree but lie outside the root, from go.work and `replace` lines: they are not read. */
export function modulesOutside(tree: FoundTree): string[] {
  const work = tree.workFolders.filter((folder) => isOutside(path.posix.normalize(folder)));
  return [...new Set([...work, ...replacements(tree.modules).outside])].toSorted();
}

function isOutside(folder: string): boolean {
  return folder === ".." || folder.startsWith("../") || path.posix.isAbsolute(folder);
}

/** Where `replace` lines lead: the module path by folder, and the folders outside the root. */
function replacements(modules: readonly FoundModule[]): {
  readonly inside: ReadonlyMap<string, string>;
  readonly outside: readonly string[];
} {
  const inside = new Map<string, string>();
  const outside: string[] = [];
  for (const { folder, mod } of modules) {
    for (const [module, target] of mod.localReplacements) {
      const joined = path.posix.join(folder, target).replace(/\/$/u, "");
      if (isOutside(joined)) {
        outside.push(target);
      } else if (!inside.has(joined)) {
        inside.set(joined, module);
      }
    }
  }
  return { inside, outside };
}

function isVendored(folder: string): boolean {
  return folder === "vendor" || folder.startsWith("vendor/") || folder.includes("/vendor/");
}

/** The folder of a file. */
export function folderOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash === -1 ? "" : file.slice(0, slash);
}

/** Groups parsed files into packages, in the order of their import paths. */
export function groupPackages(tree: FoundTree, files: readonly GoFile[]): FoundPackage[] {
  const paths = new ImportPaths(tree.modules);
  const groups = new Map<string, { folder: string; name: string; files: GoFile[] }>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const key = `${folder}\0${file.packageName}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { folder, name: file.packageName, files: [file] });
    } else {
      group.files.push(file);
    }
  }
  const packages = [...groups.values()].map((group): FoundPackage => {
    const importPath = paths.ofFolder(group.folder);
    const external = group.name.endsWith("_test") && group.files.every((f) => f.path.endsWith("_test.go"));
    return { ...group, path: external ? `${importPath}_test` : importPath };
  });
  return packages.toSorted((a, b) => compare(a.path, b.path) || compare(a.folder, b.folder));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tells the import path of a folder. */
class ImportPaths {
  readonly #modules: readonly FoundModule[];
  readonly #replaced: ReadonlyMap<string, string>;
  readonly #known = new Map<string, string>();

  constructor(modules: readonly FoundModule[]) {
    this.#replaced = replacements(modules).inside;
    // The innermost module first.
    this.#modules = modules
      .filter((module) => !isVendored(module.folder))
      .toSorted((a, b) => b.folder.length - a.folder.length);
  }

  ofFolder(folder: string): string {
    let known = this.#known.get(folder);
    if (known === undefined) {
      known = this.#compute(folder);
      this.#known.set(folder, known);
    }
    return known;
  }

  #compute(folder: string): string {
    const module = this.#modules.find(
      (candidate) =>
        candidate.folder === "" || folder === candidate.folder || folder.startsWith(`${candidate.folder}/`),
    );
    const name = module === undefined ? null : (this.#replaced.get(module.folder) ?? module.mod.module);
    const rest =
      module === undefined || module.folder === "" ? folder : folder.slice(module.folder.length + 1);
    const inVendor = /(?:^|\/)vendor\/(?<path>.+)$/u.exec(rest)?.groups?.["path"];
    // The standard library's own modules keep `vendor/` in their packages' paths.
    if (inVendor !== undefined && name !== "std" && name !== "cmd") {
      return inVendor;
    }
    if (name === "std") {
      return rest;
    }
    if (name === null) {
      // Without go.mod: a tree in the layout of GOPATH, or just a folder.
      return rest.replace(/^src\//u, "") || "main";
    }
    return rest === "" ? name : `${name}/${rest}`;
  }
}

/** Finds the package that an import means. */
export class ImportTable<P extends { readonly path: string; readonly name: string }> {
  readonly #byFolder = new Map<string, P>();
  readonly #byPath = new Map<string, P>();
  readonly #bySuffix = new Map<string, P | null>();
  readonly #folders = new Map<P, string>();
  readonly #hasModules: boolean;

  constructor(hasModules: boolean) {
    this.#hasModules = hasModules;
  }

  /** Adds a package. */
  add(unit: P, found: FoundPackage): void {
    this.#folders.set(unit, found.folder);
    if (found.path.endsWith("_test") && found.name.endsWith("_test")) {
      return;
    }
    const last = found.folder.slice(found.folder.lastIndexOf("/") + 1);
    for (const [table, key] of [
      [this.#byFolder, found.folder],
      [this.#byPath, found.path],
    ] as const) {
      // Of two packages in one folder the one that is called like the folder counts, then one that is no program.
      const other = table.get(key);
      if (other === undefined || found.name === last || (other.name === "main" && other.name !== last)) {
        table.set(key, unit);
      }
    }
    if (!this.#hasModules) {
      this.#bySuffix.set(last, this.#bySuffix.has(last) ? null : unit);
    }
  }

  /** The package below the root that an import in another one means. */
  find(imported: string, from: P): P | undefined {
    let folder = this.#folders.get(from) ?? "";
    for (;;) {
      const vendored = this.#byFolder.get(
        folder === "" ? `vendor/${imported}` : `${folder}/vendor/${imported}`,
      );
      if (vendored !== undefined) {
        return vendored;
      }
      if (folder === "") {
        break;
      }
      folder = folderOf(folder);
    }
    const found = this.#byPath.get(imported);
    if (found !== undefined || this.#hasModules || !imported.includes("/")) {
      return found;
    }
    // Without go.mod the import path is not known; a folder of the same name that is there once is it.
    return this.#bySuffix.get(imported.slice(imported.lastIndexOf("/") + 1)) ?? undefined;
  }
}
