/** Reading what the runs of a comparison left: order events, and reports of the race detector. */
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { buildCase } from "../analysis/build-case.js";
import { type ComparedRun, racePlaces } from "../analysis/compare.js";
import { concludeReports } from "../analysis/crash/build-crash-case.js";
import type { CrashReport } from "../evidence/crashtext/crash-text.js";
import { readCrashText } from "../evidence/crashtext/read.js";
import type { Toolchain } from "../golang/toolchain.js";
import type { GoPackage } from "../probe/build.js";
import { OrderFiles, type OrderOptions, roomForOrder } from "../probe/order-files.js";
import { SymbolCache } from "./binary-symbols.js";
import type { CampaignWork } from "./campaign-work.js";
import type { RunFolders } from "./compare-ways.js";
import { KeptBinaries } from "./kept-binaries.js";
import { ObservedOrder, type SymbolsOf } from "./observed-order.js";
import { readOrderFile } from "./order-file.js";
import { type ModulePlace, sourceReader } from "./source-reader.js";

/** What a run left. */
export type ReadRun = Pick<ComparedRun, "reading" | "findings" | "otherRaces"> & {
  /** What could not be read, one sentence each. */
  readonly notes: readonly string[];
};

/** What is compared, as far as reading needs it. */
export interface ReadSubject {
  readonly toolchain: Toolchain;
  readonly packages: readonly GoPackage[];
  /** The program that is run, with the probe; undefined for tests. */
  readonly program: string | undefined;
  readonly size: Pick<OrderOptions, "maxSize" | "processes">;
}

/** So many race reports of one process are read. */
const mostReports = 10_000;

/** Reads what the runs left. */
export class CompareRead {
  readonly #symbols = new SymbolCache();
  readonly #kept: KeptBinaries;
  readonly #observed: ObservedOrder;
  readonly #modules: readonly ModulePlace[];
  readonly #symbolsOf: SymbolsOf;

  constructor(
    private readonly work: CampaignWork,
    private readonly subject: ReadSubject,
  ) {
    const { packages, program } = subject;
    this.#kept = new KeptBinaries(packages, this.#symbols);
    this.#modules = packages
      .filter((one) => one.modulePath !== "")
      .map(({ modulePath, moduleFolder }) => ({ modulePath, folder: moduleFolder }));
    this.#symbolsOf = (file) =>
      this.#symbols.open(this.#kept.binaryOf(file) ?? file.header.executable) ??
      (program === undefined ? undefined : this.#symbols.open(program));
    this.#observed = new ObservedOrder(readOrderFile, this.#symbolsOf, work);
  }

  /** Makes a run that observes order, and reads its events. What that costs is measured too. */
  async order(folders: RunFolders, runIt: () => Promise<void>): Promise<ReadRun> {
    const { size, program } = this.subject;
    if (program === undefined) {
      this.#kept.begin(folders.binaries);
    }
    const { together } = await roomForOrder(folders.events, size);
    const files = new OrderFiles(folders.events, together, {
      keep: this.work.flags.keep === true,
      read: async (file) => {
        await this.#kept.look();
        return this.#observed.read(file);
      },
    });
    files.watch();
    try {
      await runIt();
    } finally {
      await files.unwatch();
    }
    const [began, used] = [performance.now(), process.cpuUsage()];
    const read = await files.finish();
    const wall = (performance.now() - began) * 1e6;
    const { user, system } = process.cpuUsage(used);
    await this.#kept.take(read);
    const findings = this.#findingsIn(read.files);
    return {
      reading: { wall, cpu: (user + system) * 1000 },
      findings,
      otherRaces: [],
      notes: read.unreadable,
    };
  }

  #findingsIn(files: Parameters<KeptBinaries["take"]>[0]["files"]): ReadRun["findings"] {
    const { context } = this.work;
    const { version, goos, goarch, goroot } = this.subject.toolchain;
    const incident = buildCase({
      command: context.call,
      workingDirectory: context.workingDirectory,
      toolchain: { goVersion: version, platform: `${goos}/${goarch}`, goroot },
      readSource: sourceReader(this.#modules),
      processes: files.map((eventFile) => ({
        eventFile,
        order: this.#observed.foundIn(eventFile),
        run: null,
        binary: this.#symbolsOf(eventFile),
        packagePath: this.#kept.packageOf(eventFile),
      })),
    });
    return incident.findings;
  }

  /** Reads the reports that the race detector wrote in a run. */
  async race(folders: RunFolders): Promise<ReadRun> {
    const [module] = this.#modules;
    const context = { modulePath: module?.modulePath ?? null, goroot: this.subject.toolchain.goroot };
    const reports = (await raceFiles(folders.races)).map(async (file) => {
      const text = await readCrashText(createReadStream(file), { maxReports: mostReports });
      return text.reports.filter(({ kind }) => kind === "race");
    });
    const all = (await Promise.all(reports)).flat();
    const handled = all.map((report, index) => ({ report, evidence: "e0", handle: `o${index}` }));
    const findings = concludeReports(handled, context, undefined)
      .flatMap((one) => one.findings)
      .map((finding, index) => ({ ...finding, handle: `m${index}` }));
    return { reading: null, findings, otherRaces: [...new Set(all.flatMap(otherRace))], notes: [] };
  }
}

/** The files of all processes of a run. */
async function raceFiles(races: string): Promise<string[]> {
  const folder = path.dirname(races);
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(`${path.basename(races)}.`))
    .map((name) => path.join(folder, name));
}

/** The two places of a race that is not on a map. */
function otherRace(report: CrashReport): string[] {
  if (report.kind !== "race" || report.conflict !== null) {
    return [];
  }
  return [racePlaces(report.accesses.slice(0, 2).map(({ frames }) => frames[0]))];
}
