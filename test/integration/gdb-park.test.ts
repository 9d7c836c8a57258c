/** A conflict that plain runs hardly ever show is caught by holding the writer. */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { type BuiltPrograms, builtPrograms } from "../support/gdb-programs.js";
import { maptrap } from "../support/maptrap-command.js";
import { markedSite, programFolder } from "../support/programs.js";
import { repeats, TESTED } from "../support/toolchains.js";

const source = path.join(programFolder("gdb"), "sparse", "main.go");
const put = markedSite(source, "put");
/** While the writer is held, it holds a processor of the program: where there is no other, nobody comes. */
const environment = { GOMAXPROCS: "2" };
let programs: BuiltPrograms;

beforeAll(() => {
  programs = builtPrograms();
});
afterAll(() => programs.remove());

describe.each(TESTED)("Go %s", (version) => {
  test("both sides of a sparse conflict are caught", async () => {
    const program = await programs.build("sparse", version);
    for (let round = 0; round < repeats; round++) {
      const result = await maptrap(["gdb", "park", "--at", put, "--json", program], { environment });
      expect(result.status, result.stderr).toBe(66);
      const { findings, evidence } = decodeCase(result.stdout.slice(result.stdout.indexOf("{")), "stdout");
      const shown = findings.map(({ kind, certainty, sides }) => ({
        kind,
        certainty,
        sides: sides.map(({ operation, site }) => [
          operation,
          `${path.basename(site?.file ?? "")}:${site?.line ?? 0}`,
        ]),
      }));
      expect(shown).toEqual([
        {
          kind: "concurrent map read and map write",
          certainty: "caught",
          sides: [
            ["write", put],
            ["read", markedSite(source, "get")],
          ],
        },
      ]);
      const notes = evidence.flatMap((each) => (each.kind === "gdb-session" ? each.notes : []));
      expect(notes.join(" ")).toContain("right after it had set the map's mark");
    }
  });
});

test("where a lock keeps the others away, nobody comes, and that is told", async () => {
  const program = await programs.build("sparse", "1.27");
  // Long enough that the reader comes to the lock, whatever else the machine does.
  const hold = ["--hold", "1s", "--times", "2"];
  const result = await maptrap(["gdb", "park", "--at", put, ...hold, "--json", program, "locked"], {
    environment,
  });
  expect(result.status, result.stderr).toBe(0);
  const incident = decodeCase(result.stdout.slice(result.stdout.indexOf("{")), "stdout");
  expect(incident.findings).toEqual([]);
  const notes = incident.evidence
    .flatMap((each) => (each.kind === "gdb-session" ? each.notes : []))
    .join("\n");
  expect(notes.match(/nobody came, and it was let go/g)).toHaveLength(2);
  expect(notes).toContain("if the writer holds that lock, it keeps them away from the map");
  expect(notes).toContain("2 writers were held");
});

test("where the two never overlap, the program ends as it does by itself", async () => {
  const program = await programs.build("sparse", "1.23");
  const result = await maptrap([
    "gdb",
    "park",
    "--at",
    put,
    "--hold",
    "20ms",
    "--times",
    "1000",
    program,
    "gone",
  ]);
  expect(result.status, result.stderr).toBe(0);
  expect(result.stdout).toBe("done 8\n");
});

test("a line where no map is written, and one that is none", async () => {
  const program = await programs.build("sparse", "1.27");
  const nothing = await maptrap(["gdb", "park", "--at", "main.go:1", program]);
  expect(nothing.status).toBe(1);
  const lines = /in main\.go, maps are written at the lines ([\d, ]+)/.exec(nothing.stderr)?.[1]?.split(", ");
  expect(lines).toContain(put.split(":")[1]);
  const noLine = await maptrap(["gdb", "park", "--at", "main.put", program]);
  expect(noLine.status).toBe(2);
  expect(noLine.stderr).toContain("--at cache.go:40");
});
