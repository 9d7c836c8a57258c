/** What `maptrap run` and `maptrap test` have in common: the probe, the campaign, the case. */
import { randomInt } from "node:crypto";
import path from "node:path";
import { originOf } from "../analysis/origin.js";
import { buildCase, type CaseProcess } from "../analysis/build-case.js";
import { MaptrapError } from "../base/errors.js";
import type { EventFile } from "../evidence/ring/format.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { openToolchain, type Toolchain } from "../golang/toolchain.js";
import { checkModule, type GoCall } from "../probe/build.js";
import { type Campaign, type CampaignRun, runCampaign, type RunSetup } from "../probe/campaign.js";
import { makeOverlay } from "../probe/overlay/make.js";
import type { PackageChoice } from "../probe/packages.js";
import { type Interruption, runTarget, type TargetOutcome } from "../probe/target.js";
import { inputForRun } from "../probe/stdin.js";
import { chooseOverlay } from "../probe/user-overlay.js";
import { buildFlags, type CampaignFlags } from "./campaign-options.js";
import { campaignStatus, showCase } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { withInterruption } from "./interruption.js";
import { withPrivateFolder } from "./private-folder.js";
import { type Progress, progressOn } from "./progress.js";
import type { ModulePlace } from "./source-reader.js";

/** Everything that one call of a command works with. */
export interface CampaignWork {
  readonly flags: CampaignFlags;
  readonly context: CommandContext;
  /** Private folder; removed at the end. */
  readonly folder: string;
  readonly interruption: Interruption;
  readonly progress: Progress;
}

/** What came of it. */
export interface CampaignResult {
  readonly campaign: Campaign;
  readonly seed: number;
  /** undefined when the program was built before. */
  readonly toolchain: Toolchain | undefined;
  readonly modules: readonly ModulePlace[];
  /** The binary of a process, and the package that it tests. */
  readonly processOf: (
    file: EventFile,
    run: CampaignRun,
  ) => Pick<CaseProcess, "binary" | "packagePath" | "exitStatus">;
  /** What the person should know besides, one sentence each. */
  readonly notes: readonly string[];
}

/** Does the work of a command, shows the case, and sets the exit status. */
export async function doCampaignWork(
  flags: CampaignFlags,
  context: CommandContext,
  work: (work: CampaignWork) => Promise<CampaignResult>,
): Promise<void> {
  await withPrivateFolder(flags.keep === true, async (folder) => {
    if (flags.keep === true) {
      process.stderr.write(`maptrap: binaries and event files are kept in ${folder}\n`);
    }
    const progress = progressOn(process.stderr);
    try {
      const result = await withInterruption((interruption) =>
        work({ flags, context, folder, interruption, progress }),
      );
      await finish(flags, context, result);
    } finally {
      progress.clear();
    }
  });
}

async function finish(flags: CampaignFlags, context: CommandContext, result: CampaignResult): Promise<void> {
  const { campaign, toolchain } = result;
  const incident = buildCase({
    command: context.call,
    workingDirectory: context.workingDirectory,
    toolchain: toolchain && {
      goVersion: toolchain.version,
      platform: `${toolchain.goos}/${toolchain.goarch}`,
      goroot: toolchain.goroot,
    },
    processes: campaign.runs.flatMap((run) =>
      run.files.map((eventFile) => ({ eventFile, run: run.run, ...result.processOf(eventFile, run) })),
    ),
    runs: campaign.runs.length,
    stopped: campaign.stopped,
  });
  await showCase(incident, { json: flags.json === true, file: flags.output, modules: result.modules });
  const unreadable = campaign.runs.flatMap((run) => run.unreadable);
  const seed = `seed ${result.seed} (--seed ${result.seed} begins with the same delays)`;
  for (const note of [...result.notes, ...unreadable, seed]) {
    process.stderr.write(`maptrap: ${note}\n`);
  }
  process.exitCode = campaignStatus(incident, campaign.runs);
}

