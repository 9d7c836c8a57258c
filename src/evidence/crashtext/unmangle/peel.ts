/** Takes the prefix, and what was put behind, off a line. */
import type { LineKind } from "../grammar.js";
import { hasOffset, looksLikePath, looseKind, noPrefix, Piece } from "./piece.js";
import { partsFor, type PrefixPart } from "./prefix-parts.js";
import { stripSuffix } from "./suffix.js";
import { anchorStart, templateOf } from "./template.js";
import { TimeScale } from "./time-stamp.js";
import { bit } from "./undone.js";

/** More parts than any prefix has. */
const maxParts = 16;
/** A line longer than this is nobody's stack line, and is not searched for prefixes. */
const maxPeeled = 65_536;
const maxTemplates = 8;

interface GrowingPrefix {
  end: number;
  bits: number;
  shape: string;
  process: string | null;
  time: number;
  partial: boolean;
  /** Where the container runtime's part ends. */
  contentStart: number;
}

interface Template {
  readonly pattern: RegExp;
  readonly id: string;
}

/** Peels lines one by one, and remembers prefixes that it learnt. */
export class PrefixPeeler {
  private readonly scale = new TimeScale();
  private readonly templates: Template[] = [];
  private learnt = 0;
  private cachedText = "";
  private cached: GrowingPrefix = newPrefix();
  /** The shape of the line before: most lines have the same. */
  private lastShape = "";

  /** Takes prefix and suffix off one line. */
  peel(whole: string, line: number, bits: number): Piece {
    const width = trimmedLength(whole);
    if (whole.length > maxPeeled) {
      return plainPiece({ whole, line, bits, width }, "other");
    }
    const prefix = this.prefixOf(whole);
    const piece = pieceOf({ whole, line, bits, width }, prefix, stripSuffix(whole.slice(prefix.end)));
    if (prefix.end > 0 && piece.kind === "other") {
      const kind = strictKind(whole);
      if (kind !== "other") {
        return plainPiece({ whole, line, bits, width }, kind);
      }
    }
    if (piece.kind === "other") {
      return this.byTemplate(piece) ?? piece;
    }
    // A function's name can have almost anything in it: a prefix learnt before comes first.
    return (this.templates.length > 0 ? this.byKnownTemplate(piece) : undefined) ?? piece;
  }

  /** Takes a prefix of known parts off a line, whatever stands behind it. */
  peelKnown(whole: string, line: number, bits: number): Piece {
    const width = trimmedLength(whole);
    if (whole.length > maxPeeled) {
      return plainPiece({ whole, line, bits, width }, "other");
    }
    const prefix = this.prefixOf(whole);
    return pieceOf({ whole, line, bits, width }, prefix, {
      text: whole.slice(prefix.end),
      kind: "other",
      bits: 0,
    });
  }

  /** A date and time that stands alone; NaN when it is none. */
  timeIn(text: string): number {
    return this.prefixOf(text).time;
  }

  private prefixOf(text: string): GrowingPrefix {
    if (text !== this.cachedText) {
      this.cachedText = text;
      this.cached = this.findPrefix(text);
      this.lastShape = this.cached.shape;
    }
    return this.cached;
  }

  private findPrefix(text: string): GrowingPrefix {
    const prefix = newPrefix();
    let afterTime = false;
    for (let count = 0; count < maxParts; count++) {
      const from = skipBlanks(text, prefix.end);
      if (from >= text.length || isRuntimeStart(text, from)) {
        break;
      }
      if (count > 0 && prefix.shape === this.lastShape && isOwn(text, prefix.end, from)) {
        break;
      }
      const part = this.take(text, from, prefix, afterTime);
      if (part === undefined) {
        break;
      }
      afterTime = part.time !== undefined;
    }
    return prefix;
  }

  private take(
    text: string,
    from: number,
    prefix: GrowingPrefix,
    afterTime: boolean,
  ): PrefixPart | undefined {
    for (const part of partsFor(text.charCodeAt(from))) {
      if (
        (part.afterTime === true && !afterTime) ||
        (part.needs !== undefined && !text.includes(part.needs, from))
      ) {
        continue;
      }
      part.pattern.lastIndex = from;
      const match = part.pattern.exec(text);
      if (match === null || match[0].length === 0) {
        continue;
      }
      this.note(part, match, prefix);
      prefix.end = from + match[0].length;
      if (part.id === "c") {
        prefix.contentStart = prefix.end;
      }
      return part;
    }
    return undefined;
  }

  private note(part: PrefixPart, match: RegExpExecArray, prefix: GrowingPrefix): void {
    prefix.bits |= isJournal(part, match, prefix) ? bit.journal : part.bits;
    if (part.unshaped !== true && !(part.id === "q" && prefix.shape.endsWith("q"))) {
      prefix.shape += part.id;
    }
    if (Number.isNaN(prefix.time) && part.time !== undefined) {
      prefix.time = this.timeOf(part, match);
    }
    prefix.partial ||= part.id === "c" && / P(?:[: ]|$)/.test(match[0]);
    const process = part.process?.(match) ?? null;
    if (process !== null) {
      prefix.process = prefix.process === null ? process : `${prefix.process} ${process}`;
    }
  }

