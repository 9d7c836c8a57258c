/** Builds a case from what the programs left behind: `maptrap run`, `test` and `read` all go through here. */
import type {
  Case,
  EventFileEvidence,
  RecordingObservation,
  UnorderedObservation,
  WriteBarrierObservation,
} from "../case/case.js";
import { caseFormat, caseVersion } from "../case/schema.js";
import { maptrapVersion } from "../case/version.js";
import type { EventFile, EventFileHeader, ProcessState } from "../evidence/ring/format.js";
import { symbolizeEventFile, type EventFileObservations } from "../evidence/ring/observations.js";
import type { EventColumns } from "../evidence/ring/recording.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { findObserved, type ConflictInContext } from "./findings.js";
import { joinUnordered } from "./join-findings.js";
import { WriteBarrier } from "./gc/barrier.js";
import { type CaseLog, logsInCase } from "./gc/logs.js";
import type { CodeContext } from "./origin.js";
import { observeRecording } from "./recording/observe.js";
import { textsInCase } from "./recording/texts.js";
import { summarize } from "./summary.js";
import { findUnordered, type UnorderedInContext } from "./unordered/findings.js";
import type { ReadSource } from "./unordered/lock-name.js";
import { observeUnordered, orderCoverage, orderNotes } from "./unordered/observe.js";
import type { OrderFound } from "./unordered/order-found.js";

/** How many maps are listed for all recordings together, and for each one at least. */
const mostMaps = 64;
const fewestMaps = 3;

/** One event file and what is known about the process that wrote it. */
export interface CaseProcess {
  readonly eventFile: EventFile;
  /** The binary that ran; without it the symbols that the probe printed are used. */
  readonly binary?: Symbolizer | undefined;
  /** Which of the runs it was, from 1; null where not known. */
  readonly run: number | null;
  /** Import path of the package under test. */
  readonly packagePath?: string | undefined;
  /** What the process ended with; null when a signal ended it. Used where the event file does not know. */
  readonly exitStatus?: number | null | undefined;
  /** What was found in its order events, where it wrote some. */
  readonly order?: OrderFound | undefined;
  /** Hears the events of its recording, part after part: to read a large one again takes seconds. */
  readonly along?: ((part: EventColumns) => void) | undefined;
}

/** What a case is built from besides the event files. */
export interface CaseFrameInput {
  /** The command that was called, word by word. */
  readonly command: readonly string[];
  /** The folder it was called in, absolute. */
  readonly workingDirectory: string;
  /** The toolchain; what is left out is taken from the event files. */
  readonly toolchain?:
    | {
        readonly goVersion?: string | undefined;
        /** GOOS/GOARCH. */
        readonly platform?: string | undefined;
        readonly goroot?: string | undefined;
      }
    | undefined;
  /** Path of the main module; left out, it is taken from the binaries. */
  readonly modulePath?: string | undefined;
  /** Logs of these processes: what their runtimes print of the garbage collector is put beside the recordings. */
  readonly logs?: readonly CaseLog[] | undefined;
  /** The length of the timeline before a conflict, in nanoseconds; left out, it is chosen. */
  readonly last?: number | undefined;
  /** Gives the text of a source file: there stands how the program calls its locks. */
  readonly readSource?: ReadSource | undefined;
  /** How many runs were made; left out, it is counted from the processes. */
  readonly runs?: number | undefined;
  /** Why no more runs were made, one sentence. */
  readonly stopped?: string | undefined;
  /** When the case was made; left out, now. */
  readonly created?: Date | undefined;
}

/** What a case is built from. */
export interface CaseInput extends CaseFrameInput {
  /** All event files, in the order of the runs. */
  readonly processes: readonly CaseProcess[];
}

/**
 * Builds the case from what the programs left behind: symbolizes the event files, merges equal conflicts of all runs into
 * findings, and sums up. Reads no file and never throws on damaged records; those are counted and named.
 */
export function buildCase(input: CaseInput): Case {
  const builder = new CaseBuilder(input, input.processes.length);
  for (const process of input.processes) {
    builder.add(process);
  }
  return builder.build();
}

/** Builds a case file by file, as {@link buildCase} does. Of each only what was found in it is kept, and not its events. */
export class CaseBuilder {
  readonly #read: ReadProcess[] = [];
  readonly #maps: number;
  #handles = 0;

