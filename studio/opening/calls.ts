/** What the worker that opens files is asked. */
import type { DocumentMessage } from "../../src/document/document.js";
import type { FoundIn } from "../../src/document/surroundings.js";
import type { Call } from "../parts/workers.js";

/** A file that was dropped, picked or pasted. */
export interface HeldFile {
  /** As it is shown. */
  readonly name: string;
  readonly blob: Blob;
  /** The folder that it lay in, where it was not given by itself. */
  readonly foundIn?: FoundIn | undefined;
}

/** Go source that was given. */
export interface HeldSource {
  /** What its folder is called; empty for files without one. */
  readonly folder: string;
  /** Relative to the folder, with slashes. */
  readonly files: readonly { readonly path: string; readonly blob: Blob }[];
}

/** Files that belong together, and the source that they may be of. */
export interface OpeningRequest {
  readonly files: readonly HeldFile[];
  readonly source: HeldSource | null;
}

/** See the file's comment. */
export interface OpeningCalls {
  readonly open: Call<OpeningRequest, null, DocumentMessage>;
  /** Recordings that were given first are drawn: now their case can be made. */
  readonly goOn: Call<null, null>;
}
