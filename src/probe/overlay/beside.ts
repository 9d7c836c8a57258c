/** Edits that put one statement beside what is there. */
import type { Edit } from "./changes.js";

/** A place in a file of Go's, and the statement that is to stand on the same line. */
export interface Beside {
  /** What the place is, in words, for the error when it is missing. */
  readonly anchor: string;
  /** Finds whole lines, from the first one's indentation to the end of the last one. */
  readonly find: RegExp;
  readonly statement: string;
}

/** Puts a statement right before what is found. */
export function before({ anchor, find, statement }: Beside): Edit {
  return { anchor, find, replace: ([text]) => text.replace(/^\t*/, (indent) => `${indent}${statement}; `) };
}

/** Puts a statement right after what is found. */
export function after({ anchor, find, statement }: Beside): Edit {
  return { anchor, find, replace: ([text]) => `${text}; ${statement}` };
}
