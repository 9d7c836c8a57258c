/**
 * Finds texts whose lines are in reverse order, and puts them right.
 *
 * Exports can be wholly reversed: then a file line stands above its function, and a goroutine's header below its frames.
 *
 *     	/src/main.go:30 +0x1d        ← the first line of a dump is a file line: perhaps reversed; lines are held back
 *     main.main()
 *     goroutine 1 [running]:          ← a function right above a header: reversed
 *     ⏎
 *     fatal error: concurrent map writes
 */
import type { LineKind } from "../grammar.js";
import { looksBegun } from "./join.js";
import { hasOffset, looseKind, type Piece } from "./piece.js";
import { sewn } from "./seam.js";
import { bit } from "./undone.js";

/** Without a header within so many lines they are no reversed dump. */
const candidateLimit = 5000;
/** The most that is held of a reversed dump. */
export const reversedLines = 500_000;
export const reversedCharacters = 64 * 1024 * 1024;
/** After so many other lines a dump is over. */
const dumpTail = 400;

/** Turns the reversed lines of one process. */
export class ReversedOrder {
  private collected: Piece[] | undefined;
  private characters = 0;
  private confirmed = false;
  private headlineAt = -1;
  private previous: LineKind = "other";
  private sinceReport = dumpTail;

  /** Whether a limit was reached and part of the text could not be put in order. */
  limited = false;

  /** Whether lines are held back. */
  get holds(): boolean {
    return this.collected !== undefined;
  }

  /** Takes the next line; gives the ones whose place is known. */
  push(piece: Piece): readonly Piece[] {
    if (this.collected !== undefined) {
      return this.collect(piece, this.collected);
    }
    return this.start(piece);
  }

  /** Gives what is held back. */
  flush(): readonly Piece[] {
    const collected = this.collected;
    return collected === undefined ? [] : this.release(collected);
  }

  private start(piece: Piece): readonly Piece[] {
    if (this.sinceReport >= dumpTail && this.beginsReversed(piece)) {
      this.collected = [piece];
      this.characters = piece.whole.length;
      this.previous = piece.kind;
      return [];
    }
    if (piece.kind === "other") {
      this.sinceReport++;
    } else if (piece.kind !== "blank" && piece.kind !== "exit-status" && piece.kind !== "separator") {
      this.sinceReport = piece.kind === "function" || piece.kind === "file" ? this.sinceReport : 0;
    }
    if (piece.kind !== "blank") {
      this.previous = piece.kind;
    }
    return [piece];
  }

  /** A line that stands behind another one of its kind in a dump, but here has none before it. */
  private beginsReversed(piece: Piece): boolean {
    switch (piece.kind) {
      case "file":
        return this.previous !== "function" && this.previous !== "created-by" && hasOffset(piece.text);
      case "indented-file":
      case "unavailable":
        return true;
      default:
        return false;
    }
  }

  private collect(piece: Piece, collected: Piece[]): readonly Piece[] {
    if (this.headlineAt !== -1 && this.isBeyond(piece, collected.length)) {
      return [...this.release(collected), ...this.start(piece)];
    }
    collected.push(piece);
    this.characters += piece.whole.length;
    // A goroutine without a stack tells nothing.
    if (isHeaderLike(piece.kind) && !this.confirmed && this.previous !== "unavailable") {
      if (this.previous !== "function" && this.previous !== "indented-function") {
        return this.release(collected);
      }
      this.confirmed = true;
    }
    if (
      this.confirmed &&
      this.headlineAt === -1 &&
      (piece.kind === "headline" || piece.kind === "race-warning")
    ) {
      this.headlineAt = collected.length;
    }
    if (piece.kind !== "blank") {
      this.previous = piece.kind;
      this.headlineAt = this.headlineAt === -1 ? -1 : collected.length;
    }
    const full = this.confirmed
      ? collected.length >= reversedLines || this.characters >= reversedCharacters
      : collected.length >= candidateLimit;
    if (full) {
      this.limited ||= this.confirmed;
      return this.release(collected);
    }
    return [];
  }

  /** Above the headline stand further headlines, a signal's line, another reversed dump, and then what is no part of a dump. */
  private isBeyond(piece: Piece, count: number): boolean {
    return piece.kind === "other" || (piece.kind === "blank" && count - this.headlineAt > 12);
  }

  private release(collected: Piece[]): readonly Piece[] {
    const reversed = this.confirmed;
    this.collected = undefined;
    this.confirmed = false;
    this.headlineAt = -1;
    this.characters = 0;
    this.previous = "other";
    this.sinceReport = reversed ? dumpTail : 0;
    if (!reversed) {
      return collected;
    }
    for (const piece of collected) {
      piece.bits |= bit.reversed;
    }
    return withRests(collected).toReversed().flat();
  }
}

/** Each line with what a window cut off it, which stands below it in a reversed text as well. */
function withRests(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [];
  for (const piece of pieces) {
    const before = lines.at(-1);
    const last = before?.at(-1);
    if (before !== undefined && last !== undefined && isRest(last, piece)) {
      before.push(piece);
    } else {
      lines.push([piece]);
    }
  }
  return lines;
}

function isRest(before: Piece, piece: Piece): boolean {
  if (piece.shape !== "" && piece.shape !== before.shape) {
    return false;
  }
  if (piece.kind === "other") {
    return !looksBegun(piece.text);
  }
  if (before.kind !== "other" || before.width < piece.width || !looksBegun(before.text)) {
    return false;
  }
  const kind = looseKind(sewn(before.text.trim(), piece.text.trim()));
  return kind === piece.kind && (kind === "function" || kind === "file");
}

function isHeaderLike(kind: LineKind): boolean {
  switch (kind) {
    case "header":
    case "runtime-stack":
    case "race-access":
    case "race-created":
    case "probe-side":
    case "probe-start":
    case "probe-no-other":
      return true;
    default:
      return false;
  }
}
