import type { Case } from "../case/case.js";
import type { EventFile } from "../evidence/ring/format.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";

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
}

/** What a case is built from. */
export interface CaseInput {
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
  /** All event files, in the order of the runs. */
  readonly processes: readonly CaseProcess[];
  /** How many runs were made; left out, it is counted from the processes. */
  readonly runs?: number | undefined;
  /** Why no more runs were made, one sentence. */
  readonly stopped?: string | undefined;
  /** When the case was made; left out, now. */
  readonly created?: Date | undefined;
}

/**
 * Builds the case from what the programs left behind: symbolizes the event files, merges equal conflicts of all runs into
 * findings, and sums up. Reads no file and never throws on damaged records; those are counted and named.
 */
export function buildCase(input: CaseInput): Case {
  throw new Error(`not yet: ${input.command.join(" ")}`);
}
