/** The test binaries that the runs of `go test` have left, and what they are needed for. */
import { readdir, rm } from "node:fs/promises";
import type { EventFile } from "../evidence/ring/format.js";
import type { GoPackage } from "../probe/build.js";
import type { CampaignRun } from "../probe/campaign.js";
import { keptBinaries } from "../probe/test-binaries.js";
import type { SymbolCache } from "./binary-symbols.js";

/**
 * The test binaries of all runs so far. One is kept for each package, and only where there is something to look up in it:
 * all of them together can be large.
 */
export class KeptBinaries {
  /** Where the run keeps them. */
  #folder: string | undefined;
  /** Those of the run, by where go test had put them. */
  #current: ReadonlyMap<string, string> = new Map();
  /** How many there were when it was looked last. */
  #looked = 0;
  readonly #fileByIdentity = new Map<bigint, string>();
  readonly #packageByIdentity = new Map<bigint, string>();
  readonly #packageByFolder: ReadonlyMap<string, string>;

  constructor(
    packages: readonly GoPackage[],
    private readonly symbols: SymbolCache,
  ) {
    this.#packageByFolder = new Map(packages.map((one) => [one.folder, one.importPath]));
  }

  /** A run begins that keeps them in a folder. */
  begin(folder: string): void {
    this.#folder = folder;
    this.#current = new Map();
    this.#looked = 0;
  }

  /** Sees which ones the run has kept so far: what it wrote is read with them. */
  async look(): Promise<void> {
    if (this.#folder === undefined || (await readdir(this.#folder)).length === this.#looked) {
      return;
    }
    const kept = await keptBinaries(this.#folder);
    this.#current = new Map(kept.map(({ original, file }) => [original, file]));
    // One that is being kept at this moment is looked at again.
    this.#looked = kept.every(({ original }) => original !== "") ? kept.length + 1 : 0;
  }

  /** Takes over what a run has left, and removes what is not needed. */
  async take(run: Pick<CampaignRun, "files" | "unordered">): Promise<void> {
    for (const binary of this.#folder === undefined ? [] : await keptBinaries(this.#folder)) {
      const files = run.files.filter((file) => file.header.executable === binary.original);
      const needed = files.find((file) => hasPlaces(file, run))?.header.identity;
      if (needed !== undefined && !this.#fileByIdentity.has(needed)) {
        this.#fileByIdentity.set(needed, binary.file);
      } else {
        this.symbols.forget(binary.file);
        await rm(binary.file, { force: true });
      }
      const packagePath = this.#packageByFolder.get(binary.folder);
      if (packagePath !== undefined) {
        files.forEach((file) => this.#packageByIdentity.set(file.header.identity, packagePath));
      }
    }
  }

  /** The test binary that a process ran; undefined for another program that a test started. */
  binaryOf({ header }: Pick<EventFile, "header">): string | undefined {
    return this.#fileByIdentity.get(header.identity) ?? this.#current.get(header.executable);
  }

  /** Import path of the package that a process tested. */
  packageOf(file: EventFile): string | undefined {
    return this.#packageByIdentity.get(file.header.identity);
  }
}

/** Whether there is anything in a file to look up in its binary. */
function hasPlaces(
  { header, conflicts, pairs }: EventFile,
  { unordered }: Pick<CampaignRun, "unordered">,
): boolean {
  return (
    conflicts.length > 0 || pairs.length > 0 || unordered.some(({ identity }) => identity === header.identity)
  );
}
