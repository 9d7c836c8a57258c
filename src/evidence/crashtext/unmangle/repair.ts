/**
 * Undoes what was done within a line that is not recognised as it is: braces that were masked as secrets, links that an
 * editor made of digits and paths, escapes of Markdown.
 */
import type { LineKind } from "../grammar.js";
import { looseKind } from "./piece.js";
import { bit } from "./undone.js";

/** A line that was repaired. */
export interface Repaired {
  readonly text: string;
  readonly kind: LineKind;
  readonly bits: number;
}

/** Longer lines are not looked into. */
const longest = 65_536;

/** Repairs a line; undefined when it is no line of the runtime after that either. */
export function repaired(given: string): Repaired | undefined {
  if (given.length > longest) {
    return undefined;
  }
  let text = given;
  let bits = 0;
  const linked = withoutLinks(text);
  if (linked !== text) {
    text = linked;
    bits |= bit.markdown;
  }
  if (text.includes("***")) {
    const unmasked = unmaskBraces(text);
    bits |= unmasked === text ? 0 : bit.braces;
    text = unmasked;
  }
  const kind = bits === 0 ? "other" : looseKind(text);
  return kind === "other" ? undefined : { text, kind, bits };
}

/**
 * `(\*Cache)`, `runtime\_init`, `\[running\]`. In a path of Windows backslashes are meant: there only what cannot be a file's
 * name is taken for an escape.
 */
export function withoutMarkdownEscapes(text: string): string {
  if (!text.includes("\\")) {
    return text;
  }
  const windows = /[A-Za-z]:\\|\\\\/.test(text);
  return text.replace(windows ? /\\([*<>|[\]])/g : /\\([_*[\]<>#().{}+\-!`|~&$])/g, "$1");
}

/** `[000123](https://host/000123)`, `<https://host/x|x>`; `[...](0x1)` is a generic function. */
export function withoutLinks(text: string): string {
  let result = text;
  if (result.includes("](")) {
    result = result.replace(
      /\[([^[\]]{0,300})\]\((?:https?:\/\/|mailto:|tel:|ftp:\/\/|\/|#|\.\/|<)[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?: "[^"]{0,200}")?\)/g,
      "$1",
    );
  }
  if (result.includes("<http") || result.includes("<mailto") || result.includes("<tel:")) {
    result = result.replace(/<(?:https?:\/\/|mailto:|tel:)[^<>|\s]{0,2000}\|([^<>]{0,500})>/g, "$1");
    result = result.replace(/<(?:https?:\/\/|mailto:)([^<>|\s]{0,2000})>/g, "$1");
  }
  return result;
}

/**
 * Puts braces where masks stand. A run of masks behind a value closes; one in front of a value opens; one between a comma and a
 * comma opens and then closes, and how many it opens follows from all being closed in the end.
 *
 *     main.f(***0x4a3f21, 0x3***, ******)   →   main.f({0x4a3f21, 0x3}, {})
 */
export function unmaskBraces(text: string): string {
  const runs: MaskRun[] = [];
  for (const match of text.matchAll(/(?:\*{3})+/g)) {
    runs.push(maskRun(text, match.index, match[0].length));
  }
  const opens = runs.length > maxRuns ? undefined : balanced(runs, 0, 0, { steps: maxSteps });
  if (opens === undefined) {
    return text;
  }
  let index = 0;
  return text.replace(/(?:\*{3})+/g, (mask) => {
    const open = opens[index++] ?? 0;
    return "{".repeat(open) + "}".repeat(mask.length / 3 - open);
  });
}

/** Masks next to each other. */
interface MaskRun {
  readonly count: number;
  /** How many of them may open: from, to. */
  readonly least: number;
  readonly most: number;
}

const maxRuns = 400;
const maxSteps = 20_000;

function maskRun(text: string, offset: number, length: number): MaskRun {
  const count = length / 3;
  const before = text.slice(Math.max(0, offset - 1), offset);
  const after = text.slice(offset + length, offset + length + 3);
  if (/[\w?.")]/.test(before) && !/[Ee]$/.test(text.slice(Math.max(0, offset - 9), offset))) {
    return { count, least: 0, most: 0 };
  }
  const closesAtEnd =
    after === "" || (/^[,)\]:.;}]/.test(after) && after !== "...") || /^ [^\s*]/.test(after);
  if (!closesAtEnd || count === 1) {
    // `struct { a int }`: the blank before the closing one looks like that before an opening one.
    const single = closesAtEnd && count === 1;
    return { count, least: single ? 0 : count, most: single && before === " " ? 1 : count };
  }
  return { count, least: 1, most: count - 1 };
}

/** How many masks of each run open, so that braces are balanced; undefined when they cannot be. */
function balanced(
  runs: readonly MaskRun[],
  index: number,
  depth: number,
  budget: { steps: number },
): readonly number[] | undefined {
  const run = runs[index];
  if (run === undefined) {
    return depth === 0 ? [] : undefined;
  }
  for (let open = run.most; open >= run.least; open--) {
    const after = depth + open - (run.count - open);
    if (after < 0 || budget.steps-- <= 0) {
      continue;
    }
    const rest = balanced(runs, index + 1, after, budget);
    if (rest !== undefined) {
      return [open, ...rest];
    }
  }
  return undefined;
}
