import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCase } from "../../../src/analysis/build-case.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";

const root = new URL("../../../", import.meta.url);
const read = (file: string): Uint8Array => readFileSync(new URL(file, root));

describe("the recording that is shipped", () => {
  const eventFile = readEventFile(read("fixtures/article/article.maptrap"), "article.maptrap");

  it("is of the example's program as it is", () => {
    expect(read("fixtures/article/main.go")).toEqual(read("examples/article/main.go"));
    expect(read("fixtures/article/go.mod")).toEqual(read("examples/article/go.mod"));
  });

  it("is read whole", () => {
    expect(eventFile.unreadable).toEqual([]);
    expect(eventFile.header).toMatchObject({
      logical: true,
      state: "exited",
      exitStatus: 0,
      platform: "linux/amd64",
    });
    expect(eventFile.conflicts.length).toBeGreaterThan(0);
  });

  it("names both marked lines, from what the process printed", () => {
    const { findings } = buildCase({
      command: [],
      workingDirectory: "/",
      processes: [{ eventFile, run: null }],
    });
    const source = new TextDecoder().decode(read("fixtures/article/main.go")).split("\n");
    const marked = findings.map(({ sides }) =>
      sides.map(({ site }) => source[(site?.line ?? 0) - 1]?.trim()),
    );
    expect(marked).toEqual([["m[i] = i * 2 // site: A", "_ = m[i] // site: B"]]);
    expect(findings[0]).toMatchObject({
      kind: "concurrent map read and map write",
      map: { type: "map[int]int" },
    });
  });
});
