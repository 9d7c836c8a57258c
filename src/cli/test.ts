/** `maptrap test`: runs `go test` with the probe, and names both sides of each conflict, by package and test. */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { EventFile } from "../evidence/ring/format.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import type { PlanEntry } from "../evidence/ring/plan.js";
import { splitFlags, takeFlag } from "../golang/goflags.js";
import type { Toolchain } from "../golang/toolchain.js";
import { type GoCall, type GoPackage, listPackages } from "../probe/build.js";
import type { CampaignRun, RunSetup } from "../probe/campaign.js";
import { choosePackages } from "../probe/packages.js";
import { keptBinaries, makeKeeper } from "../probe/test-binaries.js";
import { SymbolCache } from "./binary-symbols.js";
import { buildFlags, campaignCommand, type CampaignFlags } from "./campaign-options.js";
import {
  campaignOf,
  type CampaignResult,
  type CampaignWork,
  doCampaignWork,
  prepareProbe,
  recordsOn,
  type RunCommand,
} from "./campaign-work.js";
import type { CommandContext } from "./context.js";

const help = `
go test's own output is shown as it is. Flags for go test come after --. The tests are run up to three times; later
runs delay the places where two goroutines came close to each other, and leave out packages with no such place.

Exit status: 66 when a conflict was trapped; else that of the first go test that failed; else 0.

Examples:
  maptrap test ./...
  maptrap test --runs 10 ./cache -- -run TestEvict -v
  maptrap test --race --tags=integration ./... -- -timeout 30m -args -verbose`;

/** Makes the command. */
export function testCommand(context: CommandContext): Command<[string[]], CampaignFlags> {
  return campaignCommand("test")
    .description("run go test with the probe, and name both sides of each conflict on a map")
    .argument("[packages...]", "packages, as for go test")
    .usage("[flags] [packages] [-- flags of go test]")
    .addHelpText("after", help)
    .action((words, flags) => doCampaignWork(flags, context, (work) => test(work, words)));
}

async function test(work: CampaignWork, words: readonly string[]): Promise<CampaignResult> {
  const choice = await choosePackages(words, work.context.workingDirectory);
  const { toolchain, call } = await prepareProbe(work, choice, work.context.wordsAfterDashes);
  // Packages that do not build are listed too: what is wrong with them is for go test to say.
  const packages = await listPackages(
    { ...call, flags: takeFlag(buildFlags(work.flags), "overlay").rest },
    true,
  );
  work.progress.clear();
  const kept = new KeptBinaries(packages);
  const records = recordsOn(toolchain.goos);
  const notes = new Set<string>();
  if (!records) {
    notes.add(
      "on this system the probe cannot write event files; what it found was printed by the tests themselves",
    );
  }
  const symbols = new SymbolCache();
  const symbolsOf = (file: EventFile): Symbolizer | undefined =>
    symbols.open(kept.binaryOf(file) ?? file.header.executable);
  const { campaign, seed } = await campaignOf(work, {
    quiet: records,
    notes,
    commandFor: (setup) => goTest(call, toolchain, setup, kept),
    onRunEnd: (run) => kept.take(run),
    symbolsOf,
  });
  return {
    campaign,
    seed,
    toolchain,
    modules: packages
      .filter((one) => one.modulePath !== "")
      .map(({ modulePath, moduleFolder }) => ({ modulePath, folder: moduleFolder })),
    notes: [...notes],
    processOf: (file) => ({ binary: symbolsOf(file), packagePath: kept.packageOf(file) }),
  };
}

/** The call of `go test` for one run. */
async function goTest(
  call: GoCall,
  toolchain: Toolchain,
  setup: RunSetup,
  kept: KeptBinaries,
): Promise<RunCommand> {
  const { value: usersExec, rest } = takeFlag(call.flags, "exec");
  const inGoflags = takeFlag(splitFlags(toolchain.goflags, toolchain.minor >= 20), "exec").value;
  const folder = path.join(setup.folder, "binaries");
  const args = ["test", `-overlay=${call.overlayFile}`, "-count=1"];
  if (process.platform !== "win32") {
    args.push(`-exec=${await makeKeeper(folder, usersExec ?? inGoflags)}`);
    kept.folder = folder;
  }
  const packages = packagesWorthIt(setup, kept) ?? call.packages.patterns;
  return {
    command: toolchain.goCommand,
    args: [...args, ...packages, ...(process.platform === "win32" ? call.flags : rest)],
    directory: call.packages.directory,
  };
}

/** The packages that the plan names, that crashed, or, without a plan, that shared maps; undefined stands for all. */
function packagesWorthIt({ plan, earlier }: RunSetup, kept: KeptBinaries): string[] | undefined {
  const last = earlier.at(-1);
  if (last === undefined) {
    return undefined;
  }
  const planned = new Set(plan.map((entry: PlanEntry) => entry.identity));
  const mayShowMore = ({ header }: EventFile, run: CampaignRun): boolean =>
    run === last && (header.state !== "exited" || (plan.length === 0 && header.sharedMaps > 0));
  const names = new Set<string>();
  for (const run of earlier) {
    for (const file of run.files) {
      if (planned.has(file.header.identity) || mayShowMore(file, run)) {
        const name = kept.packageOf(file);
        if (name === undefined) {
          return undefined;
        }
        names.add(name);
      }
    }
  }
  return names.size === 0 ? undefined : [...names];
}

/**
 * The test binaries of all runs so far. One is kept for each package, and only where there is something to look up in it:
 * all of them together can be large.
 */
class KeptBinaries {
  /** Where the run that comes next keeps them. */
  folder: string | undefined;
  readonly #fileByIdentity = new Map<bigint, string>();
  readonly #packageByIdentity = new Map<bigint, string>();
  readonly #packageByFolder: ReadonlyMap<string, string>;

  constructor(packages: readonly GoPackage[]) {
    this.#packageByFolder = new Map(packages.map((one) => [one.folder, one.importPath]));
  }

  /** Takes over what a run has left, and removes what is not needed. */
  async take(run: CampaignRun): Promise<void> {
    for (const binary of this.folder === undefined ? [] : await keptBinaries(this.folder)) {
      const files = run.files.filter((file) => file.header.executable === binary.original);
      const needed = files.find((file) => file.conflicts.length > 0 || file.pairs.length > 0)?.header
        .identity;
      if (needed !== undefined && !this.#fileByIdentity.has(needed)) {
        this.#fileByIdentity.set(needed, binary.file);
      } else {
        await rm(binary.file, { force: true });
      }
      const packagePath = this.#packageByFolder.get(binary.folder);
      if (packagePath !== undefined) {
        files.forEach((file) => this.#packageByIdentity.set(file.header.identity, packagePath));
      }
    }
  }

  /** The test binary that a process ran; undefined for another program that a test started. */
  binaryOf(file: EventFile): string | undefined {
    return this.#fileByIdentity.get(file.header.identity);
  }

  /** Import path of the package that a process tested. */
  packageOf(file: EventFile): string | undefined {
    return this.#packageByIdentity.get(file.header.identity);
  }
}
