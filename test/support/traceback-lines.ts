/**
 * Reads off which lines of the standard library stand in tracebacks of each Go version, and prints the table that
 * src/golang/traceback-lines-measured.ts holds:
 *
 *     node scripts/run-ts.mjs test/support/traceback-lines.ts [GOROOT of Go 1.15] > src/golang/traceback-lines-measured.ts
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CrashFrame } from "../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import { isStandardCode } from "../../src/golang/standard-library.js";
import { goEnvironment, repositoryRoot, SUPPORTED, toolchain } from "./toolchains.js";

const program = path.join(repositoryRoot, "test/fixtures/programs/traceback-lines");
const ways = "quit panic nil deadlock overflow write read range delete reflect print marshal".split(" ");

/** place → minor versions that have it, in order */
type Places = Map<string, Set<number>>;

async function see(text: string, minor: number, places: Places): Promise<void> {
  const { reports } = await readCrashText(text, { maxGroups: 4_000 });
  for (const report of reports) {
    if (report.kind !== "dump") {
      continue;
    }
    for (const { example } of report.groups) {
      for (const frame of [
        ...example.frames,
        ...(example.createdBy === null ? [] : [example.createdBy.frame]),
      ]) {
        note(frame, minor, places);
      }
    }
  }
}

function note(frame: CrashFrame, minor: number, places: Places): void {
  const standard = frame.function === "panic" || isStandardCode(frame, null);
  if (frame.file === null || frame.line === null || !standard || /^main|\[/.test(frame.function)) {
    return;
  }
  const place = `${frame.function} ${path.basename(frame.file)}:${frame.line}`;
  places.set(place, (places.get(place) ?? new Set()).add(minor));
}

async function measure(minor: number, goroot: string, folder: string, places: Places): Promise<void> {
  const go = path.join(goroot, "bin/go");
  const binary = path.join(folder, `go1.${minor}`);
  const env = { ...goEnvironment({}), GOROOT: goroot };
  const options = { cwd: program, env, encoding: "utf8", timeout: 120_000, maxBuffer: 1 << 28 } as const;
  const built = spawnSync(go, ["build", "-o", binary, "."], options);
  if (built.status !== 0) {
    throw new Error(`go1.${minor}: ${built.stderr}`);
  }
  for (const how of ways) {
    for (const GOTRACEBACK of ["all", "system"]) {
      const run = spawnSync(binary, [how], { ...options, env: { ...env, GOTRACEBACK }, timeout: 5_000 });
      await see(run.stderr, minor, places);
    }
  }
  for (const flags of [
    ["-run", "Boom"],
    ["-run", "none", "-bench", "."],
  ]) {
    const run = spawnSync(go, ["test", ...flags, "."], { ...options, env: { ...env, GOTRACEBACK: "all" } });
    await see(run.stdout + run.stderr, minor, places);
  }
}

function table(places: Places): string {
  const functions = new Map<string, [number, number[]][]>();
  for (const [place, minors] of places) {
    const colon = place.lastIndexOf(":");
    const name = place.slice(0, colon);
    const lines = functions.get(name) ?? [];
    lines.push([Number(place.slice(colon + 1)), [...minors].toSorted((a, b) => a - b)]);
    functions.set(name, lines);
  }
  const rows = [...functions]
    .filter(([, lines]) => new Set(lines.flatMap(([, minors]) => minors)).size >= 3 && lines.length > 1)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return rows
    .map(([name, lines]) => {
      const entries = lines
        .toSorted(([a], [b]) => a - b)
        .map(([line, minors]) => `${line}=${minors.join(",")}`)
        .join(" ");
      return `${name} ${entries}`;
    })
    .join("\n");
}

const [oldGoroot] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), "maptrap-lines-"));
const places: Places = new Map();
try {
  if (oldGoroot !== undefined) {
    await measure(15, oldGoroot, folder, places);
  }
  for (const version of SUPPORTED) {
    await measure(Number(version.slice(2)), toolchain(version), folder, places);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(`/**
 * Lines of the standard library as they stood in tracebacks of Go 1.15.15, 1.19.8, 1.21.13, 1.22.12, 1.23.5, 1.24.4, 1.25.12,
 * 1.26.10 and 1.27.3: \`function file line=minor,minor …\`. Made by test/support/traceback-lines.ts.
 */
export const measuredLines = \`
${table(places)}
\`;
`);
