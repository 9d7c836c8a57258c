/** Programs from texts, without a disk. */
import { loadGrammar } from "../../../../src/evidence/source/parse/grammar-file.js";
import { findAccesses, placeOf } from "../../../../src/evidence/source/accesses/find.js";
import { type MadeProgram, makeProgram } from "../../../../src/evidence/source/make-program.js";
import { type FoundAccess } from "../../../../src/evidence/source/program.js";
import { type BuildTarget } from "../../../../src/evidence/source/workspace/build-constraints.js";
import { parseGoMod } from "../../../../src/evidence/source/workspace/go-mod.js";

/** Files by path. */
export type Texts = Readonly<Record<string, string>>;

/** A build for linux/amd64 with the newest Go. */
export const linux: BuildTarget = { goos: "linux", goarch: "amd64", goMinor: 27, tags: new Set(["cgo"]) };

/** The program of some files; without a go.mod among them, that of a module `example.com/shop`. */
export async function programOf(texts: Texts, target: BuildTarget = linux): Promise<MadeProgram> {
  const all = Object.keys(texts).some((path) => path.endsWith("go.mod"))
    ? texts
    : { "go.mod": "module example.com/shop\n\ngo 1.24\n", ...texts };
  const entries = Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const tree = {
    root: "/nowhere",
    files: entries.filter(([path]) => path.endsWith(".go")).map(([path, text]) => ({ path, text })),
    modules: entries
      .filter(([path]) => path.endsWith("go.mod"))
      .map(([path, text]) => ({ folder: path.replace(/\/?go\.mod$/u, ""), mod: parseGoMod(text) })),
    workFolders: [],
    notes: [],
  };
  return makeProgram(tree, target, await loadGrammar());
}

/** An access in one line: `5 read c.items = Cache.items`. */
export function inWords(made: MadeProgram, access: FoundAccess): string {
  const { line } = placeOf(access.file, access.map, access.at);
  const text = access.file.text.slice(access.map.pos, access.map.end).replaceAll(/\s+/gu, " ");
  const key = made.program.variables.list[access.variable]?.key ?? "?";
  const through = access.through === null ? "" : ` through ${access.through}`;
  return `${line} ${access.operation} ${text} = ${key}${through}`;
}

/** All accesses of one file that begins with `package shop`, one in a line. */
export async function accessesOf(text: string): Promise<string[]> {
  const made = await programOf({ "shop.go": `package shop\n${text}` });
  return findAccesses(made.program, made.bindings).map((access) => inWords(made, access));
}
