/** `maptrap compare`: the same tests or program with order observed and with Go's race detector, side by side. */
import { readFile } from "node:fs/promises";
import { type ComparedRun, compareRuns, type Comparison, type Way } from "../analysis/compare.js";
import { UsageError } from "../base/errors.js";
import { GoCommandError } from "../golang/toolchain.js";
import { type GoPackage, listPackages, NotAProgramError } from "../probe/build.js";
import { orderSize } from "../probe/campaign.js";
import { buildMeasure, readCosts } from "../probe/measure.js";
import type { OrderOptions } from "../probe/order-files.js";
import { choosePackages, chooseProgram, type PackageChoice } from "../probe/packages.js";
import type { TargetOutcome } from "../probe/target.js";
import { comparisonJson } from "../report/json/comparison.js";
import { renderComparison } from "../report/text/compare.js";
import { buildFlags, type CampaignFlags } from "./commands/campaign-options.js";
import { type CampaignWork, defaultMaxSize, prepareProbe, type RunCommand } from "./campaign-work.js";
import { trappedStatus } from "./case-output.js";
import { CompareRead } from "./compare-read.js";
import {
  buildForWay,
  environmentOf,
  makeFolders,
  programCommandOf,
  type RunFolders,
  runWay,
  type Subject,
  testCommandOf,
} from "./compare-ways.js";
import type { CommandContext } from "./context.js";
import { withInterruption } from "./interruption.js";
import { TextFile } from "./output-file.js";
import { withPrivateFolder } from "./private-folder.js";
import { progressOn } from "./progress.js";
import { withFlagsFor } from "./test.js";

/** The options, as they come out of the command line. */
export type CompareFlags = Pick<
  CampaignFlags,
  "go" | "runs" | "maxSize" | "timeout" | "tags" | "buildFlag" | "json" | "output" | "keep"
> & { readonly run?: true | undefined };

/** Makes the runs, shows the comparison, and sets the exit status. */
export async function doCompare(
  flags: CompareFlags,
  context: CommandContext,
  words: readonly string[],
): Promise<void> {
  const output = await TextFile.at(flags.output, context.workingDirectory, {
    what: "the comparison",
    option: "--output",
  });
  await withPrivateFolder(flags.keep === true, async (folder) => {
    if (flags.keep === true) {
      process.stderr.write(`maptrap: what the runs printed and left is kept in ${folder}\n`);
    }
    const progress = progressOn(process.stderr);
    try {
      await withInterruption(async (interruption) => {
        const work = { flags: { ...flags, only: "order" as const }, context, folder, interruption, progress };
        const { comparison, goVersion } = await compare(work, words, flags.run === true);
        progress.clear();
        await output?.write(comparisonOf(comparison, goVersion, context));
        show(comparison, goVersion, flags, context);
      });
    } finally {
      progress.clear();
    }
  });
}

function comparisonOf(
  comparison: Comparison,
  goVersion: string,
  { call: command, workingDirectory }: CommandContext,
): string {
  return comparisonJson(comparison, { command, workingDirectory, goVersion });
}

function show(comparison: Comparison, goVersion: string, flags: CompareFlags, context: CommandContext): void {
  process.stdout.write(
    flags.json === true
      ? comparisonOf(comparison, goVersion, context)
      : renderComparison(comparison, context.workingDirectory),
  );
  const found = comparison.findings.length + comparison.otherRaces > 0;
  const failed = comparison.runs.find(({ way, status }) => way === "plain" && status !== 0);
  process.exitCode = found ? trappedStatus : (failed?.status ?? 0);
}

const ways: readonly Way[] = ["plain", "order", "race"];

async function compare(
  work: CampaignWork,
  words: readonly string[],
  isProgram: boolean,
): Promise<{ readonly comparison: Comparison; readonly goVersion: string }> {
  const { interruption, progress, flags } = work;
  const maker = await RunMaker.prepare(work, words, isProgram);
  const runs: ComparedRun[] = [];
  const notes = new Set<string>();
  const count = flags.runs ?? 3;
  for (let run = 1; run <= count; run++) {
    // The ways take turns, so that what else the machine does is the same for all.
    for (const way of ways) {
      if (!interruption.stop.aborted) {
        progress.say(`run ${run} of ${count}: ${way === "race" ? "-race" : way}`);
        const { made, said } = await maker.make(way, run);
        runs.push(made);
        said.forEach((note) => notes.add(note));
      }
    }
  }
  if (interruption.stop.aborted) {
    notes.add("it was interrupted");
  }
  const names = maker.packages.map(({ importPath }) => importPath);
  return {
    comparison: compareRuns(runs, { names, notes: [...notes] }),
    goVersion: maker.subject.toolchain.version,
  };
}

