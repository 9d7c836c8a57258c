import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { examplesDirectory, loadExamples, type ExampleSite } from "../support/examples.js";

const examples = loadExamples();

/** Which kind of conflict a site makes with one that writes. */
const kinds: Readonly<Record<ExampleSite["operation"], string>> = {
  read: "concurrent map read and map write",
  length: "concurrent map read and map write",
  assign: "concurrent map writes",
  delete: "concurrent map writes",
  clear: "concurrent map writes",
  iterate: "concurrent map iteration and map write",
  clone: "concurrent map clone and map write",
};

const isChange = (site: ExampleSite): boolean => kinds[site.operation] === "concurrent map writes";

describe("the examples", () => {
  it("are many, and three or more are tests", () => {
    expect(examples.length).toBeGreaterThanOrEqual(24);
    expect(examples.filter((example) => example.command === "test").length).toBeGreaterThanOrEqual(3);
  });

  it("have the files and lines of their marks in expected.json", () => {
    const script = path.join(examplesDirectory, "make-expected.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toBe(`${examples.length} examples checked\n`);
    expect(status).toBe(0);
  });

  it("are all in the README's table, which names no other", () => {
    const readme = readFileSync(path.join(examplesDirectory, "README.md"), "utf8");
    const named = [...readme.matchAll(/^\| \[([\w-]+)\]/gm)].map((match) => match[1] ?? "");
    expect(named.toSorted()).toEqual(examples.map((example) => example.name).toSorted());
  });
});

describe.each(examples)("$name", ({ command, minimumGo, conflicts, directory, repairedDirectory, name }) => {
  it("is a module of its own for the Go version that it needs", () => {
    const text = readFileSync(path.join(directory, "go.mod"), "utf8");
    expect(text).toBe(`module example.com/${name}\n\ngo ${minimumGo ?? "1.19"}\n`);
  });

  it.each([
    ["the example", directory],
    ["the repaired twin", repairedDirectory],
  ])("%s is a program or has tests, as its command wants", (_, folder) => {
    const files = readdirSync(folder);
    expect(files.some((file) => file.endsWith("_test.go"))).toBe(command === "test");
    expect(files.includes("main.go")).toBe(command === "run");
  });

  it("expects conflicts of which at least one side changes the map, and names their kind", () => {
    for (const { kind, sites } of conflicts) {
      const others = sites.filter((site) => !isChange(site));
      expect(others.length).toBeLessThan(2);
      expect(kind).toBe(kinds[others[0]?.operation ?? "assign"]);
    }
  });

  it("expects no conflict twice", () => {
    const written = conflicts.map(({ sites }) =>
      sites
        .map((site) => `${site.mark} ${site.operation}`)
        .toSorted()
        .join(" and "),
    );
    expect(new Set(written).size).toBe(written.length);
  });
});
