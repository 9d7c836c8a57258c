/** Follows an event file while the process writes it; what a step brings and in which order is said in follow.ts. */
import { ByteReader } from "../../base/bytes.js";
import { MaptrapError, systemErrorCode } from "../../base/errors.js";
import { noEvents } from "./columns.js";
import {
  EventFileNotReadyError,
  EventFileTruncatedError,
  FollowError,
  NotAnEventFileError,
} from "./errors.js";
import type { Follower, FollowOptions, FollowStep, FollowTotals } from "./follow.js";
import { FollowedConflicts } from "./followed-conflicts.js";
import { openFollowedFile, type FollowedFile } from "./followed-file.js";
import { FollowedRings } from "./followed-rings.js";
import { headerSize, type EventFileHeader, type EventFileVersion, type Unreadable } from "./format.js";
import { checkFrame } from "./frame.js";
import { readHeader } from "./header.js";
import type { RecordedStack, RingState } from "./recording.js";
import { readRegionAt, regionPlaces } from "./region.js";
import { readRingHeads, ringHeadPlaces, type RingHead } from "./ring-heads.js";
import { readStack } from "./stack-table.js";

const defaultPatience = 3;
/** While the process is busy, a second look brings what the first one has to hold back. */
const looksPerStep = 2;

/** A header as it was read. */
interface ReadHeader {
  readonly reader: ByteReader;
  readonly header: EventFileHeader;
}

/** Follows one file. */
export class RingFollower implements Follower {
  readonly #file: FollowedFile;
  readonly #fileName: string;
  readonly #options: FollowOptions;
  readonly #version: EventFileVersion;
  /** How long the file is by its own word. */
  readonly #size: number;
  /** The header when it was opened. */
  readonly #opened: Uint8Array;
  readonly #rings: FollowedRings;
  readonly #conflicts: FollowedConflicts;
  #latest: ReadHeader;
  #exited = false;
  #ended = false;
  #steps = 0;
  #failure: FollowError | null = null;
  #totals: FollowTotals = { events: 0, lost: 0, goneBefore: 0, unfinished: 0, damaged: 0 };

