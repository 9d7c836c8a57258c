/** `maptrap test`: runs `go test` with the probe, and names both sides of each conflict, by package and test. */
import { availableParallelism } from "node:os";
import path from "node:path";
import type { EventFile } from "../evidence/ring/format.js";
import type { PlanEntry } from "../evidence/ring/plan.js";
import { splitFlags, takeFlag } from "../golang/goflags.js";
import type { Toolchain } from "../golang/toolchain.js";
import { type GoCall, type GoPackage, listPackages, overlayFlag } from "../probe/build.js";
import type { CampaignRun, RunSetup } from "../probe/campaign.js";
import { withOrderFlags } from "../probe/order-flags.js";
import { choosePackages } from "../probe/packages.js";
import { makeKeeper } from "../probe/test-binaries.js";
import { SymbolCache } from "./binary-symbols.js";
import { buildFlags, type CampaignFlags } from "./commands/campaign-options.js";
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
import { KeptBinaries } from "./kept-binaries.js";
import type { SymbolsOf } from "./observed-order.js";

/** Runs go test with the probe, shows the case, and sets the exit status. */
export async function runTests(
  words: readonly string[],
  flags: CampaignFlags,
  context: CommandContext,
): Promise<void> {
  await doCampaignWork(flags, context, (work) => test(work, words));
}

async function test(work: CampaignWork, words: readonly string[]): Promise<CampaignResult> {
  const choice = await choosePackages(words, work.context.workingDirectory);
  const {
    toolchain,
    call: prepared,
    order,
  } = await prepareProbe(work, choice, work.context.wordsAfterDashes);
  // Packages that do not build are listed too: what is wrong with them is for go test to say.
  const packages = await listPackages(
    { ...prepared, flags: takeFlag(buildFlags(work.flags), "overlay").rest },
    true,
  );
  const call = order.observe ? withFlagsFor(packages, prepared, toolchain) : prepared;
  work.progress.clear();
  const symbols = new SymbolCache();
  const kept = new KeptBinaries(packages, symbols);
  const records = recordsOn(toolchain.goos);
  const notes = new Set<string>();
  if (!records) {
    notes.add(
      "on this system the probe cannot write event files; what it found was printed by the tests themselves",
    );
  }
  const symbolsOf: SymbolsOf = (file) => symbols.open(kept.binaryOf(file) ?? file.header.executable);
  const done = await campaignOf(work, {
    quiet: records,
    order,
    processes: availableParallelism(),
    notes,
    commandFor: (setup) => goTest(call, toolchain, setup, kept),
    beforeReading: () => kept.look(),
    onRunEnd: (run) => kept.take(run),
    symbolsOf,
  });
  return {
    ...done,
    toolchain,
    modules: packages
      .filter((one) => one.modulePath !== "")
      .map(({ modulePath, moduleFolder }) => ({ modulePath, folder: moduleFolder })),
    notes: [...notes],
    processOf: (file) => ({ binary: symbolsOf(file), packagePath: kept.packageOf(file) }),
  };
}

/** The flags for order once more: packages of the standard library are compiled in another way when they are tested. */
export function withFlagsFor(packages: readonly GoPackage[], call: GoCall, toolchain: Toolchain): GoCall {
  const named = packages.map(({ importPath }) => importPath);
  return { ...call, flags: withOrderFlags(call.flags, toolchain, named) };
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
  const args = ["test", ...overlayFlag(call), "-count=1"];
  if (process.platform !== "win32") {
    args.push(`-exec=${await makeKeeper(folder, usersExec ?? inGoflags)}`);
    kept.begin(folder);
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
