/** The command that would show whether an inferred finding is true. */
import type { SourceFunction } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import type { RootFinder } from "./roots.js";

/** More tests than these are not named one by one: the whole package is run. */
const maxNamedTests = 4;

/**
 * The command of maptrap that runs code which can get to both places.
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
  const reached = [...reaching(index, roots, functions)];
  const found = reached.flatMap((one) => testFunction(index.function(one)));
  const isMain = reached.some((one) => index.function(one)?.name === "main.main");
  if (tests.length > 0 || !isMain) {
    return found.length > 0 ? testCommand(found, tests) : packageTests(index, functions);
  }
  const main = reached.map((one) => index.function(one)).find((one) => one?.name === "main.main");
  return main === undefined ? null : `maptrap run ${folderArgument(main.file)}`;
}

/** Runs the tests that reach the places; both sides may need a test of their own. */
function testCommand(found: readonly NamedTest[], tests: readonly string[]): string {
  const folder = (found.find(({ name }) => tests.includes(name)) ?? found[0])?.folder ?? ".";
  const names = [
    ...new Set([...found.filter((one) => one.folder === folder).map(({ name }) => name), ...tests]),
  ].filter((name) => /^\w+$/.test(name));
  return names.length === 0 || names.length > maxNamedTests
    ? `maptrap test ${folder}`
    : `maptrap test ${folder} -- -run '^(${names.join("|")})$'`;
}

/** The functions from which these are called, or started on further goroutines, the nearest first. */
function reaching(index: FactsIndex, roots: RootFinder, functions: readonly number[]): ReadonlySet<number> {
  const found = new Set(functions);
  for (const at of found) {
    const { starts, functions: above } = roots.of(at);
    above.forEach((one) => found.add(one));
    for (const start of starts) {
      const starter = index.facts.starts[start]?.starter ?? null;
      if (starter !== null) {
        found.add(starter);
      }
    }
  }
  return found;
}

/** Tests of the packages that the two sides are in, where there are some. */
function packageTests(index: FactsIndex, functions: readonly number[]): string | null {
  const packages = new Set(functions.map((one) => index.function(one)?.package));
  const tested = index.facts.functions.find((one) => one.inTest && packages.has(one.package));
  return tested === undefined ? null : `maptrap test ${folderArgument(tested.file)}`;
}

interface NamedTest {
  readonly name: string;
  readonly folder: string;
}

function testFunction(found: SourceFunction | undefined): NamedTest[] {
  if (found === undefined || !found.inTest || found.enclosing !== null) {
    return [];
  }
  const name = /\.(Test(?![a-z])\w*)$/.exec(found.name)?.[1];
  return name === undefined ? [] : [{ name, folder: folderArgument(found.file) }];
}

/** A file's folder as the go command wants it; quoted where a shell would not leave it alone. */
function folderArgument(file: string): string {
  const slash = file.lastIndexOf("/");
  const folder = slash === -1 ? "." : `./${file.slice(0, slash)}`;
  return /^[\w./@+-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`;
}
