import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { explainCommand } from "../../src/cli/commands/explain.js";
import { recorded, versions } from "../evidence/gctrace/fixtures.js";
import { wholeText } from "../support/shop-crash.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-explain-gc-"));
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, ".cache"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

/** Calls the command with a text; gives what it printed. */
async function explain(text: string, ...words: string[]): Promise<string> {
  const file = path.join(folder, "text.log");
  await writeFile(file, text);
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  const context = { call: ["maptrap", "explain"], environment: { NO_COLOR: "1" }, workingDirectory: folder };
  const command = explainCommand(context, () => Readable.from([]) as unknown as NodeJS.ReadStream);
  await command.parseAsync(["--no-source", ...words, file], { from: "user" });
  vi.restoreAllMocks();
  return printed;
}

const sections = (output: string): number => (output.match(/garbage collector: /g) ?? []).length;

describe("maptrap explain, of a text with gctrace lines", () => {
  it("without any, says nothing of the garbage collector", async () => {
    expect(sections(await explain(wholeText))).toBe(0);
    expect(sections(await explain("nothing of interest\n"))).toBe(0);
  });

  it("shows one section, and that there is no crash", async () => {
    const output = await explain(recorded("gogc-1", "1.27"));
    expect(sections(output)).toBe(1);
    expect(output).toContain("goals fit to GOGC=1 ");
    expect(output).toContain("no Go prints a line such as “write barrier: bucket shift”");
    expect(output).toMatch(/No crash of a Go program was found in [\d,]+ lines of text\.\n$/);
  });

  it.each(versions)("Go %s: shows the crash and one section below", async (version) => {
    const output = await explain(recorded("crash", version));
    expect(output).toMatch(/^o0 {2}fatal error: concurrent map writes\n/);
    expect(sections(output)).toBe(1);
    expect(output.indexOf("garbage collector: ")).toBeGreaterThan(output.indexOf("fatal error: "));
    expect(output).not.toContain("No crash");
    expect(process.exitCode).toBe(66);
  });

  it.each(versions)("Go %s: the case file has the crash and the cycles", async (version) => {
    const text = recorded("crash", version);
    const { observations, evidence } = decodeCase(await explain(text, "--json"), "stdout");
    const lines = text.split("\n").flatMap((line, index) => (line.startsWith("gc ") ? [index + 1] : []));
    const trace = observations.find((one) => one.kind === "gc-trace");
    expect(observations.map(({ kind }) => kind)).toEqual(["crash", "gc-trace"]);
    expect(evidence.map(({ kind, handle }) => [kind, handle])).toEqual([["crash-text", trace?.evidence]]);
    expect(trace?.kept.map(({ textLine }) => textLine)).toEqual(lines);
    expect(new Set(observations.map(({ handle }) => handle)).size).toBe(2);
  });

  it("is not disturbed by them in the middle of a dump", async () => {
    const lines = wholeText.split("\n");
    const gc = recorded("grow", "1.24").trimEnd().split("\n");
    const read = async (text: string) => {
      const { observations } = decodeCase(await explain(text, "--json"), "stdout");
      const [crash] = observations.filter((one) => one.kind === "crash");
      return {
        crashes: observations.filter((one) => one.kind === "crash").length,
        detector: crash?.detector?.site,
        operation: crash?.detector?.operation,
        goroutines: crash?.goroutines,
        stacks: crash?.groups.map(({ example, count }) => [
          count,
          example.stack.map((frame) => frame.function),
        ]),
        cycles: observations.flatMap((one) => (one.kind === "gc-trace" ? [one.cycles] : [])),
      };
    };
    const truth = await read(wholeText);
    expect(truth.crashes).toBe(1);
    for (let at = 1; at < lines.length - 1; at += 1) {
      const mixed = [...lines.slice(0, at), ...gc.slice(0, 2), ...lines.slice(at)].join("\n");
      expect(await read(mixed), `before line ${at + 1}: ${lines[at] ?? ""}`).toEqual({
        ...truth,
        cycles: [2],
      });
    }
  });

  it("makes everything safe for a terminal", async () => {
    const evil = "\u001b]0;gotcha\u0007";
    const gc = recorded("grow", "1.24").split("\n").slice(0, 3).join("\n");
    const output = await explain(
      `init evil${evil}/pkg @0.77 ms, 0.25 ms clock, 135792 bytes, 1782 allocs\n${gc.replaceAll("gc ", `${evil}gc `)}\n`,
    );
    expect(sections(output)).toBe(1);
    // oxlint-disable-next-line eslint/no-control-regex -- that is what must not be there
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
