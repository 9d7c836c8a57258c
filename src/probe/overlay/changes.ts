/**
 * What can be done to a file of the standard library.
 *
 *   hook    a statement at the entry of a map function: it tells the probe of an access before it is made
 *   mark    a statement where a map function marks the map as being changed
 *   edit    a change at an anchor, a place that a regular expression finds exactly once
 */

import type { Context } from "./anchors.js";

/** An access as docs/event-file.md numbers it. */
export const operations = {
  read: 1,
  assign: 2,
  delete: 3,
  iterate: 4,
  iterateNext: 5,
  clear: 6,
  clone: 7,
  length: 8,
} as const;

export type Operation = keyof typeof operations;

/** One map function to be hooked. */
export interface Hook {
  /** Name of the function in its file. */
  readonly func: string;
  readonly operation: Operation;
  /** Go expression for the map; the function's map parameter when not given. */
  readonly map?: string;
  /** Go expression for the map's type; the function's type parameter when not given, `nil` for none. */
  readonly type?: string;
  /** Go condition under which there is an access at all; "the map is not nil" when not given. */
  readonly when?: string;
  /** Go condition under which the recorder looks at it; always when not given. The trap does always. */
  readonly due?: string;
  /** The function marks the map elsewhere, where its caller is not known: the recorder is told of the caller here. */
  readonly from?: true;
}

/** A change in a file at a place that must be found exactly once. */
export interface Edit {
  /** What the anchor is, in words, for the error when it is missing. */
  readonly anchor: string;
  readonly find: RegExp;
  /** May throw an AnchorError when what was found does not hold what it should; the file and the Go version are for that. */
  readonly replace: (match: RegExpExecArray, context: Context) => string;
}

/** A place in a function where a map is marked as being changed, after Go's own check. */
export interface Mark {
  /** The function as a regular expression finds it after `func `. */
  readonly func: string;
  readonly operation: Operation;
  /** Whether the function's caller is the one that changes the map; else the place was noted when its own caller came by. */
  readonly direct: boolean;
}

/** A statement that is to stand before every call of one function inside another, at least once. */
export interface Before {
  readonly func: string;
  /** The call as it stands there, for example `exit(2)`. */
  readonly call: string;
  readonly statement: string;
}

/** All changes to one file of the standard library. */
export interface FileChange {
  /** Path below GOROOT/src. */
  readonly file: string;
  readonly hooks: readonly Hook[];
  readonly edits: readonly Edit[];
  /** Functions that make a map: what they return is told to the probe, which then knows the map's first owner. */
  readonly makers?: readonly string[];
  /** Calls before which the probe is to be called. */
  readonly before?: readonly Before[];
  /** Places where a map is marked as being changed. */
  readonly marks?: readonly Mark[];
  /** Functions, as in {@link Mark.func}, that give a map a new random seed. */
  readonly reseeders?: readonly string[];
  /** Whether the file holds Go's own checks, with a fatal error. */
  readonly checks?: true;
  /** What is put at the end of the file, made from the file as it is in GOROOT. */
  readonly ends?: readonly ((original: string, context: Context) => string)[];
  /** Functions whose body is wanted a second time, without a hook, for another function that calls them. */
  readonly copies?: readonly { readonly of: string; readonly for: string }[];
}

/** Operations that change a map. */
export const changing: ReadonlySet<Operation> = new Set(["assign", "delete", "clear"]);
