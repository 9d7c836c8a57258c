/** `maptrap test`: runs `go test` with the probe, and names both sides of each conflict, by package and test. */
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
import { type KeptBinary, keptBinaries, makeKeeper } from "../probe/test-binaries.js";
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
    symbols.open(kept.binaryOf(file)?.file ?? file.header.executable);
  const { campaign, seed } = await campaignOf(work, {
    quiet: records,
    notes,
    commandFor: (setup) => goTest(call, toolchain, setup, kept),
    onRunEnd: () => kept.readAll(),
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
    kept.folders.add(folder);
  }
  const packages = packagesWorthIt(setup, kept) ?? call.packages.patterns;
  return {
    command: toolchain.goCommand,
    args: [...args, ...packages, ...(process.platform === "win32" ? call.flags : rest)],
    directory: call.packages.directory,
  };
}

/** The packages that the plan names, or that crashed; undefined stands for all. */
function packagesWorthIt({ plan, earlier }: RunSetup, kept: KeptBinaries): string[] | undefined {
  const last = earlier.at(-1);
  if (last === undefined) {
    return undefined;
  }
  const planned = new Set(plan.map((entry: PlanEntry) => entry.identity));
  const crashed = (file: EventFile, run: CampaignRun): boolean =>
    run === last && file.header.state !== "exited";
  const names = new Set<string>();
  for (const run of earlier) {
    for (const file of run.files) {
      if (planned.has(file.header.identity) || crashed(file, run)) {
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

/** The test binaries of all runs so far. */
class KeptBinaries {
  /** One for each run. */
  readonly folders = new Set<string>();
  #byOriginal = new Map<string, KeptBinary>();
  readonly #packageByFolder: ReadonlyMap<string, string>;

  constructor(packages: readonly GoPackage[]) {
    this.#packageByFolder = new Map(packages.map((one) => [one.folder, one.importPath]));
  }

  /** Looks again for what was kept. */
  async readAll(): Promise<void> {
    const lists = await Promise.all([...this.folders].map(keptBinaries));
    this.#byOriginal = new Map(lists.flat().map((binary) => [binary.original, binary]));
  }

  /** The test binary that a process ran; undefined for another program that a test started. */
  binaryOf(file: EventFile): KeptBinary | undefined {
    return this.#byOriginal.get(file.header.executable);
  }

  /** Import path of the package that a process tested. */
  packageOf(file: EventFile): string | undefined {
    const folder = this.binaryOf(file)?.folder;
    return folder === undefined ? undefined : this.#packageByFolder.get(folder);
  }
}
