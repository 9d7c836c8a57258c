/** What `maptrap run` and `maptrap test` have in common: the probe, the campaign, the case. */
import { randomInt } from "node:crypto";
import path from "node:path";
import { originOf } from "../analysis/origin.js";
import { buildCase, type CaseProcess } from "../analysis/build-case.js";
import { MaptrapError } from "../base/errors.js";
import type { EventFile } from "../evidence/ring/format.js";
import { openToolchain, type Toolchain } from "../golang/toolchain.js";
import { checkModule, type GoCall } from "../probe/build.js";
import { type Campaign, type CampaignRun, runCampaign, type RunSetup } from "../probe/campaign.js";
import { makeOverlay } from "../probe/overlay/make.js";
import { withOrderFlags } from "../probe/order-flags.js";
import type { PackageChoice } from "../probe/packages.js";
import { type Interruption, runTarget, type TargetOutcome } from "../probe/target.js";
import { inputForRun } from "../probe/stdin.js";
import { chooseOverlay } from "../probe/user-overlay.js";
import { NoRoomForOrderError, type OrderOptions, roomForOrder } from "../probe/order-files.js";
import { bytesText } from "../report/text/table.js";
import { buildFlags, type CampaignFlags, runsOf } from "./commands/campaign-options.js";
import { campaignStatus, caseFile, type CaseOutput, showCase } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { HtmlFile } from "./html-file.js";
import { ObservedOrder, type SymbolsOf } from "./observed-order.js";
import { chooseOrder, type OrderChoice } from "./order-choice.js";
import { readOrderFile } from "./order-file.js";
import { TextFile } from "./output-file.js";
import { withInterruption } from "./interruption.js";
import { withPrivateFolder } from "./private-folder.js";
import { type Progress, progressOn } from "./progress.js";
import { type ModulePlace, sourceReader } from "./source-reader.js";

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
  readonly order: ObservedOrder;
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
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const file = await TextFile.at(flags.output, context.workingDirectory, {
    what: caseFile,
    option: "--output",
  });
  await withPrivateFolder(flags.keep === true, async (folder) => {
    if (flags.keep === true) {
      process.stderr.write(`maptrap: binaries and event files are kept in ${folder}\n`);
    }
    const progress = progressOn(process.stderr);
    try {
      const result = await withInterruption((interruption) =>
        work({ flags, context, folder, interruption, progress }),
      );
      await finish(flags, context, result, { html, file });
    } finally {
      progress.clear();
    }
  });
}

async function finish(
  flags: CampaignFlags,
  context: CommandContext,
  result: CampaignResult,
  files: Pick<CaseOutput, "html" | "file">,
): Promise<void> {
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
      run.files.map((eventFile) => ({
        eventFile,
        order: result.order.foundIn(eventFile),
        run: run.run,
        ...result.processOf(eventFile, run),
      })),
    ),
    readSource: sourceReader(result.modules),
    runs: campaign.runs.length,
    stopped: campaign.stopped,
  });
  const { modules } = result;
  await showCase(incident, { json: flags.json === true, ...files, modules });
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
): Promise<{ readonly toolchain: Toolchain; readonly call: GoCall; readonly order: OrderChoice }> {
  const { flags, context, folder, progress } = work;
  const { directory } = packages;
  const toolchain = await openToolchain({ go: flags.go, directory, environment: context.environment });
  checkModule(toolchain, packages, context.environment);
  const userFlags = [...buildFlags(flags), ...moreFlags];
  const order = chooseOrder(flags.only, toolchain, userFlags);
  const overlay = await makeOverlay(toolchain, { order: order.observe });
  progress.say(
    overlay.cached
      ? "building with the probe"
      : "building with the probe; the first build compiles the standard library too and takes about a minute",
  );
  const mergedFile = path.join(folder, "overlay.json");
  const { workingDirectory, environment } = context;
  const chosen = await chooseOverlay(toolchain, overlay.overlayFile, userFlags, workingDirectory, mergedFile);
  // `go build` leaves its own temporary folder behind when it is interrupted; here it lies in ours.
  const goEnvironment = { GOTMPDIR: folder, ...environment };
  const { overlayFile } = chosen;
  const goFlags = order.observe ? withOrderFlags(chosen.flags, toolchain, packages.patterns) : chosen.flags;
  const signal = work.interruption.stop;
  const call = { toolchain, packages, overlayFile, flags: goFlags, environment: goEnvironment, signal };
  return { toolchain, call, order };
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
  readonly order: OrderChoice;
  /** How many processes of a run write at the same time, as a guess. */
  readonly processes: number;
  /** What the person should know besides. */
  readonly notes: Set<string>;
  readonly commandFor: (setup: RunSetup) => Promise<RunCommand>;
  /** Called before order events of a process are read. */
  readonly beforeReading?: () => Promise<void>;
  /** Called when what a run left was read, before the next one is planned. */
  readonly onRunEnd?: (run: CampaignRun) => Promise<void>;
  readonly symbolsOf: SymbolsOf;
}