  /**
   * @param input all but the event files
   * @param expected how many event files there will be
   */
  constructor(
    private readonly input: CaseFrameInput,
    expected: number,
  ) {
    this.#maps = Math.max(fewestMaps, Math.floor(mostMaps / Math.max(1, expected)));
  }

  readonly #nextHandle = (): string => `o${this.#handles++}`;

  /** Takes an event file; those of a case come in the order of the runs. */
  add(process: CaseProcess): void {
    const { eventFile, binary } = process;
    const evidence = `e${this.#read.length}`;
    const nextHandle = this.#nextHandle;
    const observed = symbolizeEventFile(eventFile, binary, { evidence, nextHandle });
    this.#read.push({
      process: { ...process, eventFile: withoutRecords(eventFile) },
      handle: evidence,
      observed,
      unordered: this.#unorderedIn(process, evidence, observed),
      ...this.#recordingOf(process, evidence, observed),
    });
  }

  /**
   * The case of all files that were added.
   *
   * @param given logs, where they were not known from the beginning
   */
  build(given: readonly CaseLog[] = this.input.logs ?? []): Case {
    const { input } = this;
    const read = this.#read;
    const nextHandle = this.#nextHandle;
    const recordings = read.flatMap(({ recording }) => (recording === undefined ? [] : [recording]));
    const logs = logsInCase(given, recordings, read.length, nextHandle);
    const texts = textsInCase(
      given.flatMap(({ text }, index) =>
        text === undefined ? [] : [{ text, evidence: logs.evidence[index]?.handle ?? "e?" }],
      ),
      read.flatMap(({ observed }) => [...observed.conflicts, ...observed.detections]),
      joinUnordered(
        findObserved(read.flatMap((one) => conflictsInContext(one, input))),
        findUnordered(read.flatMap((one) => unorderedInContext(one, input))),
      ),
      { context: textContext(read, input), nextHandle },
    );
    const observations = [
      ...read.flatMap(({ observed, unordered, recording }) => [
        ...observed.conflicts,
        ...observed.detections,
        ...unordered,
        ...observed.nearMisses,
        ...logs.recordings.filter(({ handle }) => handle === recording?.handle),
      ]),
      ...read.flatMap(({ writeBarrier }) => (writeBarrier === null ? [] : [writeBarrier])),
      ...logs.observations,
      ...texts.observations,
    ];
    const evidence = read.map(evidenceOf);
    const processes = read.map(({ process }) => process);
    const summary = summarize(
      processes.map(({ eventFile }) => eventFile),
      observations,
      evidence,
      { runs: input.runs ?? countRuns(processes), stopped: input.stopped ?? null },
    );
    return {
      ...frameOf(input, read),
      evidence: [...evidence, ...logs.evidence],
      observations,
      findings: [...texts.findings],
      nextSteps: [],
      summary,
    };
  }

  #unorderedIn(
    process: CaseProcess,
    evidence: string,
    { symbols }: EventFileObservations,
  ): UnorderedObservation[] {
    const { order, eventFile, binary } = process;
    return order === undefined
      ? []
      : observeUnordered({
          found: order,
          text: eventFile.header.text,
          binary: symbols === "binary" ? binary : undefined,
          context: contextOf(process, this.input),
          evidence,
          nextHandle: this.#nextHandle,
          readSource: this.input.readSource,
        });
  }

  #recordingOf(
    process: CaseProcess,
    evidence: string,
    observed: EventFileObservations,
  ): Pick<ReadProcess, "recording" | "writeBarrier"> {
    const { eventFile, binary } = process;
    const { recording } = eventFile;
    if (recording === null) {
      return { recording: undefined, writeBarrier: null };
    }
    const barrier = new WriteBarrier();
    return {
      recording: observeRecording({
        file: eventFile,
        recording,
        binary: observed.symbols === "binary" ? binary : undefined,
        context: contextOf(process, this.input),
        handle: this.#nextHandle(),
        evidence,
        conflicts: observed.handles,
        options: { last: this.input.last, maps: this.#maps },
        along: (part) => {
          barrier.accept(part);
          process.along?.(part);
        },
      }),
      writeBarrier: barrier.observation({ handle: this.#nextHandle(), evidence }),
    };
  }
}

/** A file without what is as large as itself. */
function withoutRecords(file: EventFile): EventFile {
  return { ...file, conflicts: [], pairs: [], recording: null };
}

/** What does not depend on what was found. */
function frameOf(
  input: CaseFrameInput,
  read: readonly ReadProcess[],
): Omit<Case, "evidence" | "observations" | "findings" | "nextSteps" | "summary"> {
  const header = read[0]?.process.eventFile.header;
  return {
    format: caseFormat,
    version: caseVersion,
    maptrap: maptrapVersion,
    created: (input.created ?? new Date()).toISOString(),
    command: [...input.command],
    workingDirectory: input.workingDirectory,
    toolchain: {
      goVersion: input.toolchain?.goVersion ?? known(header?.goVersion),
      platform: input.toolchain?.platform ?? known(header?.platform),
      goroot: known(input.toolchain?.goroot),
    },
    modulePath: textContext(read, input).modulePath,
  };
}

/** Undefined and empty are both "not known". */
function known(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

interface ReadProcess {
  /** Without its records. */
  readonly process: CaseProcess;
  readonly handle: string;
  readonly observed: EventFileObservations;
  readonly unordered: readonly UnorderedObservation[];
  readonly recording: RecordingObservation | undefined;
  /** What fell into the time in which the write barrier was on. */
  readonly writeBarrier: WriteBarrierObservation | null;
}

/** What is known about the program that texts are of. */
function textContext(read: readonly ReadProcess[], input: CaseFrameInput): CodeContext {
  return {
    modulePath:
      known(input.modulePath) ??
      known(read.map(({ process }) => modulePathOf(process)).find((path) => path !== undefined)),
    goroot: known(input.toolchain?.goroot),
  };
}

function contextOf(process: CaseProcess, input: CaseFrameInput): CodeContext {
  return {
    modulePath: known(modulePathOf(process)) ?? known(input.modulePath),
    goroot: known(input.toolchain?.goroot),
  };
}

function modulePathOf({ binary }: CaseProcess): string | undefined {
  return binary?.modulePath;
}

function conflictsInContext({ process, observed }: ReadProcess, input: CaseFrameInput): ConflictInContext[] {
  const context = contextOf(process, input);
  return observed.conflicts.map((observation) => ({
    observation,
    context,
    run: process.run,
    testPackage: process.packagePath ?? null,
  }));
}

function unorderedInContext(
  { process, unordered }: ReadProcess,
  input: CaseFrameInput,
): UnorderedInContext[] {
  const context = contextOf(process, input);
  return unordered.map((observation) => ({
    observation,
    context,
    run: process.run,
    testPackage: process.packagePath ?? null,
    plainAtomics: process.order?.plainAtomics ?? null,
  }));
}

function evidenceOf({ process, handle, observed }: ReadProcess): EventFileEvidence {
  const { order } = process;
  const { header, fileName } = process.eventFile;
  return {
    kind: "event-file",
    handle,
    path: fileName,
    mode: header.mode,
    processId: header.processId,
    run: process.run,
    testPackage: process.packagePath ?? null,
    goVersion: header.goVersion,
    platform: header.platform,
    executable: header.executable,
    started: startOf(header),
    mapImplementation: header.swiss ? "swiss" : "classic",
    ending: endingOf(header.state),
    exitStatus: header.exitStatus ?? process.exitStatus ?? null,
    symbols: observed.symbols,
    order: order === undefined ? null : orderCoverage(order),
    notes: [...observed.notes, ...(order === undefined ? [] : orderNotes(order))],
  };
}

/** The wall clock at the start, ISO 8601; null when there is no such moment, as in a damaged file. */
function startOf(header: EventFileHeader): string | null {
  const date = new Date(Number(header.startWall / 1_000_000n));
  return header.startWall === 0n || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function endingOf(state: ProcessState): EventFileEvidence["ending"] {
  switch (state) {
    case "starting":
      return "starting";
    case "running":
      return "unknown";
    case "exited":
      return "exited";
    default:
      return state satisfies never;
  }
}

/** Different runs; processes of which the run is not known count as one run each. */
function countRuns(processes: readonly CaseProcess[]): number {
  const numbered = processes.flatMap(({ run }) => (run === null ? [] : [run]));
  return new Set(numbered).size + processes.length - numbered.length;
}
