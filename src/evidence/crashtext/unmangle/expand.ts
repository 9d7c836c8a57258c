/** From a raw line to its pieces: entries are opened, escaped line ends split, prefixes taken off, as often as it takes. */
import type { LineKind } from "../grammar.js";
import { plainLines, readableText } from "./characters.js";
import { entryOf, isEntrySyntax } from "./entries.js";
import { firstPart, unglued } from "./glue.js";
import { hasLiteralLines, literalLines } from "./literal.js";
import { PrefixPeeler } from "./peel.js";
import { looseKind, type Piece } from "./piece.js";
import { repaired, withoutLinks } from "./repair.js";
import { stripSuffix, undecorated } from "./suffix.js";
import { bit } from "./undone.js";

/** Log entries within log entries. */
const maxNesting = 6;
const maxPackages = 500;
/** The most lines that one raw line is split into. */
const maxPieces = 500_000;

interface Outer {
  readonly bits: number;
  readonly shape: string;
  readonly process: string | null;
  readonly time: number;
}

interface Opening {
  readonly pieces: Piece[];
  readonly text: string;
  readonly line: number;
  readonly outer: Outer;
  readonly depth: number;
}

const nothing: Outer = { bits: 0, shape: "", process: null, time: Number.NaN };

/** Expands raw lines. */
export class Expander {
  private readonly peeler = new PrefixPeeler();
  private readonly packages = new Set<string>();
  /** Whether objects are printed over several lines. */
  private memberSeen = false;

  /** The pieces of a raw line; none when it is a log entry's brackets. */
  expand(raw: string, line: number): Piece[] {
    const pieces: Piece[] = [];
    this.into(pieces, raw, line, nothing, 0);
    return pieces;
  }

  /** What a line is behind its prefix, without opening anything. */
  peek(raw: string): Piece {
    return this.peeler.peelKnown(raw, 0, 0);
  }

  private into(pieces: Piece[], raw: string, line: number, outer: Outer, depth: number): void {
    if (pieces.length >= maxPieces) {
      return;
    }
    // Escapes within an entry are the entry's own.
    if (this.openEntry({ pieces, text: raw, line, outer, depth }, false)) {
      return;
    }
    const readable = readableText(raw);
    for (const text of readable.texts) {
      const around = readable.bits === 0 ? outer : { ...outer, bits: outer.bits | readable.bits };
      if (!this.openEntry({ pieces, text, line, outer: around, depth }, true)) {
        this.controls(pieces, text, line, around, depth);
      }
    }
  }

  /** Splits at escaped line ends; one prefix counts for all lines of its line. */
  private controls(pieces: Piece[], given: string, line: number, outer: Outer, depth: number): void {
    const plain = plainLines(given);
    if (plain.texts.length === 1) {
      this.one(
        pieces,
        plain.texts[0] ?? "",
        line,
        plain.bits === 0 ? outer : { ...outer, bits: outer.bits | plain.bits },
      );
      return;
    }
    let first: Piece | undefined;
    for (const text of plain.texts) {
      const own = this.peeler.peelKnown(text, line, 0);
      const around = first === undefined ? outer : nested(outer, first, own);
      first ??= own;
      const more = { ...around, bits: around.bits | plain.bits };
      if (!this.openEntry({ pieces, text, line, outer: more, depth }, true)) {
        this.one(pieces, text, line, more);
      }
    }
  }

  private one(pieces: Piece[], text: string, line: number, outer: Outer): void {
    const piece = this.peeler.peel(text, line, 0);
    this.within(piece, outer);
    this.add(pieces, finished(piece));
  }

  private openEntry({ pieces, text, line, outer, depth }: Opening, literal: boolean): boolean {
    if (depth >= maxNesting || !mayBeEntry(text)) {
      return false;
    }
    const piece = this.peeler.peelKnown(text, line, 0);
    this.within(piece, outer);
    return this.open(pieces, piece, depth) || (literal && this.openLiteral(pieces, piece, depth));
  }

  /** Takes apart what was glued together. */
  private add(pieces: Piece[], piece: Piece): void {
    this.notePackage(piece.kind, piece.text);
    const glued = piece.kind === "other" || (piece.kind === "headline" && /\sgoroutine \d/.test(piece.text));
    const items = glued
      ? (unglued(piece.text, this.packages) ?? unglued(undecorated(piece.text), this.packages))
      : undefined;
    if (items === undefined) {
      if (!glued || !this.addGluedPrefix(pieces, piece)) {
        pieces.push(piece);
      }
      return;
    }
    for (const item of items) {
      const { text, kind, bits } = stripSuffix(item);
      pieces.push(piece.with({ text, whole: text, kind, bits: piece.bits | bits | bit.glued, width: 0 }));
    }
  }

  /** A file line to which the next line is glued with its prefix: `+0x1dweb-1  | main.main()`. */
  private addGluedPrefix(pieces: Piece[], piece: Piece): boolean {
    const match = piece.text.length > 8000 ? null : gluedFileLine.exec(piece.text);
    if (match === null) {
      return false;
    }
    const [, place = "", digits = ""] = match;
    for (let length = digits.length; length > 0; length--) {
      const end = place.length + length;
      const rest = this.peeler.peel(piece.text.slice(end), piece.line, piece.bits | bit.glued);
      if (rest.shape !== "" && (rest.kind !== "other" || rest.shape.endsWith(piece.shape))) {
        const text = piece.text.slice(0, end);
        pieces.push(piece.with({ text, whole: text, kind: looseKind(text), width: 0 }), finished(rest));
        return true;
      }
    }
    return false;
  }

