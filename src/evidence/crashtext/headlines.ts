/** What headlines say: the kind of error, and the kind of map conflict. */
import type { ConflictKind, Operation } from "../../case/case.js";
import type { CrashDump } from "./crash-text.js";

/** The four messages, with their length as it stands in the arguments of the function that prints them. */
const messages: readonly { readonly text: ConflictKind; readonly operation: Operation }[] = [
  { text: "concurrent map read and map write", operation: "read" },
  { text: "concurrent map writes", operation: "write" },
  { text: "concurrent map iteration and map write", operation: "iterate" },
  { text: "concurrent map clone and map write", operation: "clone" },
];

/** The kind of map conflict that a text names, wherever in it that is; null when it names none. */
export function conflictNamedIn(text: string): ConflictKind | null {
  const at = text.indexOf("concurrent map ");
  return at === -1 ? null : (messages.find((message) => text.startsWith(message.text, at))?.text ?? null);
}

/** What the side that noticed was doing, by the message. */
export function operationOfConflict(conflict: ConflictKind): Operation | null {
  return messages.find((message) => message.text === conflict)?.operation ?? null;
}

/** The kind of conflict whose message has this length; null when none has. */
export function conflictOfLength(length: number): ConflictKind | null {
  return messages.find((message) => message.text.length === length)?.text ?? null;
}

/** A headline taken apart. */
export interface Headline {
  readonly cause: Exclude<CrashDump["cause"], "goroutines">;
  /** Without `fatal error: ` or `panic: `. */
  readonly text: string;
}

/** The longest message that is kept. */
const maxHeadline = 2_000;

/** Takes a line of kind "headline" apart. */
export function parseHeadline(line: string): Headline {
  const text = line.trim();
  if (text.startsWith("panic: ")) {
    return { cause: "panic", text: text.slice("panic: ".length, maxHeadline) };
  }
  if (!text.startsWith("fatal error: ")) {
    return { cause: "signal", text: text.slice(0, maxHeadline) };
  }
  let rest = text;
  // Two threads that notice at once print into one line: `fatal error: fatal error: concurrent map writes`.
  while (rest.startsWith("fatal error: ")) {
    rest = rest.slice("fatal error: ".length);
  }
  return { cause: "fatal", text: rest.slice(0, maxHeadline) };
}
