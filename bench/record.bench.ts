/**
 * What recording costs, against the plain program and against -race: single map operations, a service with JSON over HTTP, and a
 * compiler's front end. Programs of all kinds live at the same time and take turns, so that a slow moment of the
 * machine meets all of them; the results of all kinds must be the same.
 *
 * Goals: single operations 1.3 times plain, and 1.05 with the recorder built in and off; the service and the compiler 1.05.
 *
 * The environment can narrow it down or ask for more:
 *
 *   MAPTRAP_BENCH_VERSIONS  Go versions; "1.23,1.27"
 *   MAPTRAP_BENCH_KINDS     "plain,off,record,race"
 *   MAPTRAP_BENCH_PARTS     "micro,service,compiler"
 *   MAPTRAP_BENCH_ONLY      single operations whose name contains this
 *   MAPTRAP_BENCH_LONGER    so many times as many turns
 *   MAPTRAP_BENCH_TABLE     1: each single operation, too
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SUPPORTED, toolchain, type GoVersion } from "../test/support/toolchains.js";
import { build, buildPlain, KINDS, type Kind } from "./record/builds.js";
import { measureCompiler } from "./record/compiler.js";
import { measureMicro } from "./record/micro.js";
import { footprintLines, microLines, programLine } from "./record/report.js";
import { measureService } from "./record/service.js";
import { choose, timesLonger } from "./turns/choices.js";

const parts = ["micro", "service", "compiler"] as const;

const longer = timesLonger();
const kinds = choose<Kind>("MAPTRAP_BENCH_KINDS", KINDS, KINDS);
const chosen = choose("MAPTRAP_BENCH_PARTS", parts, parts);

async function measureVersion(version: GoVersion, folder: string): Promise<void> {
  const say = (lines: readonly string[]) => {
    for (const line of lines) {
      console.log(`record, Go ${version}: ${line}`);
    }
  };
  if (chosen.includes("micro")) {
    const only = process.env["MAPTRAP_BENCH_ONLY"] ?? "";
    const plan = { kinds, sessions: 3, turns: Math.ceil(4 * longer), only };
    const result = await measureMicro(await build(version, "micro", folder), plan);
    say(microLines(result, kinds, process.env["MAPTRAP_BENCH_TABLE"] === "1"));
  }
  if (chosen.includes("service")) {
    const binaries = await build(version, "service", folder);
    const result = await measureService(binaries, buildPlain(version, "load", folder), {
      kinds,
      sessions: 2,
      turns: Math.ceil(20 * longer),
    });
    say([programLine("JSON over HTTP", result.series, kinds), ...footprintLines(result, binaries)]);
  }
  if (chosen.includes("compiler")) {
    const plan = { kinds, formatTurns: Math.ceil(24 * longer), typesTurns: Math.ceil(8 * longer) };
    const { format, types } = await measureCompiler(
      await build(version, "compiler", folder),
      toolchain(version),
      plan,
    );
    say([
      programLine("parsing and formatting GOROOT/src", format, kinds),
      programLine("type-checking", types, kinds),
    ]);
  }
}

if (!kinds.includes("plain")) {
  throw new Error("MAPTRAP_BENCH_KINDS: all is compared with plain");
}
const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  for (const version of choose("MAPTRAP_BENCH_VERSIONS", SUPPORTED, ["1.23", "1.27"])) {
    await measureVersion(version, folder);
  }
} finally {
  rmSync(folder, { recursive: true });
}