  /** Remembers packages whose names begin with a hexadecimal digit, which an offset can be glued to. */
  notePackage(kind: LineKind, text: string): void {
    const code = text.charCodeAt(0);
    if (kind === "function" && code >= 97 && code <= 102 && this.packages.size < maxPackages) {
      const name = firstPart(text.length > 500 ? text.slice(0, 500) : text);
      if (name !== undefined) {
        this.packages.add(name);
      }
    }
  }

  /** What stands around an entry counts for the lines in it. */
  private within(piece: Piece, outer: Outer): void {
    if (outer === nothing) {
      return;
    }
    piece.bits |= outer.bits;
    piece.shape = outer.shape + piece.shape;
    piece.process = joined(outer.process, piece.process);
    if (!Number.isNaN(outer.time)) {
      piece.time = outer.time;
    }
  }

  /** Opens a log entry; false when it is none. */
  private open(pieces: Piece[], piece: Piece, depth: number): boolean {
    if (this.memberSeen && isEntrySyntax(piece.text)) {
      return true;
    }
    const entry = entryOf(piece.text);
    this.memberSeen ||= entry?.member === true;
    if (entry !== undefined) {
      const stamped = entry.time === null ? Number.NaN : this.peeler.timeIn(entry.time);
      const inner: Outer = {
        bits: piece.bits | bit.json,
        shape: `${piece.shape}J`,
        process: joined(piece.process, entry.process),
        time: Number.isNaN(piece.time) ? stamped : piece.time,
      };
      for (const text of entry.texts) {
        this.lines(pieces, text.replace(/\r?\n$/, ""), piece.line, inner, depth);
      }
      return true;
    }
    return false;
  }

  private openLiteral(pieces: Piece[], piece: Piece, depth: number): boolean {
    if (!hasLiteralLines(piece.text)) {
      return false;
    }
    const inner: Outer = {
      bits: piece.bits | bit.literal,
      shape: `${piece.shape}L`,
      process: piece.process,
      time: piece.time,
    };
    for (const text of literalLines(withoutQuotes(piece.text))) {
      this.into(pieces, text, piece.line, inner, depth + 1);
    }
    return true;
  }

  private lines(pieces: Piece[], text: string, line: number, outer: Outer, depth: number): void {
    for (const one of text.split("\n")) {
      this.into(pieces, one, line, outer, depth + 1);
    }
  }
}

/** Repairs within the line come last. */
function finished(piece: Piece): Piece {
  if (piece.kind === "other") {
    if (/^\s{0,8}\\t(?=[/~<\w])/.test(piece.text)) {
      const text = piece.text.replace("\\t", "\t");
      return piece.with({ text, kind: looseKind(text), bits: piece.bits | bit.literal });
    }
    const text = repaired(piece.text) ?? repaired(undecorated(piece.text).trim());
    return text === undefined
      ? piece
      : piece.with({ text: text.text, kind: text.kind, bits: piece.bits | text.bits });
  }
  if (piece.text.includes("](")) {
    const text = withoutLinks(piece.text);
    if (text !== piece.text) {
      return piece.with({ text, bits: piece.bits | bit.markdown });
    }
  }
  return piece;
}

/** Most lines are told by a look at their characters. */
function mayBeEntry(text: string): boolean {
  return (
    (text.includes('"') && /\{\s{0,8}"|="|\*\*\*"|",|"\s{0,8}:|^\s{0,40}"|"\s{0,40}$/.test(text)) ||
    text.includes("\\n") ||
    (text.length < 80 && /^[\s`|│>]{0,60}[[\]{}]{1,3},?[\s`\\|│]{0,60}$/.test(text))
  );
}

/** What stands around a line of a line that was split: the first one's prefix, but for what the line has itself. */
function nested(outer: Outer, first: Piece, own: Piece): Outer {
  if (!first.shape.endsWith(own.shape)) {
    return outer;
  }
  const process =
    own.process !== null && first.process?.endsWith(own.process) === true
      ? first.process.slice(0, -own.process.length).trimEnd()
      : first.process;
  return {
    bits: outer.bits | first.bits,
    shape: outer.shape + first.shape.slice(0, first.shape.length - own.shape.length),
    process: joined(outer.process, process === "" ? null : process),
    time: Number.isNaN(outer.time) ? first.time : outer.time,
  };
}

const gluedFileLine = /^(\s{0,40}\S[^\n]{0,2000}?\.(?:go|s):\d{1,9} \+0x)([0-9a-f]{1,16})/;

function joined(outer: string | null, inner: string | null): string | null {
  if (outer === null || inner === null || outer === inner) {
    return inner ?? outer;
  }
  return `${outer} ${inner}`;
}

/** A text with written-out line ends is often a quoted string. */
function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  const start = /^[bru]{0,2}(["'])/.exec(trimmed);
  const quote = start?.[1];
  if (start === null || quote === undefined) {
    return text;
  }
  const end = new RegExp(`${quote}[,;)\\]}]{0,4}$`).exec(trimmed);
  return trimmed.slice(start[0].length, end?.index ?? trimmed.length);
}
