/**
 * Reads the source of a Go program below a folder, and says what it says about its maps.
 */
import { type ProgramFunction, type FoundAccess } from "./program.js";
import { findAccesses, placeOf } from "./accesses/find.js";
import { flowsIntoParameters } from "./accesses/into-parameters.js";
import { cacheKey, readCached, sourceCacheFolder, writeCached } from "./cache.js";
import { type MapAccess, type SourceFacts, type SourceFunction } from "./facts.js";
import { type AccessFlow, buildFlow } from "./flow/build.js";
import { type MadeProgram, makeProgram, type Progress } from "./make-program.js";
import { type BuildTarget } from "./workspace/build-constraints.js";
import { findFiles } from "./workspace/find-files.js";

export type { Progress } from "./make-program.js";

/** How source is read. */
export interface IndexOptions {
  /** The platform that files are chosen for; linux/amd64 unless given. */
  readonly goos?: string;
  readonly goarch?: string;
  /** The minor version of Go that files are chosen for: 21 for Go 1.21. The newest known one unless given. */
  readonly goMinor?: number;
  /** Build tags that are set; `cgo` unless given. */
  readonly tags?: readonly string[];
  /** Whether _test.go files count; yes unless given. */
  readonly includeTests?: boolean;
  /** Where facts are kept; null for nowhere. The user's cache folder unless given. */
  readonly cacheFolder?: string | null;
  readonly progress?: Progress;
}

const newestMinor = 27;

/**
 * Reads the source below a folder.
 *
 * @param root the folder; nothing outside it is read
 * @throws an error of the file system when the folder itself cannot be read
 */
export async function indexSource(root: string, options: IndexOptions = {}): Promise<SourceFacts> {
  const target = targetOf(options);
  const includeTests = options.includeTests ?? true;
  const progress = options.progress ?? (() => undefined);
  progress("read", 0);
  const tree = await findFiles(root, includeTests);
  const folder = options.cacheFolder === undefined ? sourceCacheFolder() : options.cacheFolder;
  const described = JSON.stringify([
    target.goos,
    target.goarch,
    target.goMinor,
    [...target.tags],
    includeTests,
  ]);
  const key = folder === null ? "" : cacheKey(tree, described);
  if (folder !== null) {
    const cached = await readCached(folder, key);
    if (cached !== null) {
      return { ...cached, root: tree.root };
    }
  }
  const made = await makeProgram(tree, target, progress);
  const facts = factsOf(made, tree.root, progress);
  if (folder !== null) {
    await writeCached(folder, key, facts);
  }
  return facts;
}

function targetOf(options: IndexOptions): BuildTarget {
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
