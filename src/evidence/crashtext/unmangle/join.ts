/** Puts lines together that the edge of a window cut. */
import { argumentsStart, classifyLine, type LineKind } from "../grammar.js";
import { hasOffset, looksLikePath, looseKind, type Piece } from "./piece.js";
import { repaired } from "./repair.js";
import { isKnownState, sewn } from "./seam.js";
import { undecorated } from "./suffix.js";

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
    /^(?:goroutine [\dr]|created by |fatal error:|panic:|[gc](?:$|[oOrR]))/.test(text) ||
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
  /** Whether paths have blanks in them. */
  readonly blanksInPaths: boolean;
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
  const strange = next.shape !== "" && next.shape !== held[0]?.shape;
  if (strange && /[tdkcoshr]/.test(next.shape)) {
    return false;
  }
  switch (next.kind) {
    case "other":
      return true;
    case "function":
    case "file":
      if (next.kind === "file" && looksLikePath(before.text) && !looksLikePath(next.text)) {
        return true;
      }
      return before.width >= Math.max(narrowest, around.widest) || /[(,{/.]$/.test(before.text.trimEnd());
    default:
      return false;
  }
}

/** A continuation has the same prefix, or none; what looks like a prefix then is its own. */
function ownText(next: Piece, head: Piece): string {
  return next.shape === head.shape ? next.text : next.whole;
}

/** A window cuts anywhere; a program that wraps at words eats the blank there. */
function continuations(given: string, next: Piece, head: Piece): readonly string[] {
  const text = undecorated(given);
  const rest = undecorated(ownText(next, head)).trimEnd();
  const trimmed = rest.trimStart();
  const probable = rest === trimmed ? sewn(text, rest) : `${text} ${trimmed}`;
  return [probable, probable === text + trimmed ? `${text} ${trimmed}` : text + trimmed];
}

function bestOf(texts: readonly string[], around: Surroundings): Joined | undefined {
  for (const text of texts) {
    if (text.length > longest) {
      continue;
    }
    const kind = looseKind(text);
    if (isWhole(text, kind, around) && begunAs(text, kind)) {
      return { text, kind };
    }
    const mended = kind === "other" ? repaired(text) : undefined;
    if (
      mended !== undefined &&
      isWhole(mended.text, mended.kind, around) &&
      begunAs(mended.text, mended.kind)
    ) {
      return { text: mended.text, kind: mended.kind };
    }
  }
  return undefined;
}

/** Headers in which a blank got lost where words were wrapped. */
const squeezedHeader =
  /\d(?:minutes|hours|gp=)|[a-z\d][[(]|forcegc|chanreceive|chansend|IOwait|GCsweep|GCscavenge|GCworker|GCassist|[a-z]wait[,\]]|lockedto|tothread|,\d/;

function isWellFormedHeader(text: string): boolean {
  const state = /\[([^,\]]{1,200})/.exec(text)?.[1] ?? "";
  return !squeezedHeader.test(text) && (!state.includes(" ") || isKnownState(state));
}

function isWhole(text: string, kind: LineKind, around: Surroundings): boolean {
  switch (kind) {
    case "header":
      return isWellFormedHeader(text);
    case "function":
      return !/[^,] |,[^ ]/.test(text.slice(argumentsStart(text)));
    case "created-by":
    case "race-access":
    case "race-created":
    case "elided":
    case "unavailable":
      return true;
    case "file":
      return (
        (hasOffset(text) || around.last === "function" || around.last === "created-by") &&
        (!/\s/.test(text.replace(/(?: (?:\+|[fsp][pc]=)0x[0-9a-f]{1,16}){1,4}$/, "")) || around.blanksInPaths)
      );
    case "headline":
      return /(?:map write|writes)$/.test(text);
    default:
      return false;
  }
}

/** A path can have any words in it, so a line that began as something else is none. */
function begunAs(text: string, kind: LineKind): boolean {
  if (text.startsWith("created by ")) {
    return kind === "created-by";
  }
  return !/^(?:goroutine \d|fatal error: |panic: )/.test(text) || kind === "header" || kind === "headline";
}

/** A file line with the next line's text behind it, when that makes it a longer file line. */
export function restOfLine(head: Piece, next: Piece): Joined | undefined {
  const rest = undecorated(ownText(next, head)).trim();
  if (rest.length > 200 || !/^(?:[\da-fx]|\+|:|[fsp][pc]?=|[pc]?=|\.?(?:go|s|o)?:)/.test(rest)) {
    return undefined;
  }
  const start = undecorated(head.text).trimEnd();
  for (const text of [sewn(start, rest), `${start}${rest}`]) {
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
