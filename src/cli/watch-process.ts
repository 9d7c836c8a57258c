/** One event file that is watched: opens it, looks at it, and says what is new. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { buildCase } from "../analysis/build-case.js";
import type { LiveConflictKind, LiveFigures } from "../analysis/live/figures.js";
import { LiveProcess } from "../analysis/live/live-process.js";
import type { Ending, WatchedProcess } from "../analysis/live/messages.js";
import type { News } from "../analysis/live/news.js";
import { Places } from "../analysis/live/places.js";
import { RingCounts } from "../analysis/live/ring-counts.js";
import { ByteReader } from "../base/bytes.js";
import type { Finding } from "../case/case.js";
import { NotAnEventFileError } from "../evidence/ring/errors.js";
import type { FileLink, Follower, FollowStep } from "../evidence/ring/follow.js";
import {
  headerSize,
  readableVersions,
  type ConflictRecord,
  type EventFile,
  type EventFileHeader,
} from "../evidence/ring/format.js";
import { readHeader } from "../evidence/ring/header.js";
import { RecordedPlaces } from "../evidence/ring/places.js";
import { isEventFile } from "../evidence/ring/read.js";
import { RingFollower } from "../evidence/ring/ring-follower.js";
import { misfitOf } from "../evidence/ring/stacks.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { ProcessPresence } from "./watch-alive.js";

/** Gives the symbols of a binary; undefined when it cannot be read. */
export type OpenSymbols = (file: string) => Symbolizer | undefined;

/** What following a process needs. */
export interface FollowingOptions {
  /** Number among the processes of this watching, from 1. */
  readonly number: number;
  readonly figures: LiveFigures;
  /** The binary that was named; left out, that of the process. */
  readonly binary?: Symbolizer | undefined;
  readonly openSymbols: OpenSymbols;
  readonly call: readonly string[];
  readonly workingDirectory: string;
}

/** A conflict as it was found. */
export interface FoundConflict {
  readonly at: number;
  readonly kind: LiveConflictKind;
  readonly finding: Finding | null;
}

/** What one look at the file brought. */
export interface Look {
  readonly news: readonly News[];
  readonly conflicts: readonly FoundConflict[];
  readonly lost: number;
  readonly unfinished: number;
  readonly damaged: number;
  readonly overLimit: number;
  /** Which part of its places the fullest ring wrote since the look before; 1 and more: events were lost. */
  readonly fill: number;
  readonly link: FileLink;
  /** What could not be read, half a sentence each. */
  readonly unreadable: readonly string[];
  /** How the process ended; undefined while it runs. */
  readonly ended: { readonly ending: Ending; readonly exitStatus: number | null } | undefined;
}

/** A process whose event file is followed. */
export class FollowedProcess {
  readonly watched: WatchedProcess;
  readonly places: Places;
  /** Why places cannot be named, half a sentence; null when they can. */
  readonly noSymbols: string | null;
  /** How many rings it has. */
  rings = 0;
  readonly #options: FollowingOptions;
  readonly #presence: ProcessPresence;
  readonly #follower: Follower;
  readonly #live: LiveProcess;
  readonly #counts: RingCounts;
  readonly #binary: Symbolizer | undefined;
  readonly #startWall: number | null;
  #first: FollowStep | undefined;
  #overLimit: number | undefined;
  /** Events begun on each ring at the last look. */
  #begun: readonly number[] = [];
  #diedByCheck = false;

