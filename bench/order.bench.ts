/**
 * What observing order costs, against the plain program, the program with the hooks built in and off, and -race: test
 * suites of the standard library's packages, and programs that do little but synchronise. All kinds take turns, so that a slow moment of
 * the machine meets all of them; the results of all kinds must be the same.
 *
 * Goals: order at most 2 times plain, and below -race, in time and in memory.
 *
 * The environment can narrow it down or ask for more:
 *
 *   MAPTRAP_BENCH_VERSIONS  Go versions; "1.23,1.27"
 *   MAPTRAP_BENCH_KINDS     "plain,off,order,race"
 *   MAPTRAP_BENCH_PARTS     "suites,workloads"
 *   MAPTRAP_BENCH_ONLY      packages and workloads whose name begins with this
 *   MAPTRAP_BENCH_LONGER    so many times as many turns
 *   MAPTRAP_BENCH_TABLE     1: each single workload, too
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SUPPORTED, type GoVersion } from "../test/support/toolchains.js";
import { Builder, KINDS, type Kind } from "./order/builds.js";
import { suiteLine, suitesLine, workloadLines } from "./order/report.js";
import { canRun, measureSuite, SUITES, type SuiteResult } from "./order/suites.js";
import { measureWorkloads, workloadNames } from "./order/workloads.js";
import { choose, timesLonger } from "./turns/choices.js";

const parts = ["suites", "workloads"] as const;

const kinds = choose<Kind>("MAPTRAP_BENCH_KINDS", KINDS, KINDS);
const chosen = choose("MAPTRAP_BENCH_PARTS", parts, parts);
const only = process.env["MAPTRAP_BENCH_ONLY"] ?? "";

async function measureVersion(version: GoVersion, folder: string): Promise<void> {
  const say = (lines: readonly string[]) => {
    for (const line of lines) {
      console.log(`order, Go ${version}: ${line}`);
    }
  };
  const builder = await Builder.open(version, folder);
  if (chosen.includes("suites")) {
    const turns = Math.ceil(5 * timesLonger());
    const plan = { version, kinds, turns, runner: builder.plainProgram("runner"), folder };
    const results: SuiteResult[] = [];
    for (const suite of SUITES.filter(({ packagePath }) => packagePath.startsWith(only))) {
      if (!canRun(suite, version)) {
        say([`${suite.packagePath} not measured: this Go has no ${suite.needs ?? ""}`]);
        continue;
      }
      const result = await measureSuite(suite, builder.tests(suite.packagePath), plan);
      say([suiteLine(result, kinds)]);
      results.push(result);
    }
    say(results.length === 0 ? [] : [suitesLine(results, kinds)]);
  }
  if (chosen.includes("workloads")) {
    const plan = { kinds, turns: Math.ceil(8 * timesLonger()), only, folder };
    const binaries = builder.program("workloads");
    const groups =
      workloadNames(binaries.plain, only).length === 0 ? [] : await measureWorkloads(binaries, plan);
    say(workloadLines(groups, kinds, process.env["MAPTRAP_BENCH_TABLE"] === "1"));
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
