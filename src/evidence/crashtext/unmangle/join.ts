/** Puts lines together that the edge of a window cut. */
import { classifyLine, type LineKind } from "../grammar.js";
import { hasOffset, looseKind, type Piece } from "./piece.js";

/** Windows are not narrower than this. */
const narrowest = 20;
const longest = 16_384;

/** A line in one piece again. */
export interface Joined {
  readonly text: string;
  readonly kind: LineKind;
}

/**
 * Whether a line may be the begin of one of the runtime's: a header, an origin, a headline, a function, a path. Prose and log
 * lines have blanks where none of these has.
 */
export function looksBegun(given: string): boolean {
  const text = given.length > 600 ? given.slice(0, 600).trim() : given.trim();
  if (text === "") {
    return false;
  }
  return (
    /^(?:goroutine \d|created by |fatal error: |panic: |[gc](?:$|[oOrR]))/.test(text) ||
    /^(?:~?[/\\]|[A-Za-z]:[\\/]|\.{1,3}\/|<auto)/.test(text) ||
    looksLikeName(text)
  );
}

/** A function's name, up to anywhere in its arguments: no blank before the arguments but within brackets. */
function looksLikeName(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 40 || code === 91 || code === 123) {
      depth++;
    } else if (code === 41 || code === 93 || code === 125) {
      depth--;
    } else if (
      depth <= 0 &&
      (code <= 32 || code === 34 || code === 39 || code === 61 || code === 44 || code === 59)
    ) {
      return false;
    }
  }
  return /^[\w(]/.test(text) && (depth > 0 || /[./]/.test(text));
}

/** What is known of the lines around. */
export interface Surroundings {
  /** The widest line so far. */
  readonly widest: number;
  /** The kind of the line before. */
  readonly last: LineKind;
  /** At most so many lines are put together. */
  readonly limit: number;
}

/** Puts the first lines held together to one whole line: how many they are, or that more, or no, lines can make it whole. */
export function rejoined(
  held: readonly Piece[],
  around: Surroundings,
): (Joined & { readonly count: number }) | "wait" | "no" {
  const head = held[0];
  if (head === undefined) {
    return "no";
  }
  const indent = /^\s*/.exec(head.text)?.[0] ?? "";
  let texts = [head.text.trim()];
  for (let count = 1; count <= around.limit; count++) {
    const next = held[count];
    if (next === undefined) {
      return "wait";
    }
    if (next.kind === "blank") {
      continue;
    }
    if (!mayContinue(held, count, around)) {
      return "no";
    }
    texts = texts.flatMap((text) => continuations(text, next, head)).slice(0, 8);
    const whole = bestOf(texts, around);
    if (whole !== undefined) {
      return { ...whole, text: indent + whole.text, count: count + 1 };
    }
  }
  return "no";
}

/** A line that is whole by itself is a continuation only at the edge of a window. */
function mayContinue(held: readonly Piece[], at: number, around: Surroundings): boolean {
  const next = held[at];
  const before = held[at - 1];
  if (next === undefined || before === undefined) {
    return false;
  }
  switch (next.kind) {
    case "other":
      return true;
    case "function":
    case "file":
      return before.width >= Math.max(narrowest, around.widest) || /[(,{/.]$/.test(before.text.trimEnd());
    default:
      return false;
  }
}

/** A window cuts anywhere; a program that wraps at words eats the blank there. */
function continuations(text: string, next: Piece, head: Piece): readonly string[] {
  const own = next.shape === head.shape ? next.text : next.whole;
  const rest = own.trimEnd();
  const trimmed = rest.trimStart();
  if (rest !== trimmed) {
    return [`${text} ${trimmed}`, `${text}${trimmed}`];
  }
  return text.endsWith(",") ? [`${text} ${rest}`, `${text}${rest}`] : [`${text}${rest}`, `${text} ${rest}`];
}

function bestOf(texts: readonly string[], around: Surroundings): Joined | undefined {
  for (const text of texts) {
    if (text.length > longest) {
      continue;
    }
    const kind = looseKind(text);
    if (isWhole(text, kind, around)) {
      return { text, kind };
    }
  }
  return undefined;
}

function isWhole(text: string, kind: LineKind, around: Surroundings): boolean {
  switch (kind) {
    case "header":
      return !/\d(?:minutes|hours)|[a-z]\[/.test(text);
    case "function":
    case "created-by":
    case "race-access":
    case "race-created":
    case "elided":
    case "unavailable":
      return true;
    case "file":
      return hasOffset(text) || around.last === "function" || around.last === "created-by";
    case "headline":
      return /(?:map write|writes)$/.test(text);
    default:
      return false;
  }
}

/** A file line with the next line's text behind it, when that makes it a longer file line. */
export function restOfLine(head: Piece, next: Piece): Joined | undefined {
  const own = next.shape === head.shape ? next.text : next.whole;
  const rest = own.trim();
  if (rest.length > 200 || !/^(?:[\da-fx]|\+|:|[fsp][pc]?=|[pc]?=|\.?(?:go|s|o)?:)/.test(rest)) {
    return undefined;
  }
  const start = head.text.trimEnd();
  for (const text of [`${start}${rest}`, `${start} ${rest}`]) {
    if (classifyLine(`\t${text.trim()}`) === "file" && continuesWell(start, text)) {
      return { text, kind: "file" };
    }
  }
  return undefined;
}

/** The longer line has more of the parts that a file line has. */
function continuesWell(before: string, after: string): boolean {
  return (
    /:\d{1,9}(?: \+0x[0-9a-f]{1,16})?(?: [fsp][pc]=0x[0-9a-f]{1,16})*$/.test(after) &&
    after.length > before.length
  );
}