  /**
   * Opens the file.
   *
   * @throws the errors of RingFollower.open, EventFileNotReadyError among them
   */
  constructor(file: string, options: FollowingOptions) {
    const presence = new ProcessPresence();
    const follower = RingFollower.open(file, { isAlive: (processId) => presence.isAlive(processId) });
    const header = peekHeader(file);
    if (header === undefined) {
      follower.close();
      throw new NotAnEventFileError(file);
    }
    presence.start = header;
    this.#presence = presence;
    this.#follower = follower;
    // Looking symbols up takes time, in which a busy process would write over what its rings hold now.
    this.#first = firstStep(follower);
    this.#options = options;
    this.#startWall = header.startWall === 0n ? null : Number(header.startWall / 1000n) / 1000;
    this.watched = describe(file, header, this.#startWall, options.number);
    const { binary, reason } = chooseBinary(header, presence, options);
    this.#binary = binary;
    this.noSymbols = reason;
    const recorded = new RecordedPlaces({
      text: header.text,
      stack: (id) => follower.stack(id),
      ...(binary === undefined ? {} : { binary }),
    });
    this.places = new Places(recorded, binary?.modulePath ?? null);
    this.#live = new LiveProcess(options.figures, this.places);
    this.#counts = new RingCounts(options.figures);
  }

  /** Events that were overwritten before watching began. */
  get goneBefore(): number {
    return this.#follower.totals.goneBefore;
  }

  /** Clock of the last event, nanoseconds since the start; null when there was none. */
  get lastClock(): number | null {
    return this.#live.lastClock;
  }

  /**
   * Looks at the file.
   *
   * @throws FollowError when it cannot be read any more
   */
  look(): Look {
    const step = this.#first ?? this.#follower.poll();
    this.#first = undefined;
    const news = this.#live.accept(step.events);
    if (step.ended) {
      news.push(...this.#live.end());
    }
    this.rings = step.rings.length;
    this.#counts.add(step.rings, Math.max(step.header.sharedMaps, this.#live.sharedMaps));
    const conflicts = step.conflicts.map((record) => this.#conflict(record, step.header));
    return {
      news,
      conflicts,
      lost: step.lost,
      unfinished: step.unfinished,
      damaged: step.damaged,
      overLimit: this.#newOverLimit(step),
      fill: this.#fillOf(step),
      link: step.link,
      unreadable: step.unreadable.map(({ region, reason }) => `${region}: ${reason}`),
      ended: step.ended ? this.#ending(step.header) : undefined,
    };
  }

  /** Closes the file. */
  close(): void {
    this.#follower.close();
  }

  #fillOf({ rings }: FollowStep): number {
    const before = this.#begun;
    this.#begun = rings.map(({ begun }) => begun);
    return Math.max(0, ...rings.map(({ begun, capacity }, at) => (begun - (before[at] ?? 0)) / capacity));
  }

  #newOverLimit({ rings }: FollowStep): number {
    const total = rings.reduce((sum, { overLimit }) => sum + overLimit, 0);
    const before = this.#overLimit ?? total;
    this.#overLimit = Math.max(before, total);
    return Math.max(0, total - before);
  }

  #conflict(record: ConflictRecord, header: EventFileHeader): FoundConflict {
    const { call, workingDirectory, figures } = this.#options;
    const eventFile = fileOf(this.watched.file, header, [record]);
    const incident = buildCase({
      command: call,
      workingDirectory,
      processes: [{ eventFile, binary: this.#binary, run: null }],
    });
    const finding = incident.findings[0] ?? null;
    const kind = record.details.message ?? finding?.kind ?? "another";
    figures.conflicts[kind] += 1;
    this.#diedByCheck ||= record.details.foundBy === "go-check";
    return { at: record.at, kind, finding };
  }

  #ending({ state, exitStatus }: EventFileHeader): NonNullable<Look["ended"]> {
    if (state === "exited") {
      return { ending: "exited", exitStatus };
    }
    const ending = this.#diedByCheck ? "fatal error" : this.#presence.wasSeen ? "gone" : "not there";
    return { ending, exitStatus: null };
  }
}

/** The header of an event file; undefined when it has none that can be read (yet, or any more). */
export function peekHeader(file: string): EventFileHeader | undefined {
  const bytes = new Uint8Array(headerSize);
  // Opening a pipe that has this name would wait for its writer.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (
      !fstatSync(descriptor).isFile() ||
      readSync(descriptor, bytes, 0, headerSize, 0) < headerSize ||
      !isEventFile(bytes)
    ) {
      return undefined;
    }
    const reader = new ByteReader(bytes);
    const version = readableVersions.find((readable) => readable === reader.u32(8));
    return version === undefined ? undefined : readHeader(reader, version, []);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws FollowError, with the file closed */
function firstStep(follower: Follower): FollowStep {
  try {
    return follower.poll();
  } catch (error) {
    follower.close();
    throw error;
  }
}

function describe(
  file: string,
  header: EventFileHeader,
  started: number | null,
  number: number,
): WatchedProcess {
  return {
    number,
    processId: header.processId,
    file,
    executable: header.executable,
    goVersion: header.goVersion,
    platform: header.platform,
    mapImplementation: header.swiss ? "swiss" : "classic",
    mode: header.mode,
    limit: header.limit,
    started,
  };
}

/**
 * The binary that runs. What the system says that the process runs is right even when the file was built again since; where
 * that cannot be read, the path in the event file has to do.
 */
function chooseBinary(
  header: EventFileHeader,
  presence: ProcessPresence,
  { binary: named, openSymbols }: FollowingOptions,
): { readonly binary: Symbolizer | undefined; readonly reason: string | null } {
  const here = presence.processHere(header.processId);
  const running = here === undefined ? undefined : openSymbols(`/proc/${here}/exe`);
  const path = header.executable.startsWith("/") ? header.executable : undefined;
  const binary = named ?? running ?? (path === undefined ? undefined : openSymbols(path));
  if (binary === undefined) {
    return { binary, reason: "the binary that runs is not here, or cannot be read; --exe names it" };
  }
  const reason = misfitOf(fileOf("", header, []), binary) ?? null;
  return { binary: reason === null ? binary : undefined, reason };
}

function fileOf(fileName: string, header: EventFileHeader, conflicts: readonly ConflictRecord[]): EventFile {
  return {
    fileName,
    header,
    conflicts,
    conflictsNotKept: 0,
    pairs: [],
    pairsNotKept: 0,
    recording: null,
    unreadable: [],
  };
}
