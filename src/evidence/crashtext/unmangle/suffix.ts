/** What is put behind lines: borders of tables, the dash column of exports, closing quotes, blanks. */
import type { LineKind } from "../grammar.js";
import { looseKind } from "./piece.js";
import { bit } from "./undone.js";

interface Stripped {
  readonly text: string;
  readonly kind: LineKind;
  readonly bits: number;
}

interface Suffix {
  readonly pattern: RegExp;
  readonly bits: number;
}

/** Each looks at the end of the line only; see `tail`. */
const suffixes: readonly Suffix[] = [
  /** ` │`, ` |`: the right border of a box */
  { pattern: /\s{0,80}[─-╿▀-▟⎪❘|]{1,80}$/, bits: bit.table },
  /** `  -`: an empty column behind, as Kibana and Stackdriver export it */
  { pattern: /\s{1,80}[-–—](?:\s{1,40}[-–—]){0,9}$/, bits: bit.table },
  /** Closing quotes and commas of lists of strings */
  { pattern: /["'],?$/, bits: bit.quote },
  /** Code marks and emphasis of Markdown; a backslash is its hard line break */
  { pattern: /(?:`{1,3}|\*\*|\\)$/, bits: bit.markdown },
  /** `*` and a slash */
  { pattern: /\s{0,9}\*\/$/, bits: bit.quote },
];

const tail = 120;

/** Takes off what stands behind a line when it is a line of the runtime without it. */
export function stripSuffix(text: string): Stripped {
  const kind = looseKind(text);
  if (kind === "headline" || kind === "created-by") {
    return stripMessage(text, kind);
  }
  if (kind !== "other") {
    return { text, kind, bits: 0 };
  }
  let current = text.trimEnd();
  let bits = 0;
  for (let round = 0; round < 4; round++) {
    const stripped = stripOnce(current);
    if (stripped === undefined) {
      break;
    }
    current = stripped.text;
    bits |= stripped.bits;
    const found = looseKind(current);
    if (found !== "other") {
      return { text: current, kind: found, bits };
    }
  }
  return { text, kind, bits: 0 };
}

const lastOfSuffix = /[─-╿▀-▟⎪❘|\-–—"',`*\\/]/;

/** A line that may be part of one, without what may have been put behind it. */
export function undecorated(text: string): string {
  if (!lastOfSuffix.test(text.trimEnd().slice(-1))) {
    return text;
  }
  const from = Math.max(0, text.length - tail);
  return text.slice(0, from) + text.slice(from).replace(decoration, "");
}

const decoration = /(?:\s{2,80}[-–—]|\s{0,80}[─-╿▀-▟⎪❘|]|[`\\]|(?<=\w)",?)\s{0,80}$/;

/** A message can end in almost anything; only what is never its own comes off. */
function stripMessage(text: string, kind: LineKind): Stripped {
  let current = text.trimEnd();
  let bits = 0;
  for (let round = 0; round < 4 && lastOfSuffix.test(current.slice(-1)); round++) {
    const from = Math.max(0, current.length - tail);
    const match = behindMessage.exec(current.slice(from));
    if (match === null) {
      break;
    }
    bits |= /^[`\\*]/.test(match[0]) ? bit.markdown : bit.table;
    current = current.slice(0, from + match.index).trimEnd();
  }
  return bits === 0 ? { text, kind, bits } : { text: current, kind, bits };
}

const behindMessage = /\s{0,80}[─-╿▀-▟⎪❘|]{1,80}$|\s{2,80}[-–—]$|`{1,3}$|\\$|\*\*$/;

function stripOnce(text: string): { text: string; bits: number } | undefined {
  if (!lastOfSuffix.test(text.slice(-1))) {
    return undefined;
  }
  const from = Math.max(0, text.length - tail);
  const end = text.slice(from);
  for (const suffix of suffixes) {
    const match = suffix.pattern.exec(end);
    if (match !== null) {
      return { text: text.slice(0, from + match.index).trimEnd(), bits: suffix.bits };
    }
  }
  return undefined;
}
