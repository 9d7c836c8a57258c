/**
 * The order files of one run. They can be large, and a run can leave many (`go test` runs one process for each package, a
 * program may start children), so each is read where it lies, once, and then deleted.
 *
 * While the run goes on, the files of processes that have ended are read already when all together have grown too large.
 */
import { readdir, rm, stat, statfs, truncate } from "node:fs/promises";
import path from "node:path";
import { MaptrapError, systemErrorCode } from "../base/errors.js";
import { type EventFile, headerSize } from "../evidence/ring/format.js";
import type { UnorderedSites } from "./near-misses.js";

/** Event files end so. */
export const eventFileExtension = ".maptrap";

/** What one order file told, as far as the next run's plan needs it. */
export interface ReadOrderFile {
  /** The part before the order events. */
  readonly file: EventFile;
  readonly unordered: readonly UnorderedSites[];
}

/** How a run that observes order is made. */
export interface OrderOptions {
  /** How many runs, from the first one on, observe order. */
  readonly runs: number;
  /** How large the file of one process may become, in bytes. */
  readonly maxSize: number;
  /** How many processes write at the same time, as a guess. */
  readonly processes: number;
  /** Whether the files stay. */
  readonly keep: boolean;
  /** Reads one file; called for each one once. */
  readonly read: (file: string) => Promise<ReadOrderFile>;
}

/** How much the order files of a run may take. */
export interface OrderRoom {
  /** Bytes for the file of one process. */
  readonly forProcess: number;
  /** Bytes for all of them, beyond which those of ended processes are read while the run goes on. */
  readonly together: number;
}

/** There is not enough room for order files. */
export class NoRoomForOrderError extends MaptrapError {
  constructor(folder: string, free: number) {
    super(
      `there is no room for order events in ${folder}: ${Math.floor(free / 2 ** 20)} MiB are free on its file system`,
      { wayOut: "make room, name another folder for temporary files (TMPDIR), or use --only trap" },
    );
  }
}

/** The smallest file that is of use. */
const leastRoom = 16 * 2 ** 20;

/**
 * How much room there is: never more than two thirds of what is free, for the program may need the rest. One third is for files
 * of processes that run, one for those of processes that have ended.
 *
 * @throws NoRoomForOrderError
 */
export async function roomForOrder(
  folder: string,
  { maxSize, processes }: Pick<OrderOptions, "maxSize" | "processes">,
): Promise<OrderRoom> {
  const { bavail, bsize } = await statfs(folder);
  const third = Math.floor((bavail * bsize) / 3);
  if (third < leastRoom) {
    throw new NoRoomForOrderError(folder, bavail * bsize);
  }
  const share = Math.floor(third / Math.max(1, processes));
  return {
    forProcess: Math.min(maxSize, Math.max(leastRoom, share)),
    together: Math.min(4 * maxSize, third),
  };
}

/** What was read of all order files of a run. */
export interface ReadOrderFiles {
  readonly files: readonly EventFile[];
  readonly unordered: readonly UnorderedSites[];
  /** Files that could not be read, one sentence each. */
  readonly unreadable: readonly string[];
}

/** Reads the order files of one run. */
export class OrderFiles {
  readonly #files: EventFile[] = [];
  readonly #unordered: UnorderedSites[] = [];
  readonly #unreadable: string[] = [];
  readonly #read = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** What is being read while the run goes on. */
  #reading: Promise<void> = Promise.resolve();
  #failed: { readonly error: unknown } | undefined;

  /**
   * @param folder the run's event files
   * @param together bytes that all of them may take while the run goes on
   * @param lookEvery how often they are looked at while the run goes on, in milliseconds
   */
  constructor(
    private readonly folder: string,
    private readonly together: number,
    private readonly options: Pick<OrderOptions, "read" | "keep">,
    private readonly lookEvery = 1000,
  ) {}

  /** Begins to look at the files while the run goes on. */
  watch(): void {
    this.#timer = setTimeout(() => {
      this.#reading = this.makeRoom()
        .catch((error: unknown) => {
          this.#failed = { error };
        })
        .finally(() => {
          if (this.#timer !== undefined && this.#failed === undefined) {
            this.watch();
          }
        });
    }, this.lookEvery);
    this.#timer.unref();
  }

  /** Ends that. To be called however the run ended. */
  async unwatch(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#reading;
  }

  /** When the files have grown too large, reads those of processes that have ended, the largest first. */
  async makeRoom(): Promise<void> {
    const sizes = await this.#sizes();
    let total = sizes.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of sizes.toSorted((one, other) => other.size - one.size)) {
      if (total <= this.together || this.options.keep) {
        return;
      }
      if (hasEnded(name)) {
        await this.#readOne(name);
        total -= size;
      }
    }
  }

  /** Reads all that is left, and gives everything. */
  async finish(): Promise<ReadOrderFiles> {
    if (this.#failed !== undefined) {
      throw this.#failed.error;
    }
    for (const { name } of await this.#sizes()) {
      await this.#readOne(name);
    }
    return { files: this.#files, unordered: this.#unordered, unreadable: this.#unreadable };
  }

  async #readOne(name: string): Promise<void> {
    this.#read.add(name);
    const file = path.join(this.folder, name);
    try {
      const read = await this.options.read(file);
      this.#files.push(read.file);
      this.#unordered.push(...read.unordered);
      if (this.options.keep && hasEnded(name)) {
        await cutUnused(file, read.file.header.order);
      }
    } catch (error) {
      if (!(error instanceof MaptrapError)) {
        throw error;
      }
      this.#unreadable.push(error.message);
    }
    if (!this.options.keep) {
      await rm(file, { force: true });
    }
  }

  /** The files that were not read yet, and the room that they take. */
  async #sizes(): Promise<{ readonly name: string; readonly size: number }[]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(eventFileExtension));
    const sizes = names
      .filter((name) => !this.#read.has(name))
      .toSorted()
      .map(async (name) => ({ name, size: await roomTaken(path.join(this.folder, name)) }));
    return Promise.all(sizes);
  }
}

/** The file of a process is as long as it may become; what lies behind its last chunk is cut off, so that it can be copied. */
async function cutUnused(file: string, order: EventFile["header"]["order"]): Promise<void> {
  const used =
    order === null ? 0 : order.firstChunk + order.chunkSize * Math.min(order.chunksBegun, order.mostChunks);
  // What the header says may be damaged.
  if (used > headerSize && used < (await stat(file)).size) {
    await truncate(file, used);
  }
}

/** What a file takes on the disk: it may have holes. */
async function roomTaken(file: string): Promise<number> {
  try {
    return (await stat(file)).blocks * 512;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") {
      return 0;
    }
    throw error;
  }
}

/** Whether the process that writes a file, whose id the file's name begins with, has ended. */
function hasEnded(name: string): boolean {
  const id = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
  if (id === 0) {
    return false;
  }
  try {
    process.kill(id, 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === "ESRCH";
  }
}
