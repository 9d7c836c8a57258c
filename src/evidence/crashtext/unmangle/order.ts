/**
 * Puts the lines of one process in the order in which they were written.
 *
 * Exports can be wholly reversed: then a file line stands above its function, and a goroutine's header below its frames.
 *
 *     	/src/main.go:30 +0x1d        ← the first line of a dump is a file line: perhaps reversed; lines are held back
 *     main.main()
 *     goroutine 1 [running]:          ← a function right above a header: reversed
 *     ⏎
 *     fatal error: concurrent map writes
 *
 * They can be slightly out of order, too: then their time stamps tell.
 */
import type { LineKind } from "../grammar.js";
import { hasOffset, type Piece } from "./piece.js";
import { bit } from "./undone.js";

/** Without a header within so many lines they are no reversed dump. */
const candidateLimit = 5000;
/** The most that is held of a reversed dump. */
export const reversedLines = 500_000;
export const reversedCharacters = 64 * 1024 * 1024;
/** How far a line can be away from its place, when time stamps tell its place. */
const windowLines = 64;
/** A jump back by more than this is not disorder: the clock was set, or another log begins. */
const jump = 3_600_000;
/** After so many other lines a dump is over. */
const dumpTail = 400;

/** Orders the lines of one process. */
export class LineOrder {
  private collected: Piece[] | undefined;
  private characters = 0;
  private confirmed = false;
  private headlineAt = -1;
  private previous: LineKind = "other";
  private sinceReport = dumpTail;
  private readonly window: Piece[] = [];
  private latest = Number.NaN;

  /** Whether a limit was reached and part of the text could not be put in order. */
  limited = false;

  /** Whether lines are held back. */
  get holds(): boolean {
    return this.collected !== undefined || this.window.length > 0;
  }

  /** Takes the next line; gives the ones whose place is known. */
  push(piece: Piece): readonly Piece[] {
    if (this.collected !== undefined) {
      return this.sorted(this.collect(piece, this.collected));
    }
    return this.sorted(this.start(piece));
  }

  /** Gives what is held back. */
  flush(): readonly Piece[] {
    const collected = this.collected;
    const rest = collected === undefined ? [] : this.sorted(this.release(collected));
    return [...rest, ...this.window.splice(0)];
  }

  private start(piece: Piece): readonly Piece[] {
    const begins =
      piece.kind === "file" &&
      this.sinceReport >= dumpTail &&
      this.previous !== "function" &&
      this.previous !== "created-by" &&
      hasOffset(piece.text);
    if (begins || (piece.kind === "indented-file" && this.sinceReport >= dumpTail)) {
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

  /** Above the headline stand further headlines, a signal's line, and then what is no part of the dump. */
  private isBeyond(piece: Piece, count: number): boolean {
    switch (piece.kind) {
      case "headline":
      case "signal":
      case "separator":
      case "race-warning":
      case "blank":
        return count - this.headlineAt > 12;
      default:
        return true;
    }
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
    return collected.toReversed();
  }

  private sorted(pieces: readonly Piece[]): readonly Piece[] {
    if (pieces.length === 1 && this.window.length === 0 && Number.isNaN(pieces[0]?.time)) {
      return pieces;
    }
    const ready: Piece[] = [];
    for (const piece of pieces) {
      this.insert(piece, ready);
    }
    return ready;
  }

  private insert(piece: Piece, ready: Piece[]): void {
    const window = this.window;
    // A line without a time stamp stays behind the one before it.
    const time = Number.isNaN(piece.time) ? this.latest : piece.time;
    this.latest = time;
    if (Number.isNaN(time)) {
      ready.push(...window.splice(0), piece);
      return;
    }
    const timed = piece.time === time ? piece : { ...piece, time };
    let at = window.length;
    const last = window[at - 1];
    if (last !== undefined && Math.abs(last.time - time) > jump) {
      ready.push(...window.splice(0));
      at = 0;
    }
    while (at > 0 && (window[at - 1]?.time ?? time) > time) {
      at--;
    }
    if (at < window.length) {
      timed.bits |= bit.reversed;
    }
    window.splice(at, 0, timed);
    while (window.length > windowLines) {
      const first = window.shift();
      if (first !== undefined) {
        ready.push(first);
      }
    }
  }
}

function isHeaderLike(kind: LineKind): boolean {
  switch (kind) {
    case "header":
    case "runtime-stack":
    case "race-access":
    case "race-created":
    case "probe-side":
    case "probe-start":
      return true;
    default:
      return false;
  }
}
