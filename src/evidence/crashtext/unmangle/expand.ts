/** From a raw line to its pieces: entries are opened, escaped line ends split, prefixes taken off, as often as it takes. */
import { plainLines } from "./characters.js";
import { entryOf } from "./entries.js";
import { hasLiteralLines, literalLines } from "./literal.js";
import { PrefixPeeler } from "./peel.js";
import type { Piece } from "./piece.js";
import { repaired, withoutLinks, withoutMarkdownEscapes } from "./repair.js";
import { bit } from "./undone.js";

/** Log entries within log entries. */
const maxNesting = 6;
/** The most lines that one raw line is split into. */
const maxPieces = 500_000;

interface Outer {
  readonly bits: number;
  readonly shape: string;
  readonly process: string | null;
  readonly time: number;
}

const nothing: Outer = { bits: 0, shape: "", process: null, time: Number.NaN };

/** Expands raw lines. */
export class Expander {
  private readonly peeler = new PrefixPeeler();

  /** The pieces of a raw line; never none. */
  expand(raw: string, line: number): Piece[] {
    const pieces: Piece[] = [];
    this.into(pieces, raw, line, nothing, 0);
    return pieces;
  }

  private into(pieces: Piece[], raw: string, line: number, outer: Outer, depth: number): void {
    // Escapes within an entry are the entry's own.
    if (depth < maxNesting && mayBeEntry(raw)) {
      const piece = this.peeler.peelKnown(raw, line, 0);
      this.within(piece, outer);
      if (this.open(pieces, piece, depth)) {
        return;
      }
    }
    const plain = plainLines(raw);
    let around = outer;
    for (const text of plain.texts) {
      if (pieces.length >= maxPieces) {
        return;
      }
      if (plain.bits !== 0 && depth < maxNesting && mayBeEntry(text)) {
        const entry = this.peeler.peelKnown(text, line, plain.bits);
        this.within(entry, outer);
        if (this.open(pieces, entry, depth)) {
          continue;
        }
      }
      const piece = this.peeler.peel(text, line, plain.bits);
      this.within(piece, around);
      pieces.push(finished(piece));
      // One prefix counts for all lines that its line was split into.
      if (plain.texts.length > 1 && around === outer && piece.shape !== "") {
        around = { bits: piece.bits, shape: piece.shape, process: piece.process, time: piece.time };
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

  /** Opens a log entry, or splits a line with written-out line ends; false when it is neither. */
  private open(pieces: Piece[], piece: Piece, depth: number): boolean {
    const entry = entryOf(piece.text);
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
    if (hasLiteralLines(piece.text)) {
      const inner: Outer = { ...piece, bits: piece.bits | bit.literal, shape: `${piece.shape}L` };
      for (const text of literalLines(withoutQuotes(piece.text))) {
        this.into(pieces, text, piece.line, inner, depth + 1);
      }
      return true;
    }
    return false;
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
    const text = repaired(piece.text);
    return text === undefined
      ? piece
      : { ...piece, text: text.text, kind: text.kind, bits: piece.bits | text.bits };
  }
  if (piece.text.includes("\\") || piece.text.includes("](")) {
    const text = withoutLinks(withoutMarkdownEscapes(piece.text));
    if (text !== piece.text) {
      return { ...piece, text, bits: piece.bits | bit.markdown };
    }
  }
  return piece;
}

/** Most lines are told by a look at their characters. */
function mayBeEntry(text: string): boolean {
  return (
    (text.includes('"') && (/\{\s{0,8}"|="/.test(text) || /^\s{0,40}"/.test(text))) || text.includes("\\n")
  );
}

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
