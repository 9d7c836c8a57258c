/** Test suites of packages of the standard library, whole processes. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { toolchain, type GoVersion } from "../../test/support/toolchains.js";
import { Series } from "../turns/series.js";
import { TurnTaker, type Turn } from "../turns/turn-taker.js";
import { environmentOf, type Binaries, type Kind } from "./builds.js";
import { emptyFolder, writtenIn } from "./event-folder.js";

/** Tests of one package. */
export interface Suite {
  readonly packagePath: string;
  /** Which of them; all of them when it is missing. */
  readonly run?: string;
  /** How often in one process; once when it is missing. */
  readonly count?: number;
  /** A file of the Go installation that its tests read; some of Debian's packages leave it out. */
  readonly needs?: string;
}

/** Packages with real concurrency, and some without. What is short is repeated, so that it is not the start of a process that is measured. */
export const SUITES: readonly Suite[] = [
  { packagePath: "net/http", run: "^Test(Serve|Transport|Client|Handler|Server|Request)" },
  { packagePath: "sync", count: 3 },
  { packagePath: "context", count: 20 },
  { packagePath: "encoding/json" },
  { packagePath: "time", run: "Timer|Ticker|After|Reset|Stop", needs: "lib/time/zoneinfo.zip" },
  { packagePath: "io", count: 10 },
  { packagePath: "log/slog", count: 10 },
  { packagePath: "log", count: 20 },
  { packagePath: "os/signal", run: "^Test(Signal|Reset|Stop|Notify|Ignore)" },
  { packagePath: "text/template", count: 10 },
  { packagePath: "database/sql" },
  { packagePath: "net/rpc", count: 4 },
  { packagePath: "container/heap", count: 20 },
];

/** Whether a Go installation has what a suite's tests read. */
export function canRun({ needs }: Suite, version: GoVersion): boolean {
  return needs === undefined || existsSync(path.join(toolchain(version), needs));
}

/** What was measured of a suite. */
export interface SuiteResult {
  readonly name: string;
  readonly series: Series;
  /** Of one run: events, and bytes of all order files. */
  readonly events: number;
  readonly bytes: number;
}

/** How often, and where. */
export interface SuitePlan {
  readonly version: GoVersion;
  readonly kinds: readonly Kind[];
  readonly turns: number;
  /** The program that runs the test binaries. */
  readonly runner: string;
  /** Where order files and output go. */
  readonly folder: string;
}

/**
 * Measures a suite.
 *
 * @throws Error when it did not pass in one of the builds
 */
export async function measureSuite(suite: Suite, binaries: Binaries, plan: SuitePlan): Promise<SuiteResult> {
  const eventFolder = path.join(plan.folder, "events");
  const series = new Series(suite.packagePath, { race: 2 });
  const runners = plan.kinds.map(
    (kind) => new TurnTaker(kind, plan.runner, [], environmentOf(kind, eventFolder)),
  );
  const output = path.join(plan.folder, "output");
  const inPackage = path.join(toolchain(plan.version), "src", suite.packagePath);
  let observed = { events: 0, fileBytes: 0 };
  try {
    for (let turn = 0; turn < plan.turns; turn++) {
      await series.add(runners, async (runner) => {
        emptyFolder(eventFolder);
        const command = [inPackage, output, binaries[runner.kind], ...argumentsOf(suite)].join("\t");
        const result = passed(await runner.turn(command), runner, output);
        if (runner.kind === "order") {
          observed = writtenIn(eventFolder);
        }
        return result;
      });
    }
  } finally {
    await Promise.all(runners.map(async (runner) => runner.stop()));
  }
  return { name: suite.packagePath, series, events: observed.events, bytes: observed.fileBytes };
}

function argumentsOf({ run = "", count = 1 }: Suite): string[] {
  return ["-test.short", `-test.run=${run}`, `-test.count=${String(count)}`, "-test.timeout=300s"];
}

function passed(turn: Turn, { kind }: { readonly kind: Kind }, output: string): Turn {
  if (turn.sum !== "exit-status-0") {
    throw new Error(`${kind}: ${turn.sum}: ${readFileSync(output, "utf8").slice(-4000)}`);
  }
  return turn;
}