/** Finds the toolchain, makes the overlay, and puts it together with the user's own. */
export async function prepareProbe(
  work: CampaignWork,
  packages: PackageChoice,
  moreFlags: readonly string[],
): Promise<{ readonly toolchain: Toolchain; readonly call: GoCall }> {
  const { flags, context, folder, progress } = work;
  const { directory } = packages;
  const toolchain = await openToolchain({ go: flags.go, directory, environment: context.environment });
  checkModule(toolchain, packages, context.environment);
  const overlay = await makeOverlay(toolchain);
  progress.say(
    overlay.cached
      ? "building with the probe"
      : "building with the probe; the first build compiles the standard library too and takes about a minute",
  );
  const userFlags = [...buildFlags(flags), ...moreFlags];
  const mergedFile = path.join(folder, "overlay.json");
  const { workingDirectory, environment } = context;
  const chosen = await chooseOverlay(toolchain, overlay.overlayFile, userFlags, workingDirectory, mergedFile);
  // `go build` leaves its own temporary folder behind when it is interrupted; here it lies in ours.
  const goEnvironment = { GOTMPDIR: folder, ...environment };
  const { overlayFile, flags: goFlags } = chosen;
  const signal = work.interruption.stop;
  const call = { toolchain, packages, overlayFile, flags: goFlags, environment: goEnvironment, signal };
  return { toolchain, call };
}

/** How one run is started. */
export interface RunCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
}

/** How the runs of a campaign are made. */
export interface RunPlan {
  /** Whether the probe's own report is silenced. */
  readonly quiet: boolean;
  /** What the person should know besides. */
  readonly notes: Set<string>;
  readonly commandFor: (setup: RunSetup) => Promise<RunCommand>;
  /** Called when a run has ended, before the next one is planned. */
  readonly onRunEnd?: (run: CampaignRun) => Promise<void>;
  /** The symbols of a process; undefined where they are not known. */
  readonly symbolsOf: (file: EventFile) => Symbolizer | undefined;
}

/** Runs the campaign. The program has the terminal to itself while it runs. */
export async function campaignOf(
  work: CampaignWork,
  plan: RunPlan,
): Promise<{ readonly campaign: Campaign; readonly seed: number }> {
  const { flags, context, folder, progress } = work;
  const seed = flags.seed ?? randomInt(1, 2 ** 32);
  const { quiet, symbolsOf, onRunEnd } = plan;
  const options = {
    folder,
    quiet,
    seed,
    environment: context.environment,
    isOwnCode: ownCodeBy(symbolsOf),
    onRunEnd,
  };
  const { runs, budget, halt } = flags;
  const campaign = await runCampaign({ ...options, runs, budget, halt: halt === true }, async (setup) => {
    const command = await plan.commandFor(setup);
    const held = setup.plan.filter((entry) => entry.action === "hold").length;
    progress.note(
      `run ${setup.run} of ${runs} at the most${held > 0 ? `, ${held} places delayed on purpose` : ""}`,
    );
    return runOnce(work, setup, command, plan.notes);
  });
  return { campaign, seed };
}

/** Whether a site lies outside the standard library, as far as its binary's symbols tell. */
function ownCodeBy(symbolsOf: RunPlan["symbolsOf"]): (file: EventFile, site: number) => boolean {
  return (file, site) => {
    // A site is a return address: the call lies before it.
    const frames = symbolsOf(file)?.symbolize(site - 1) ?? [];
    const context = { modulePath: symbolsOf(file)?.modulePath ?? null, goroot: null };
    const origins = frames.map((frame) => originOf(frame, context));
    return origins.length === 0 || origins.some((origin) => origin === "own" || origin === "dependency");
  };
}

async function runOnce(
  { flags, interruption }: CampaignWork,
  setup: RunSetup,
  { command, args, directory }: RunCommand,
  notes: Set<string>,
): Promise<TargetOutcome> {
  const input = inputForRun(setup.run);
  if (input.usedUp) {
    notes.add(
      "standard input was read by the first run; later runs read nothing (give it as a file to have it read by all)",
    );
  }
  try {
    return await runTarget(command, args, {
      environment: setup.environment,
      directory,
      stdin: input.stdin,
      stdout: flags.json === true ? 2 : "inherit",
      interruption,
      timeoutMilliseconds: flags.timeout === undefined ? undefined : flags.timeout / 1e6,
    });
  } finally {
    input.close();
  }
}

/** The probe wrote nothing though it was built in. */
export class NoEventFileError extends MaptrapError {
  constructor(status: number) {
    super(`the program ended with status ${status} and its probe wrote no event file`, {
      wayOut:
        "see whether the folder for temporary files (TMPDIR) has room, and whether the program clears its environment",
    });
  }
}

/** Whether the probe can write an event file on a target. */
export function recordsOn(goos: string): boolean {
  return goos === "linux";
}
