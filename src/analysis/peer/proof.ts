/** The command that would show whether an inferred finding is true. */
import type { SourceFunction } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import type { RootFinder } from "./roots.js";

/** More tests than these are not named one by one: the whole package is run. */
const maxNamedTests = 4;

/**
 * The command of maptrap that runs code which can get to both places; null where nothing in the source can be run that does.
 *
 * @param functions the functions of both sides
 * @param tests the tests that the text names, which must be among those that are run
 */
export function proofCommand(
  index: FactsIndex,
  roots: RootFinder,
  functions: readonly number[],
  tests: readonly string[],
): string | null {
  const sides = functions.map((one) => reaching(index, roots, one).map((at) => index.function(at)));
  const alone = functions.some((one) => startsGoroutines(index, roots, one));
  const mains = mainsOf(index, functions, sides);
  const [main] = mains;
  if (tests.length === 0 && main !== undefined) {
    return `maptrap run ${folderArgument(main)}`;
  }
  const reached = sides.map((side) => side.flatMap(testFunction));
  return (
    testCommand(reached, tests, alone) ??
    (tests.length > 0 && main !== undefined ? `maptrap run ${folderArgument(main)}` : null) ??
    packageTests(index, functions) ??
    onlyMain(index, functions)
  );
}

/** How many starts of goroutines are followed back. */
const maxStarters = 100;

/** The functions from which one is called, or started on further goroutines, the nearest first. */
function reaching(index: FactsIndex, roots: RootFinder, from: number): number[] {
  const found = new Set([from]);
  const ends = new Set([from]);
  for (const end of ends) {
    const { starts, functions: above } = roots.of(end);
    above.forEach((one) => found.add(one));
    for (const start of starts) {
      const starter = index.facts.starts[start]?.starter ?? null;
      // What leads to a function that was found has been found with it.
      if (starter !== null && !found.has(starter) && ends.size < maxStarters) {
        ends.add(starter);
      }
    }
  }
  return [...found];
}

/** Whether a function runs on goroutines that one test starts: by itself, or as subtests that run in parallel. */
function startsGoroutines(index: FactsIndex, roots: RootFinder, at: number): boolean {
  return [...roots.of(at).starts].some((start) => {
    const { how, starter } = index.facts.starts[start] ?? { how: "main", starter: null };
    return how === "parallel-test" ? starter !== null : how !== "test" && how !== "main" && how !== "init";
  });
}

/** The files of the programs' main functions that get to both sides, the likeliest first; else of those that get to one. */
function mainsOf(
  index: FactsIndex,
  functions: readonly number[],
  sides: readonly (readonly (SourceFunction | undefined)[])[],
): string[] {
  const mains = sides.map((side) =>
    side.flatMap((one) => (one?.name === "main.main" && !one.inTest ? [one.file] : [])),
  );
  const own = functions.flatMap((one) => mainOfPackage(index, one));
  const all = [...own, ...mains.flat()];
  const both = all.filter((file) => mains.every((side) => side.includes(file)));
  return both.length > 0 ? both : all;
}

/** The main function of the package that a function is in. */
function mainOfPackage(index: FactsIndex, at: number): string[] {
  const found = index.function(at);
  return found === undefined || !found.name.startsWith("main.") || found.inTest
    ? []
    : index.facts.functions
        .filter((one) => one.name === "main.main" && folderOf(one.file) === folderOf(found.file))
        .map(({ file }) => file);
}

interface NamedTest {
  readonly name: string;
  readonly file: string;
}

/**
 * Runs tests of one package: those that the text names, and those that get to a side which these do not get to.
 *
 * @param alone whether one test can be enough; not where the goroutines are those of tests that run in parallel
 */
function testCommand(
  reached: readonly (readonly NamedTest[])[],
  tests: readonly string[],
  alone: boolean,
): string | null {
  const all = reached.flat();
  const file = (all.find(({ name }) => tests.includes(name)) ?? all[0])?.file;
  if (file === undefined) {
    return null;
  }
  const folder = folderArgument(file);
  const needed = reached.flatMap((side) => {
    const here = side.filter((one) => folderOf(one.file) === folderOf(file)).map(({ name }) => name);
    const named = here.filter((name) => tests.includes(name));
    return alone && named.length > 0 ? named : here;
  });
  const names = [...new Set([...tests, ...needed])].filter((name) => /^\w+$/.test(name));
  if (names.length === 0 || names.length > maxNamedTests) {
    return `maptrap test ${folder}`;
  }
  const benchmarks = names.filter((name) => name.startsWith("Benchmark"));
  const others = names.filter((name) => !name.startsWith("Benchmark"));
  const run = others.length === 0 ? "-run '^$'" : `-run '${anyOf(others)}'`;
  const bench = benchmarks.length === 0 ? "" : ` -bench '${anyOf(benchmarks)}'`;
  return `maptrap test ${folder} -- ${run}${bench}`;
}

/** A pattern for go test that fits these names only. */
function anyOf(names: readonly string[]): string {
  return names.length === 1 ? `^${names[0] ?? ""}$` : `^(${names.join("|")})$`;
}

/** Tests of the packages that the two sides are in, where there are some. */
function packageTests(index: FactsIndex, functions: readonly number[]): string | null {
  const packages = new Set(functions.map((one) => index.function(one)?.package));
  const tested = index.facts.functions.find((one) => one.inTest && packages.has(one.package));
  return tested === undefined ? null : `maptrap test ${folderArgument(tested.file)}`;
}

/** The program of the module that the sides are in, when it has only one: what calls the sides may be a library. */
function onlyMain(index: FactsIndex, functions: readonly number[]): string | null {
  const [first] = functions;
  const file = first === undefined ? undefined : index.function(first)?.file;
  if (file === undefined) {
    return null;
  }
  const module = moduleFolder(index, file);
  const mains = index.facts.functions.filter(
    (one) => one.name === "main.main" && !one.inTest && moduleFolder(index, one.file) === module,
  );
  const [main] = mains;
  return main === undefined || mains.length > 1 ? null : `maptrap run ${folderArgument(main.file)}`;
}

function moduleFolder(index: FactsIndex, file: string): string {
  return index.facts.modules
    .map(({ folder }) => folder)
    .filter((folder) => folder === "" || file.startsWith(`${folder}/`))
    .reduce((longest, folder) => (folder.length > longest.length ? folder : longest), "");
}

function testFunction(found: SourceFunction | undefined): NamedTest[] {
  if (found === undefined || !found.inTest || found.enclosing !== null || found.receiver !== null) {
    return [];
  }
  const name = /\.((?:Test|Benchmark|Fuzz|Example)(?!\p{Ll})\w*)$/u.exec(found.name)?.[1];
  return name === undefined || name === "TestMain" ? [] : [{ name, file: found.file }];
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf("/")));
}

/** A file's folder as the go command wants it; quoted where a shell would not leave it alone. */
function folderArgument(file: string): string {
  const name = folderOf(file);
  const folder = name === "" ? "." : `./${name}`;
  return /^[\w./@+-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`;
}