/** Runs the campaign. The program has the terminal to itself while it runs. */
export async function campaignOf(
  work: CampaignWork,
  plan: RunPlan,
): Promise<Pick<CampaignResult, "campaign" | "seed" | "order">> {
  const { flags, context, folder, progress, interruption } = work;
  const seed = flags.seed ?? randomInt(1, 2 ** 32);
  const runs = runsOf(flags);
  const order = new ObservedOrder(readOrderFile, plan.symbolsOf, work);
  const options = {
    folder,
    runs,
    seed,
    quiet: plan.quiet,
    order: await orderOptions(work, plan, order),
    budget: flags.budget,
    halt: flags.halt === true,
    stop: interruption.stop,
    environment: context.environment,
    isOwnCode: ownCodeBy(plan.symbolsOf),
    onRunEnd: plan.onRunEnd,
  };
  const campaign = await runCampaign(options, async (setup) => {
    const command = await plan.commandFor(setup);
    progress.note(`run ${setup.run} of ${runs} at the most: ${deedOf(setup)}`);
    return runOnce(work, setup, command, plan.notes);
  });
  return { campaign, seed, order };
}

/** What a run is for, in a few words. */
function deedOf({ mode, plan }: RunSetup): string {
  if (mode === "order") {
    return "what orders accesses is observed";
  }
  const held = plan.filter((entry) => entry.action === "hold").length;
  return held > 0 ? `${held} places delayed on purpose` : "delays here and there";
}

/** How the runs that observe order are made; undefined when there are none. */
async function orderOptions(
  { flags, folder, progress }: CampaignWork,
  { order: choice, processes, notes, beforeReading }: RunPlan,
  order: ObservedOrder,
): Promise<OrderOptions | undefined> {
  if (choice.note !== undefined) {
    notes.add(choice.note);
  }
  if (!choice.observe) {
    return undefined;
  }
  const only = flags.only === "order";
  const maxSize = flags.maxSize ?? defaultMaxSize;
  try {
    const { forProcess } = await roomForOrder(folder, { maxSize, processes });
    if (forProcess < maxSize && flags.maxSize !== undefined) {
      progress.note(
        `there is room for ${bytesText(forProcess)} of order events for each process (TMPDIR names another folder)`,
      );
    }
  } catch (error) {
    if (!(error instanceof NoRoomForOrderError) || only) {
      throw error;
    }
    notes.add(`only the trap was used: ${error.message}`);
    return undefined;
  }
  return {
    runs: only ? runsOf(flags) : 1,
    maxSize,
    processes,
    keep: flags.keep === true,
    read: async (file) => {
      await beforeReading?.();
      return order.read(file);
    },
  };
}

/** How large the order events of one process may become. */
export const defaultMaxSize = 2 * 2 ** 30;

/** Whether a site lies outside the standard library, as far as its binary's symbols tell. */
function ownCodeBy(symbolsOf: SymbolsOf): (file: EventFile, site: number) => boolean {
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
