/**
 * A campaign: the same program run several times, each run planned from what all earlier ones saw.
 *
 *     run 1: order ──► what nothing orders ──► plan ──► run 2: trap ──► event files ──► plan ──► run 3: trap …
 *
 * The first run, or the first few, observe order (MAPTRAP=order), unless only the trap is wanted. It stops when nothing is left
 * that another run could show. How one run is made (a program, `go test`) is the caller's.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { MaptrapError } from "../base/errors.js";
import { copyEventFile } from "../evidence/ring/copy.js";
import type { EventFile, Nanoseconds } from "../evidence/ring/format.js";
import { encodePlan, type PlanEntry } from "../evidence/ring/plan.js";
import { readEventFile } from "../evidence/ring/read.js";
import type { UnorderedSites } from "./near-misses.js";
import { eventFileExtension, OrderFiles, type OrderOptions, roomForOrder } from "./order-files.js";
import { planNextRun } from "./plan.js";
import type { TargetOutcome } from "./target.js";

/** What a campaign is to do. */
export interface CampaignOptions {
  /** Private folder that event files and plans are written to. */
  readonly folder: string;
  /** How many runs at the most. */
  readonly runs: number;
  /** How runs that observe order are made; left out, there are none. */
  readonly order?: OrderOptions | undefined;
  /** From which each run's seed is derived. */
  readonly seed: number;
  /** Time that one process may spend in traps; undefined is the probe's default rule. */
  readonly budget?: Nanoseconds | undefined;
  /** Whether the first conflict ends the program. */
  readonly halt: boolean;
  /** Whether the probe's own report on stderr is silenced. */
  readonly quiet: boolean;
  /** The environment that the program's is made from. */
  readonly environment: NodeJS.ProcessEnv;
  /** Whether a site (PC - runtime.text) of a process lies outside the standard library: such sites are tried first. */
  readonly isOwnCode?: ((file: EventFile, site: number) => boolean) | undefined;
  /** Aborts when the person asks to stop; what was found until then counts. */
  readonly stop?: AbortSignal | undefined;
  /** Called when a run has ended and its event files were read, before the next one is planned. */
  readonly onRunEnd?: ((run: CampaignRun) => Promise<void>) | undefined;
}

/** What the probe does in a run. */
export type RunMode = "order" | "trap";

/** What a run is started with. */
export interface RunSetup {
  /** From 1. */
  readonly run: number;
  readonly mode: RunMode;
  readonly environment: NodeJS.ProcessEnv;
  /** Folder of the run's event files. */
  readonly folder: string;
  readonly plan: readonly PlanEntry[];
  /** All earlier runs. */
  readonly earlier: readonly CampaignRun[];
}

/** One run and what it left behind. */
export interface CampaignRun {
  readonly run: number;
  readonly mode: RunMode;
  readonly outcome: TargetOutcome;
  readonly plan: readonly PlanEntry[];
  /** Those of a run that observed order without the order events. */
  readonly files: readonly EventFile[];
  /** Sites that nothing orders, when it observed order. */
  readonly unordered: readonly UnorderedSites[];
  /** Event files that could not be read: a process that was killed while it started. One sentence each. */
  readonly unreadable: readonly string[];
  readonly milliseconds: number;
}

/** All runs of a campaign. */
export interface Campaign {
  readonly runs: readonly CampaignRun[];
  /** Why no more runs were made, one sentence; undefined when all that were asked for were made. */
  readonly stopped: string | undefined;
}

/** The default of how long one process may be held, when the program itself takes no longer. */
const defaultBudget: Nanoseconds = 2_000_000_000;

/** Runs a campaign. */
export async function runCampaign(
  options: CampaignOptions,
  runOnce: (setup: RunSetup) => Promise<TargetOutcome>,
): Promise<Campaign> {
  const runs: CampaignRun[] = [];
  let plan: readonly PlanEntry[] = [];
  for (let run = 1; ; run++) {
    const setup = await prepareRun(options, run, plan, runs);
    const last = await makeRun(options, setup, runOnce);
    runs.push(last);
    await options.onRunEnd?.(last);
    if (last.files.length === 0 && last.unreadable.length === 0 && run === 1) {
      return { runs, stopped: "the program wrote no event file" };
    }
    plan = nextPlan(options, runs, last);
    const stopped = reasonToStop(options, last, plan);
    if (stopped !== undefined || run >= options.runs) {
      return { runs, stopped };
    }
  }
}

/** Makes one run and reads what it left behind. */
async function makeRun(
  options: CampaignOptions,
  setup: RunSetup,
  runOnce: (setup: RunSetup) => Promise<TargetOutcome>,
): Promise<CampaignRun> {
  const { run, mode, plan, folder } = setup;
  const { order } = options;
  const started = performance.now();
  if (mode === "trap" || order === undefined) {
    const outcome = await runOnce(setup);
    const milliseconds = performance.now() - started;
    return { run, mode, outcome, plan, milliseconds, unordered: [], ...(await readEventFiles(folder)) };
  }
  const files = new OrderFiles(folder, (await roomForOrder(folder, order)).together, order);
  files.watch();
  let outcome: TargetOutcome;
  try {
    outcome = await runOnce(setup);
  } finally {
    await files.unwatch();
  }
  const milliseconds = performance.now() - started;
  return { run, mode, outcome, plan, milliseconds, ...(await files.finish()) };
}

