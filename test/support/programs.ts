/** The programs under test/fixtures/programs, and the sites that are marked in them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { repositoryRoot } from "./toolchains.js";

/** The folder of a program. */
export function programFolder(name: string): string {
  return path.join(repositoryRoot, "test/fixtures/programs", name);
}

/** Where `// site: MARK` stands, as `main.go:12`. */
export function markedSite(source: string, mark: string): string {
  const lines = readFileSync(source, "utf8").split("\n");
  const index = lines.findIndex((line) => line.endsWith(`// site: ${mark}`));
  if (index < 0) {
    throw new Error(`${source} has no site ${mark}`);
  }
  return `${path.basename(source)}:${index + 1}`;
}

/**
 * Fails unless a case file names exactly one conflict: a change at the site "sell" and a read at the site "show".
 *
 * @param text the case file
 * @param source the file in which the two sites are marked
 */
export function expectSellAndShow(text: string, source: string): void {
  const { findings } = decodeCase(text, "stdout");
  const shown = findings.map(({ kind, certainty, sides }) => ({
    kind,
    certainty,
    sides: sides.map(({ operation, site }) => [
      operation,
      `${path.basename(site?.file ?? "?")}:${site?.line ?? "?"}`,
    ]),
  }));
  const sides = [
    ["write", markedSite(source, "sell")],
    ["read", markedSite(source, "show")],
  ];
  expect(shown).toEqual([{ kind: "concurrent map read and map write", certainty: "caught", sides }]);
}
