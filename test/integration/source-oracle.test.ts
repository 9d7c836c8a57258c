/**
 * The map accesses that the source index finds in the standard library, against what go/types says.
 *
 * MAPTRAP_TEST_VERSIONS=all adds the sources of the Go command.
 */
import { describe, expect, test } from "vitest";
import { loadGrammar } from "../../src/evidence/source/parse/grammar-file.js";
import { findAccesses } from "../../src/evidence/source/accesses/find.js";
import { makeProgram } from "../../src/evidence/source/make-program.js";
import { findFiles } from "../../src/evidence/source/workspace/find-files.js";
import type { FoundTree } from "../../src/evidence/source/workspace/tree.js";
import { askOracle, compare, type Comparison, inOracleWords } from "../evidence/source/support/oracle.js";
import { type GoVersion } from "../support/toolchains.js";

const commands = process.env["MAPTRAP_TEST_VERSIONS"] === "all";
const versions: readonly GoVersion[] = ["1.23", "1.27"];

function withoutCommands(tree: FoundTree): FoundTree {
  return commands ? tree : { ...tree, files: tree.files.filter(({ path }) => !path.startsWith("cmd/")) };
}

async function comparisonFor(version: GoVersion): Promise<Comparison> {
  const oracle = await askOracle(version, commands);
  const tree = withoutCommands(await findFiles(oracle.root, false));
  const goMinor = Number(version.slice("1.".length));
  const made = await makeProgram(
    tree,
    {
      goos: "linux",
      goarch: "amd64",
      goMinor,
      tags: new Set(oracle.tags),
    },
    await loadGrammar(),
  );
  const accesses = findAccesses(made.program, made.bindings);
  return compare(oracle.accesses, inOracleWords(made, accesses, oracle.files));
}

function listed(version: GoVersion, comparison: Comparison): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const lines = [
    `Go ${version}: ${comparison.expected} map accesses, ${comparison.found} found; ` +
      `recall ${percent(comparison.recall)}, precision ${percent(comparison.precision)}`,
  ];
  for (const [cause, places] of comparison.causes) {
    lines.push(`  ${cause}: ${places.length}`, ...places.slice(0, 20).map((text) => `    ${text}`));
  }
  return `${lines.join("\n")}\n`;
}

describe("map accesses of the standard library", () => {
  test.each(versions)("Go %s", async (version) => {
    const comparison = await comparisonFor(version);
    process.stdout.write(listed(version, comparison));
    expect(comparison.expected).toBeGreaterThan(1500);
    expect(comparison.recall).toBeGreaterThanOrEqual(0.98);
    expect(comparison.precision).toBeGreaterThanOrEqual(0.98);
  });
});