  /**
   * Opens a file by its name.
   *
   * @throws FollowError when there is no such file or it cannot be read, and what the constructor throws
   */
  static open(fileName: string, options: FollowOptions = {}): RingFollower {
    let file: FollowedFile;
    try {
      file = openFollowedFile(fileName);
    } catch (error) {
      throw failureOf(fileName, error);
    }
    try {
      return new RingFollower(file, fileName, options);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Follows a file that is open.
   *
   * @throws EventFileNotReadyError when the process is just making it, FollowError when it cannot be read, and what
   * readEventFile throws
   */
  constructor(file: FollowedFile, fileName: string, options: FollowOptions = {}) {
    this.#file = file;
    this.#fileName = fileName;
    this.#options = options;
    const patience = options.patience ?? defaultPatience;
    const read = (offset: number, length: number): Uint8Array => this.#read(offset, length);
    this.#opened = this.#readStart();
    this.#version = this.#checkStart(this.#opened);
    const reader = new ByteReader(this.#opened);
    this.#size = reader.u64Number(16);
    this.#latest = { reader, header: readHeader(reader, this.#version, []) };
    this.#rings = new FollowedRings((target, offset) => this.#readInto(target, offset), patience);
    this.#conflicts = new FollowedConflicts(read, this.#version, patience);
  }

  get totals(): FollowTotals {
    return this.#totals;
  }

  poll(): FollowStep {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    try {
      return this.#step();
    } catch (error) {
      if (error instanceof FollowError) {
        this.#failure = error;
      }
      throw error;
    }
  }

  stack(id: number): RecordedStack | undefined {
    const { reader } = this.#latest;
    const stacks = readRegionAt(reader, regionPlaces.stacks);
    const pcs = readRegionAt(reader, regionPlaces.pcs);
    return readStack({ stacks, pcs }, id, (offset, length) => {
      try {
        return this.#read(offset, length);
      } catch (error) {
        if (error instanceof FollowError) {
          return undefined;
        }
        throw error;
      }
    });
  }

  close(): void {
    if (this.#failure === null || this.#failure.reason !== closed) {
      this.#failure = new FollowError(this.#fileName, closed);
      this.#access(() => this.#file.close());
    }
  }

  #step(): FollowStep {
    if (this.#ended) {
      return this.#lastStep();
    }
    // Asked first: what a process wrote before it was gone is there to be read afterwards.
    const alive = this.#options.isAlive?.(this.#latest.header.processId);
    const unreadable: Unreadable[] = [];
    const before = this.#rings.states;
    this.#latest = this.#readHeader(unreadable);
    const ended = this.#hasEnded(alive);
    const { reader, header } = this.#latest;
    const recorded = header.mode === "record";
    if (recorded) {
      this.#look(reader, unreadable);
    }
    this.#rings.endStep(ended);
    const events = recorded ? this.#rings.give(ended) : noEvents();
    const region = readRegionAt(reader, regionPlaces.conflicts);
    const conflicts = this.#conflicts.step(region, this.#size, ended, unreadable);
    const link = this.#link();
    const rings = this.#rings.states;
    const counts = this.#count(before, rings, events.length);
    this.#ended = ended;
    return { ...counts, header, events, conflicts, rings, unreadable, link, ended };
  }

  /** After the end nothing is read any more. */
  #lastStep(): FollowStep {
    return {
      header: this.#latest.header,
      events: noEvents(),
      conflicts: [],
      lost: 0,
      unfinished: 0,
      damaged: 0,
      rings: this.#rings.states,
      unreadable: [],
      link: this.#link(),
      ended: true,
    };
  }

  /** A process that says that it exits may still write for a moment; when one can ask, it has one step more. */
  #hasEnded(alive: boolean | undefined): boolean {
    const exited = this.#latest.header.state === "exited";
    const ended = alive === false || (exited && (alive === undefined || this.#exited));
    this.#exited = exited;
    return ended;
  }

  #look(reader: ByteReader, unreadable: Unreadable[]): void {
    for (let look = 0; look < looksPerStep; look++) {
      const heads = this.#readHeads(reader, look === 0 ? unreadable : []);
      if (this.#rings.look(heads, () => this.#readHeads(reader, []))) {
        return;
      }
    }
  }

  #readHeads(reader: ByteReader, unreadable: Unreadable[]): RingHead[] {
    const region = readRegionAt(reader, regionPlaces.rings);
    const { there, reason } = ringHeadPlaces(region, this.#size);
    if (reason !== undefined) {
      unreadable.push({ region: "rings", index: null, reason });
    }
    const bytes = there === 0 ? new Uint8Array(0) : this.#read(region.offset, there * region.recordSize);
    const heads = there === 0 ? [] : readRingHeads(bytes, region.recordSize, this.#size, unreadable);
    if (!this.#rings.areSame(heads)) {
      throw new FollowError(this.#fileName, "was written over: its rings are others than before");
    }
    return heads;
  }

  /** What happened since the rings had other totals. */
  #count(
    before: readonly RingState[],
    after: readonly RingState[],
    events: number,
  ): Pick<FollowStep, "lost" | "unfinished" | "damaged"> {
    const since = (count: (ring: RingState) => number): number => sum(after, count) - sum(before, count);
    const overwritten = since((ring) => ring.overwritten);
    const first = this.#steps === 0;
    this.#steps++;
    const counts = {
      lost: first ? 0 : overwritten,
      unfinished: since((ring) => ring.unfinished),
      damaged: since((ring) => ring.damaged),
    };
    const totals = this.#totals;
    this.#totals = {
      events: totals.events + events,
      lost: totals.lost + counts.lost,
      goneBefore: totals.goneBefore + (first ? overwritten : 0),
      unfinished: totals.unfinished + counts.unfinished,
      damaged: totals.damaged + counts.damaged,
    };
    return counts;
  }

  /** The first bytes of the file: the header, or what there is. */
  #readStart(): Uint8Array {
    return this.#access(() => {
      const bytes = new Uint8Array(headerSize);
      return bytes.subarray(0, this.#file.read(bytes, 0));
    });
  }

  /** A file that is too short, still zero where its frame belongs, or not said to be ready, is being made. */
  #checkStart(start: Uint8Array): EventFileVersion {
    const size = this.#access(() => this.#file.size());
    if (!start.subarray(0, 24).some((byte) => byte !== 0)) {
      throw new EventFileNotReadyError(this.#fileName);
    }
    try {
      const version = checkFrame(start, size, this.#fileName);
      const { state, processId } = readHeader(new ByteReader(start), version, []);
      if (state === "starting" || processId === 0) {
        throw new EventFileNotReadyError(this.#fileName);
      }
      return version;
    } catch (error) {
      const unwritten = start.length < 24 || start.subarray(8, 24).every((byte) => byte === 0);
      if (
        error instanceof EventFileTruncatedError ||
        (unwritten && !(error instanceof NotAnEventFileError))
      ) {
        throw new EventFileNotReadyError(this.#fileName);
      }
      throw error;
    }
  }

  #readHeader(unreadable: Unreadable[]): ReadHeader {
    const bytes = this.#read(0, headerSize);
    // Magic, version, sizes and process id never change.
    if (bytes.subarray(0, 28).some((byte, at) => byte !== this.#opened[at])) {
      throw new FollowError(this.#fileName, "was written over by another file");
    }
    const reader = new ByteReader(bytes);
    return { reader, header: readHeader(reader, this.#version, unreadable) };
  }

  #link(): FollowStep["link"] {
    return this.#access(() => this.#file.link());
  }

  #read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#readInto(bytes, offset);
    return bytes;
  }

  #readInto(target: Uint8Array, offset: number): void {
    const found = this.#access(() => this.#file.read(target, offset));
    if (found < target.length) {
      throw new FollowError(
        this.#fileName,
        `is cut short: ${offset + found} of ${this.#size} bytes are there`,
      );
    }
  }

  /** Whatever goes wrong with the file is a FollowError. */
  #access<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw failureOf(this.#fileName, error);
    }
  }
}

const closed = "is not followed any more";

function sum(rings: readonly RingState[], count: (ring: RingState) => number): number {
  return rings.reduce((total, ring) => total + count(ring), 0);
}

function failureOf(fileName: string, error: unknown): FollowError {
  if (error instanceof FollowError) {
    return error;
  }
  const code = systemErrorCode(error);
  const reason =
    code === "ENOENT"
      ? "does not exist"
      : `cannot be read${code === undefined ? (error instanceof MaptrapError ? `: ${error.message}` : "") : ` (${code})`}`;
  return new FollowError(fileName, reason, error);
}