/** Makes the runs. */
class RunMaker {
  private constructor(
    private readonly work: CampaignWork,
    readonly subject: Subject,
    readonly packages: readonly GoPackage[],
    private readonly read: CompareRead,
    /** The program for each way; undefined for tests. */
    private readonly programs: ReadonlyMap<Way, string> | undefined,
  ) {}

  static async prepare(work: CampaignWork, words: readonly string[], isProgram: boolean): Promise<RunMaker> {
    const { folder, context, progress, interruption, flags } = work;
    const choice = await chooseSubject(words, context, isProgram);
    const testFlags = isProgram ? [] : context.wordsAfterDashes;
    const { toolchain, call } = await prepareProbe(work, choice, testFlags);
    const build = { toolchain, folder, environment: call.environment, signal: interruption.stop };
    const measure = await buildMeasure(build, false);
    progress.say("looking whether Go can build with its race detector");
    await buildMeasure(build, true);
    const ownFlags = [...buildFlags(flags), ...testFlags];
    const plain = { ...call, overlayFile: undefined, flags: ownFlags };
    const packages = await listPackages({ ...plain, flags: buildFlags(flags) }, !isProgram);
    const subject = { toolchain, order: withFlagsFor(packages, call, toolchain), plain, measure };
    const programs = isProgram ? await buildPrograms(work, subject, packages) : undefined;
    const size = sizeOf(work);
    const read = new CompareRead(work, { toolchain, packages, size, program: programs?.get("order") });
    return new RunMaker(work, subject, packages, read, programs);
  }

  /** Makes one run and reads what it left. */
  async make(
    way: Way,
    run: number,
  ): Promise<{ readonly made: ComparedRun; readonly said: readonly string[] }> {
    const folders = await makeFolders(this.work.folder, way, run);
    let outcome: TargetOutcome | undefined;
    const runIt = async (): Promise<void> => {
      outcome = await this.#run(way, folders);
    };
    const none = { reading: null, findings: [], otherRaces: [], notes: [] };
    const left = way === "order" ? await this.read.order(folders, runIt) : await runIt().then(() => none);
    const { notes, ...found } = way === "race" ? await this.read.race(folders) : left;
    const cost = await readCosts(folders.costs);
    if (cost.processes === 0 && outcome?.interrupted === false) {
      const title = this.programs === undefined ? "go test" : "the program";
      throw new GoCommandError(title, await readFile(folders.output, "utf8"), outcome.status);
    }
    return { made: { way, run, cost, status: outcome?.status ?? 0, ...found }, said: notes };
  }

  async #run(way: Way, folders: RunFolders): Promise<TargetOutcome> {
    const { context, flags, interruption } = this.work;
    const maxSize = way === "order" ? await orderSize(folders.events, sizeOf(this.work)) : {};
    const environment = environmentOf(way, context.environment, folders, maxSize);
    const command = await this.#command(way, folders);
    return runWay(command, environment, folders.output, {
      interruption,
      timeoutMilliseconds: flags.timeout === undefined ? undefined : flags.timeout / 1e6,
    });
  }

  async #command(way: Way, folders: RunFolders): Promise<RunCommand> {
    const program = this.programs?.get(way);
    const { wordsAfterDashes: args, workingDirectory: directory } = this.work.context;
    return program === undefined
      ? testCommandOf(this.subject, way, folders)
      : programCommandOf(this.subject, program, folders, { args, directory });
  }
}

/** Packages are tested one after another. */
function sizeOf({ flags }: CampaignWork): Pick<OrderOptions, "maxSize" | "processes"> {
  return { maxSize: flags.maxSize ?? defaultMaxSize, processes: 1 };
}

async function chooseSubject(
  words: readonly string[],
  { workingDirectory }: CommandContext,
  isProgram: boolean,
): Promise<PackageChoice> {
  if (!isProgram) {
    return choosePackages(words, workingDirectory);
  }
  const choice = await chooseProgram(words, workingDirectory);
  if (choice.kind === "binary") {
    throw new UsageError(`${choice.file} is built already`, "name its package: it is built in three ways");
  }
  return choice;
}

async function buildPrograms(
  work: CampaignWork,
  subject: Subject,
  packages: readonly GoPackage[],
): Promise<ReadonlyMap<Way, string>> {
  const [program] = packages;
  if (program === undefined || packages.length > 1) {
    throw new UsageError(
      `one program is run at a time; ${packages.length} packages were named`,
      "name one main package",
    );
  }
  if (program.name !== "main") {
    throw new NotAProgramError(program.importPath);
  }
  const files = new Map<Way, string>();
  for (const way of ways) {
    work.progress.say(`building: ${way === "race" ? "-race" : way}`);
    files.set(way, await buildForWay(subject, way, work.folder));
  }
  return files;
}
