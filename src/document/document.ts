/**
 * What the studio shows: a **document** is all that was read from one piece of evidence, or from several that belong together.
 *
 * The command line makes documents (for `--html` and for `maptrap studio`), and so does the page itself, from files that are dropped
 * or pasted into it; both through open.ts. A document is plain data: it goes through JSON, and through messages between workers.
 * Each part is there or it is not, and a view shows those parts that it knows:
 *
 * | Part         | From                                              | Views                            |
 * | ------------ | ------------------------------------------------- | -------------------------------- |
 * | `case`       | case files, crash texts, event files              | finding, timeline, goroutines    |
 * | `goroutines` | crash texts                                       | goroutines                       |
 * | `recordings` | event files of the recorder                       | timeline                         |
 * | `trace`      | `maptrap gdb trace --json`                        | timeline, map memory             |
 * | `maps`       | `maptrap map --json`                              | map memory                       |
 * | `code`       | `maptrap asm --json`                              | instructions                     |
 * | `program`    | an executable of Go                               | instructions                     |
 * | `model`      | `maptrap model … --json`, a program as text       | model                            |
 */
import type { Case, PlacedFrame } from "../case/case.js";
import type { GoroutineTable } from "../evidence/crashtext/goroutine-table.js";
import type { AsmJson } from "./asm-schema.js";
import type { MapJson } from "./map-schema.js";
import type { ModelJson } from "./model-schema.js";
import type { TraceJson } from "./trace-schema.js";

/** What is in the field `format` of a document. */
export const documentFormat = "maptrap-studio";
/** Its version. */
export const documentVersion = 1;

/** Bytes that are too many for JSON: on the server of `maptrap studio`, within the page, or in a file that was dropped. */
export type Bytes =
  /** `url` is relative to the page; ranges can be asked for. */
  | { readonly kind: "served"; readonly url: string; readonly size: number }
  /** gzip, then base64. */
  | { readonly kind: "embedded"; readonly base64: string; readonly size: number }
  /** In the page only. */
  | { readonly kind: "blob"; readonly blob: Blob; readonly size: number }
  /** With whoever made the document: in the page, or on the way to the server, which serves them. Not in JSON. */
  | { readonly kind: "held"; readonly bytes: Uint8Array; readonly size: number };

/** A few lines of source around a place. */
export interface SourceExcerpt {
  /** As the side's site, or its place in the source, has it. */
  readonly file: string;
  readonly line: number;
  readonly lines: readonly { readonly number: number; readonly text: string; readonly marked: boolean }[];
}

/** The event file of a recorder, whole: the case keeps figures and the last events only. */
export interface RecordingPart {
  /** Handle of its evidence in the case. */
  readonly evidence: string;
  readonly bytes: Bytes;
  /** Names of the places in it: by the event's stack and site. Places that are not named here are not known. */
  readonly places: readonly {
    readonly stack: number;
    readonly site: number;
    readonly frame: PlacedFrame;
  }[];
}

/** All goroutines of a dump: the case keeps groups, with some of the ids of each. */
export interface GoroutinesPart {
  /** Handle of the dump's observation in the case. */
  readonly observation: string;
  readonly table: GoroutineTable;
}

/** A map at one moment. */
export interface MapPart {
  /** What it is called: `main.cache`, `map of m0`. */
  readonly title: string;
  /** Name of the file that it is from; empty where it is from none. Several states of one map are told apart by it. */
  readonly file: string;
  readonly map: MapJson;
  /** What is to be known about it, a sentence each. */
  readonly notes: readonly string[];
  /** The buckets or groups of a large map (packed-bytes.ts): `map` has none of its own then. */
  readonly packed?: Bytes | null | undefined;
}

/** An executable. */
export interface ProgramPart {
  readonly name: string;
  readonly bytes: Bytes;
}

/** One document. */
export interface StudioDocument {
  readonly format: typeof documentFormat;
  readonly version: typeof documentVersion;
  /** Short name within the page: `d0`. */
  readonly handle: string;
  /** Where it came from: the file's name, `pasted text`. */
  readonly title: string;
  /** What could not be read, one sentence each. */
  readonly notes: readonly string[];
  readonly case: Case | null;
  readonly excerpts: readonly SourceExcerpt[];
  readonly recordings: readonly RecordingPart[];
  readonly goroutines: readonly GoroutinesPart[];
  readonly trace: TraceJson | null;
  readonly maps: readonly MapPart[];
  readonly code: AsmJson | null;
  readonly programs: readonly ProgramPart[];
  readonly model: ModelJson | null;
}

/** A document without any part. */
export function emptyDocument(handle: string, title: string): StudioDocument {
  return {
    format: documentFormat,
    version: documentVersion,
    handle,
    title,
    notes: [],
    case: null,
    excerpts: [],
    recordings: [],
    goroutines: [],
    trace: null,
    maps: [],
    code: null,
    programs: [],
    model: null,
  };
}

/**
 * What comes while documents are made: how far it is, documents (one with the handle of an earlier one replaces it), and what could
 * not be opened. As the server sends it, each is one line of JSON.
 */
export type DocumentMessage =
  /** `share` is between 0 and 1; null where it cannot be told. */
  | { readonly kind: "progress"; readonly text: string; readonly share: number | null }
  | { readonly kind: "document"; readonly document: StudioDocument }
  | {
      readonly kind: "failure";
      readonly name: string;
      readonly sentence: string;
      readonly wayOut: string | null;
    }
  | { readonly kind: "end" };
