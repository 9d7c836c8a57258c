/** Every place that an example's conflict is known to be at is among the accesses that its source shows. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { indexSource } from "../../../src/evidence/source/index-source.js";
import { repositoryRoot } from "../../support/toolchains.js";

interface Expected {
  readonly conflicts: readonly {
    readonly sites: readonly {
      readonly file: string;
      readonly line: number;
      readonly function: string;
      readonly operation: string;
    }[];
  }[];
}

const folder = path.join(repositoryRoot, "examples");
const names = readdirSync(folder, { withFileTypes: true })
  .filter(
    (entry) => entry.isDirectory() && readdirSync(path.join(folder, entry.name)).includes("expected.json"),
  )
  .map((entry) => entry.name);

/** The words of the examples for operations that the source names otherwise. */
const inSourceWords: Readonly<Record<string, readonly string[]>> = {
  assign: ["write"],
  // A library that goes through a map also asks for its length.
  length: ["iterate", "length", "read"],
};

describe("sites of the examples", () => {
  test("there are examples", () => {
    expect(names.length).toBeGreaterThan(20);
  });

  test.each(names)("%s", async (name) => {
    const root = path.join(folder, name);
    const expected = JSON.parse(readFileSync(path.join(root, "expected.json"), "utf8")) as Expected;
    const facts = await indexSource(root, { cacheFolder: null });
    const sites = expected.conflicts.flatMap((conflict) => conflict.sites);
    expect(sites.length).toBeGreaterThan(0);
    for (const site of sites) {
      const here = facts.accesses.filter(({ file, line }) => file === site.file && line === site.line);
      const wanted = inSourceWords[site.operation] ?? [site.operation];
      expect(
        here
          .filter(({ operation }) => wanted.includes(operation))
          .map((access) => facts.functions[access.function]?.name),
        `${site.operation} at ${site.file}:${site.line}`,
      ).toContain(site.function);
    }
  });
});