function nextPlan(options: CampaignOptions, runs: readonly CampaignRun[], last: CampaignRun): PlanEntry[] {
  const budget = options.budget ?? Math.max(defaultBudget, last.milliseconds * 1e6);
  const known = new Map(
    runs.flatMap((run) => run.files.map((file) => [file.header.identity, file] as const)),
  );
  return planNextRun(runs, budget, (identity, site) => {
    const file = known.get(identity);
    return file === undefined || options.isOwnCode?.(file, site) !== false;
  });
}

/** Why no further run is made; undefined when one is worth it. */
function reasonToStop(
  options: CampaignOptions,
  last: CampaignRun,
  plan: readonly PlanEntry[],
): string | undefined {
  if (last.outcome.interrupted || options.stop?.aborted === true) {
    return "it was interrupted";
  }
  if (options.halt && last.files.some((file) => file.conflicts.length > 0)) {
    return "the first conflict ends the work (--halt)";
  }
  if (modeOf(options, last.run + 1) === "order") {
    // Another run, another schedule.
    return undefined;
  }
  if (plan.length === 0 && !wasCutShort(last) && !mayStillShow(last)) {
    return last.run < options.runs ? "nothing is left that another run could show" : undefined;
  }
  return undefined;
}

/**
 * Whether another run is worth it without a plan: maps were shared and nothing was caught on them, so that other random
 * delays may show what these did not.
 */
function mayStillShow({ files }: CampaignRun): boolean {
  return (
    files.some((file) => file.header.sharedMaps > 0) && files.every((file) => file.conflicts.length === 0)
  );
}

/** Whether the program crashed, so that a part of it was perhaps not reached. */
function wasCutShort({ outcome, files }: CampaignRun): boolean {
  return outcome.status !== 0 && !outcome.timedOut && files.some((file) => file.header.state !== "exited");
}

async function prepareRun(
  options: CampaignOptions,
  run: number,
  plan: readonly PlanEntry[],
  earlier: readonly CampaignRun[],
): Promise<RunSetup> {
  const folder = path.join(options.folder, `run-${run}`);
  await mkdir(folder, { mode: 0o700 });
  const environment = withoutProbe(options.environment);
  const mode = modeOf(options, run);
  Object.assign(environment, {
    MAPTRAP: mode,
    MAPTRAP_DIR: folder,
    ...(options.quiet ? { MAPTRAP_QUIET: "1" } : {}),
    ...trapEnvironment(options, run),
    ...(mode === "order" && options.order !== undefined ? await orderSize(folder, options.order) : {}),
  });
  if (mode === "trap" && plan.length > 0) {
    const file = path.join(options.folder, `plan-${run}`);
    await writeFile(file, encodePlan(plan), { mode: 0o600 });
    environment["MAPTRAP_PLAN"] = file;
  }
  return { run, mode, environment, folder, plan: mode === "trap" ? plan : [], earlier };
}

function modeOf({ order }: CampaignOptions, run: number): RunMode {
  return run <= (order?.runs ?? 0) ? "order" : "trap";
}

/** How large the order events of a process may become, for its environment. */
export async function orderSize(
  folder: string,
  order: Pick<OrderOptions, "maxSize" | "processes">,
): Promise<NodeJS.ProcessEnv> {
  return { MAPTRAP_MAX_SIZE: `${(await roomForOrder(folder, order)).forProcess}` };
}

/** An environment with nothing of an outer maptrap. */
export function withoutProbe(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name !== "MAPTRAP" && !name.startsWith("MAPTRAP_")),
  );
}

function trapEnvironment({ seed, budget, halt }: CampaignOptions, run: number): NodeJS.ProcessEnv {
  return {
    MAPTRAP_SEED: `${seedOfRun(seed, run)}`,
    ...(budget === undefined ? {} : { MAPTRAP_BUDGET: `${Math.max(1, Math.round(budget))}` }),
    ...(halt ? { MAPTRAP_HALT: "1" } : {}),
  };
}

/** Each run has a seed of its own, so that its random delays differ; never 0. */
export function seedOfRun(seed: number, run: number): number {
  return (seed + (run - 1) * 0x9e37_79b9) >>> 0 || 1;
}

async function readEventFiles(folder: string): Promise<Pick<CampaignRun, "files" | "unreadable">> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(eventFileExtension)).toSorted();
  const files: EventFile[] = [];
  const unreadable: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    try {
      files.push(readEventFile(await copyEventFile(file), file));
    } catch (error) {
      if (!(error instanceof MaptrapError)) {
        throw error;
      }
      unreadable.push(error.message);
    }
  }
  return { files, unreadable };
}
