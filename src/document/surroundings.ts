/** What files are opened with: the files themselves, and what may be asked for besides them. */
import type { SourceFacts } from "../evidence/source/facts.js";
import type { CrashReport } from "../evidence/crashtext/crash-text.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import type { Bytes } from "./document.js";

/** A file that was given. */
export interface GivenFile {
  /** Path or name, as it is shown. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Where the page finds these bytes again. */
  readonly bytes: Bytes;
  /** The folder that it lay in, where nobody named it: it is passed over where it is no evidence. */
  readonly foundIn?: FoundIn | undefined;
  /** Reads exactly so many bytes from an offset on, fewer at its end only. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Fills `target` from an offset on, at once: files of many gigabytes are read in small pieces so.
   *
   * @returns how many bytes there were; fewer than asked for at its end only
   */
  readNow(target: Uint8Array, offset: number): number;
}

/** A folder that was given. */
export interface FoundIn {
  readonly folder: string;
  /** Whether Go source was taken from it: then it was not given for nothing. */
  readonly isSource: boolean;
}

/** What else there is. */
export interface Surroundings {
  /** The command that was called, word by word; in the page `["maptrap", "studio"]`. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** Gives the symbols for the executable that an event file names. */
  readonly symbolsOf: (executable: string) => Promise<Symbolizer | undefined>;
  /** The source that reports fit to. */
  readonly factsFor: (reports: readonly CrashReport[]) => Promise<SourceFacts | undefined>;
  /** The text of a source file, for excerpts; undefined where it is not there. */
  readonly readSource: (file: string) => string | undefined;
  /** Awaited between a document that shows large recordings and the work on their case: who draws them comes first. */
  readonly beforeCase?: (() => Promise<void>) | undefined;
  /** The largest recording that is summed up in a case, in bytes; left out, any. A larger one is in the timeline only. */
  readonly largestRecording?: number | undefined;
  /** How far it is; `share` between 0 and 1, null where it cannot be told. */
  readonly progress: (text: string, share: number | null) => void;
}
