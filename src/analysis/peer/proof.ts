/** The command that would show whether an inferred finding is true. */
import type { SourceFunction } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";
import type { RootFinder } from "./roots.js";

/**
 * The command of maptrap that runs code which can get to a place.
 *
 * @param functions the functions of both sides
 * @param test the test that the text names, where it does
 */
export function proofCommand(
  index: FactsIndex,
  roots: RootFinder,
  functions: readonly number[],
  test: string | null,
): string | null {
  const reached = functions.map((one) => roots.of(one).functions);
  const common = reached.flatMap((set) => [...set]);
  const tests = common.flatMap((one) => testFunction(index.function(one)));
  const named = tests.find((one) => one.name === test) ?? (test === null ? undefined : tests[0]);
  if (named !== undefined) {
    return `maptrap test ${named.folder} -- -run '^${named.name}$'`;
  }
  const main = common
    .map((one) => index.function(one))
    .find((one) => one !== undefined && one.name === "main.main");
  if (main !== undefined) {
    return `maptrap run ${folderArgument(main.file)}`;
  }
  const [first] = tests;
  if (first !== undefined) {
    return `maptrap test ${first.folder} -- -run '^${first.name}$'`;
  }
  return packageTests(index, functions);
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
