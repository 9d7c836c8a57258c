/** Go sources with what is found out about them, in a form that is easy to ask. */
import { loadGrammar } from "../../../../src/evidence/source/parse/grammar-file.js";
import { findAccesses, placeOf } from "../../../../src/evidence/source/accesses/find.js";
import { type MapAccess, type SourceFacts } from "../../../../src/evidence/source/facts.js";
import { buildFlow } from "../../../../src/evidence/source/flow/build.js";
import { makeProgram } from "../../../../src/evidence/source/make-program.js";
import { parseGoMod } from "../../../../src/evidence/source/workspace/go-mod.js";
import { findFiles } from "../../../../src/evidence/source/workspace/find-files.js";
import type { FoundTree } from "../../../../src/evidence/source/workspace/tree.js";

const target = { goos: "linux", goarch: "amd64", goMinor: 27, tags: new Set<string>() };

/** Facts about files given as text: name → source. The module is `example.com/shop`. */
export function factsOf(files: Readonly<Record<string, string>>): Promise<SourceFacts> {
  const mod = parseGoMod("module example.com/shop\n\ngo 1.25\n");
  return factsOfTree({
    root: "/shop",
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
    modules: mod === null ? [] : [{ folder: "", mod }],
    workFolders: [],
    notes: [],
  });
}

/** Facts about a folder. */
export async function factsOfFolder(folder: string): Promise<SourceFacts> {
  return factsOfTree(await findFiles(folder, true));
}

async function factsOfTree(tree: FoundTree): Promise<SourceFacts> {
  const made = await makeProgram(tree, target, await loadGrammar());
  const found = findAccesses(made.program, made.bindings);
  const flow = buildFlow(made.program, found);
  const accesses = found.map((access, i): MapAccess => {
    const { line, column } = placeOf(access.file, access.map, access.at);
    const { locks, once, unshared, running, variable } = flow.accesses[i]!;
    return {
      operation: access.operation,
      function: access.function,
      file: access.file.path,
      line,
      column,
      expression: access.file.text.slice(access.map.pos, access.map.end),
      variable,
      through: access.through,
      base: access.base,
      locks,
      once,
      unshared,
      running,
    };
  });
  return {
    root: tree.root,
    modules: made.program.modules,
    files: made.files.length,
    lines: made.files.reduce((sum, file) => sum + file.lines, 0),
    functions: made.program.functions,
    variables: made.program.variables.list,
    accesses,
    flows: flow.flows,
    calls: flow.calls,
    starts: flow.starts,
    notes: [...made.notes, ...flow.notes],
  };
}
