/** `maptrap run`: builds a program with the probe, runs it, and names both sides of each conflict. */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { MaptrapError } from "../base/errors.js";
import { buildProgram, type GoPackage, listPackages, NotAProgramError } from "../probe/build.js";
import type { Campaign } from "../probe/campaign.js";
import { chooseProgram, type PackageChoice } from "../probe/packages.js";
import type { Toolchain } from "../golang/toolchain.js";
import { SymbolCache } from "./binary-symbols.js";
import type { CampaignFlags } from "./commands/campaign-options.js";
import {
  campaignOf,
  type CampaignResult,
  type CampaignWork,
  doCampaignWork,
  NoEventFileError,
  prepareProbe,
  recordsOn,
  type RunCommand,
} from "./campaign-work.js";
import type { CommandContext } from "./context.js";
import type { SymbolsOf } from "./observed-order.js";
import { chooseOrderOfBuilt, type OrderChoice } from "./order-choice.js";
import type { ModulePlace } from "./source-reader.js";

/** Builds a program with the probe, runs it, shows the case, and sets the exit status. */
export async function runProgram(
  words: readonly string[],
  flags: CampaignFlags,
  context: CommandContext,
): Promise<void> {
  await doCampaignWork(flags, context, (work) => run(work, words));
}

/** A program that is ready to be run. */
interface Built {
  readonly file: string;
  /** undefined when it was built before. */
  readonly toolchain: Toolchain | undefined;
  readonly order: OrderChoice;
  readonly modules: readonly ModulePlace[];
}

async function run(work: CampaignWork, words: readonly string[]): Promise<CampaignResult> {
  const choice = await chooseProgram(words, work.context.workingDirectory);
  const built = choice.kind === "binary" ? await openBuilt(work, choice.file) : await build(work, choice);
  const records = recordsOn(built.toolchain?.goos ?? "linux");
  const notes = new Set<string>();
  if (!records) {
    notes.add(
      "on this system the probe cannot write an event file; what it found was printed by the program itself",
    );
  }
  work.progress.clear();
  const symbols = new SymbolCache();
  const symbolsOf: SymbolsOf = (file) => symbols.open(file.header.executable) ?? symbols.open(built.file);
  const command = {
    command: built.file,
    args: work.context.wordsAfterDashes,
    directory: work.context.workingDirectory,
  };
  const commandFor = async (): Promise<RunCommand> => command;
  const done = await campaignOf(work, {
    quiet: records,
    order: built.order,
    processes: 1,
    notes,
    commandFor,
    symbolsOf,
  });
  const { campaign } = done;
  if (records) {
    checkRecorded(campaign, built);
  }
  return {
    ...done,
    toolchain: built.toolchain,
    modules: built.modules,
    notes: [...notes],
    processOf: (file, { outcome }) => ({
      binary: symbolsOf(file),
      exitStatus: outcome.exited ? outcome.status : null,
    }),
  };
}

async function build(work: CampaignWork, packages: PackageChoice): Promise<Built> {
  const { call, toolchain, order } = await prepareProbe(work, packages, []);
  const listed = await listPackages(call);
  const [program] = listed;
  if (program === undefined || listed.length > 1) {
    throw new MaptrapError(`one program is run at a time; ${listed.length} packages were named`, {
      wayOut: "name one main package",
      exitStatus: 2,
    });
  }
  if (program.name !== "main") {
    throw new NotAProgramError(program.importPath);
  }
  const file = path.join(work.folder, "bin", programName(program));
  await mkdir(path.dirname(file));
  await buildProgram(call, file);
  const { modulePath, moduleFolder } = program;
  return { file, toolchain, order, modules: modulePath === "" ? [] : [{ modulePath, folder: moduleFolder }] };
}

/** A name for the binary, such as `go build` would choose. */
function programName({ importPath, folder }: GoPackage): string {
  const words = (importPath === "command-line-arguments" ? folder : importPath).split(/[\\/]/);
  const last = words.pop() ?? "";
  const name = /^v\d+$/.test(last) ? (words.pop() ?? last) : last;
  return name.replace(/[^\w.-]/g, "_") || "program";
}

/** Opens a program that was built before, and sees that it holds the probe, if it is a Go program. */
async function openBuilt({ flags }: CampaignWork, file: string): Promise<Built> {
  const isGo = new SymbolCache().open(file) !== undefined;
  const binary = await readFile(file);
  if (isGo && !binary.includes("runtime.maptrapAccess")) {
    throw new NotProbedError(file);
  }
  return { file, toolchain: undefined, order: chooseOrderOfBuilt(flags.only, file, binary), modules: [] };
}

/** A program that was named does not hold the probe. */
export class NotProbedError extends MaptrapError {
  constructor(file: string) {
    super(`${file} was built without the probe`, {
      wayOut: "name its package instead, or build it with: GOFLAGS=$(maptrap overlay --goflags) go build",
    });
  }
}

function checkRecorded(campaign: Campaign, built: Built): void {
  const [first] = campaign.runs;
  if (first === undefined || first.files.length > 0 || first.unreadable.length > 0) {
    return;
  }
  if (built.toolchain === undefined) {
    throw new NotProbedError(built.file);
  }
  if (!first.outcome.interrupted) {
    throw new NoEventFileError(first.outcome.status);
  }
}
