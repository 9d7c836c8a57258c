/** The declarations of packages whose source is not below the root. */
import { type GoFile } from "../ast.js";
import type { Grammar } from "../parse/grammar.js";
import { parseGo } from "../parse/parse.js";
import { otherModules } from "./other-modules.js";
import { standardLibrary } from "./standard-library.js";
import { standardServices } from "./standard-services.js";

/** The declarations of a well-known package as a parsed file, or null when it is not one. */
export function knownPackage(grammar: Grammar, path: string): GoFile | null {
  const table = [standardLibrary, standardServices, otherModules].find((known) => Object.hasOwn(known, path));
  const text = table?.[path];
  return text === undefined ? null : parseGo(grammar, `known:${path}`, text);
}

/** The name that a package most likely has, from its import path. */
export function guessedName(path: string): string {
  const parts = path.split("/");
  let last = parts.at(-1) ?? path;
  if (/^v\d+$/u.test(last) && parts.length > 1) {
    last = parts.at(-2) ?? last;
  }
  return last
    .replace(/\.v\d+$/u, "")
    .replace(/^go-/u, "")
    .replace(/[-.]go$/u, "")
    .replaceAll(/[^\w]/gu, "_");
}