  private timeOf(part: PrefixPart, match: RegExpExecArray): number {
    switch (part.time) {
      case "date":
        return this.scale.date(match);
      case "month-name":
        return Number(match[1]) * 86_400_000 + this.scale.clock(match, 2);
      default:
        return this.scale.clock(match, 1);
    }
  }

  /** Tries the prefixes learnt so far, and learns from a line with an anchor in it. */
  private byTemplate(piece: Piece): Piece | undefined {
    const known = this.byKnownTemplate(piece);
    if (known !== undefined) {
      return known;
    }
    const text = piece.text;
    const start = anchorStart(text);
    if (start <= 0) {
      return undefined;
    }
    const id = `{${String(this.learnt++)}}`;
    this.templates.unshift({ pattern: templateOf(text.slice(0, start)), id });
    this.templates.length = Math.min(this.templates.length, maxTemplates);
    return behind(piece, start, id);
  }

  private byKnownTemplate(piece: Piece): Piece | undefined {
    for (const template of this.templates) {
      template.pattern.lastIndex = 0;
      const match = template.pattern.exec(piece.text);
      if (match !== null && match[0].length > 0) {
        return behind(piece, match[0].length, template.id);
      }
    }
    return undefined;
  }
}

/** Whether the rest is a line of the runtime for sure: function names and paths can have nearly anything in them. */
function isOwn(text: string, end: number, from: number): boolean {
  const code = text.charCodeAt(from) | 0x20;
  const rest = text.slice(end);
  const kind = looseKind(rest);
  switch (kind) {
    case "other":
    case "blank":
      return false;
    case "file":
      return looksLikePath(rest) && !text.startsWith("//", from);
    default:
      return code >= 97 && code <= 122;
  }
}

function newPrefix(): GrowingPrefix {
  return { end: 0, bits: 0, shape: "", process: null, time: Number.NaN, partial: false, contentStart: 0 };
}

/** The piece without its first characters. */
function behind(piece: Piece, length: number, id: string): Piece {
  const rest = stripSuffix(piece.text.slice(length));
  return piece.with({
    text: rest.text,
    kind: rest.kind,
    bits: piece.bits | bit.log | rest.bits,
    shape: piece.shape + id,
  });
}

interface Given {
  readonly whole: string;
  readonly line: number;
  readonly bits: number;
  readonly width: number;
}

function plainPiece({ whole, line, bits, width }: Given, kind: LineKind): Piece {
  return new Piece({ line, whole, text: whole, kind, bits, width, prefix: noPrefix });
}

function pieceOf(
  { whole, line, bits, width }: Given,
  prefix: GrowingPrefix,
  rest: { readonly text: string; readonly kind: LineKind; readonly bits: number },
): Piece {
  return new Piece({
    line,
    whole,
    text: rest.text,
    kind: rest.kind,
    bits: bits | prefix.bits | rest.bits,
    width,
    prefix,
  });
}

/** A file line counts without its tab only when an offset follows: prose names files too. */
function strictKind(text: string): LineKind {
  const kind = looseKind(text);
  return kind === "file" && !hasOffset(text) ? "other" : kind;
}

/** journald prints fractions of seconds and names of months. */
function isJournal(part: PrefixPart, match: RegExpExecArray, prefix: GrowingPrefix): boolean {
  return part.id === "s" && match[0].length > 0 && prefix.shape.endsWith("d") && prefix.time % 1000 !== 0;
}

const starts = [
  "goroutine ",
  "fatal error:",
  "panic:",
  "created by ",
  "runtime stack:",
  "runtime: ",
  "exit status ",
  "WARNING: DATA RACE",
  "WARNING: CONCURRENT MAP USE",
  "The other side was not ",
  "(callers were not ",
  "(callers as they were ",
  "[signal ",
  "[originating from ",
  "[failed to restore ",
  "PC=0x",
  "pacer: ",
  "==================",
  "...",
];
const startsByCode = new Map<number, readonly string[]>();
for (const start of starts) {
  const code = start.charCodeAt(0);
  startsByCode.set(code, [...(startsByCode.get(code) ?? []), start]);
}

/** Whether a line of the runtime begins here, so that nothing more is prefix: `panic: x` looks like a logger's name. */
function isRuntimeStart(text: string, from: number): boolean {
  const words = startsByCode.get(text.charCodeAt(from));
  if (words === undefined) {
    return false;
  }
  return words.some((word) => text.startsWith(word, from));
}

function skipBlanks(text: string, from: number): number {
  let i = from;
  while (
    i < text.length &&
    (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9 || text.charCodeAt(i) === 0xa0)
  ) {
    i++;
  }
  return i;
}

function trimmedLength(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) {
    end--;
  }
  return end;
}
