/** What the source of a Go program says about its maps, from files that were read already. */
import { findAccesses, placeOf } from "./accesses/find.js";
import { flowsIntoParameters } from "./accesses/into-parameters.js";
import type { MapAccess, SourceFacts, SourceFunction } from "./facts.js";
import { type AccessFlow, buildFlow } from "./flow/build.js";
import { type MadeProgram, makeProgram, type Progress } from "./make-program.js";
import type { Grammar } from "./parse/grammar.js";
import type { FoundAccess, ProgramFunction } from "./program.js";
import type { BuildTarget } from "./workspace/build-constraints.js";
import type { FoundTree } from "./workspace/tree.js";

export type { Progress } from "./make-program.js";

/** For which build files are chosen. */
export interface BuildChoice {
  /** The platform that files are chosen for; linux/amd64 unless given. */
  readonly goos?: string;
  readonly goarch?: string;
  /** The minor version of Go that files are chosen for: 21 for Go 1.21. The newest known one unless given. */
  readonly goMinor?: number;
  /** Build tags that are set; `cgo` unless given. */
  readonly tags?: readonly string[];
}

const newestMinor = 27;

/** Makes the facts of a tree of files. It touches no file system. */
export async function factsOfTree(
  tree: FoundTree,
  target: BuildTarget,
  grammar: Grammar,
  progress: Progress = () => undefined,
): Promise<SourceFacts> {
  return factsOf(await makeProgram(tree, target, grammar, progress), tree.root, progress);
}

/** The build that files are chosen for. */
export function buildTarget(options: BuildChoice): BuildTarget {
  return {
    goos: options.goos ?? "linux",
    goarch: options.goarch ?? "amd64",
    goMinor: options.goMinor ?? newestMinor,
    tags: new Set((options.tags ?? ["cgo"]).toSorted()),
  };
}

function factsOf(made: MadeProgram, root: string, progress: Progress): SourceFacts {
  const { program } = made;
  progress("access", 0);
  const accesses = findAccesses(program, made.bindings, (done) => progress("access", done / 2));
  const flow = buildFlow(program, accesses);
  progress("access", 1);
  return {
    root,
    modules: program.modules,
    files: made.files.length,
    lines: made.files.reduce((sum, file) => sum + file.lines, 0),
    functions: program.functions.map(asFact),
    accesses: accesses.map((access, i) => accessFact(access, flow.accesses[i])),
    flows: [...flow.flows, ...flowsIntoParameters(program, accesses)],
    calls: flow.calls,
    starts: flow.starts,
    // Read last: the other parts ask for variables as they go.
    variables: [...program.variables.list],
    notes: [...made.notes, ...flow.notes],
  };
}

function asFact(fun: ProgramFunction): SourceFunction {
  return {
    name: fun.name,
    package: fun.package,
    file: fun.file,
    startLine: fun.startLine,
    endLine: fun.endLine,
    enclosing: fun.enclosing,
    receiver: fun.receiver,
    inTest: fun.inTest,
    generated: fun.generated,
  };
}

const maxExpression = 100;

function accessFact(access: FoundAccess, flow: AccessFlow | undefined): MapAccess {
  const { file, map } = access;
  const text = file.text
    .slice(map.pos, Math.min(map.end, map.pos + 4 * maxExpression))
    .replaceAll(/\s+/gu, " ");
  return {
    operation: access.operation,
    function: access.function,
    file: file.path,
    ...placeOf(file, map, access.at),
    expression: text.length > maxExpression ? `${text.slice(0, maxExpression - 1)}…` : text,
    variable: flow?.variable ?? access.variable,
    through: access.through,
    base: access.base,
    locks: flow?.locks ?? [],
    once: flow?.once ?? [],
    unshared: flow?.unshared ?? false,
    running: flow?.running ?? [],
  };
}
