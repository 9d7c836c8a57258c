/**
 * Puts lines together that the container runtime cut:
 *
 *     2024-01-02T03:04:05.678Z stderr P goroutine 7 [run
 *     2024-01-02T03:04:05.679Z stderr F ning]:
 */
import type { Expander } from "./expand.js";
import type { Piece } from "./piece.js";
import { undecorated } from "./suffix.js";

const longest = 4 * 1024 * 1024;

/** Joins the parts of the lines of one process. */
export class PartialLines {
  private held: Piece | undefined;

  constructor(private readonly expander: Expander) {}

  /** Whether a part is held back. */
  get holds(): boolean {
    return this.held !== undefined;
  }

  /** Takes the next line as it comes, before it is known whether lines are out of order; gives whole ones where it is plain. */
  pushInTime(piece: Piece): readonly Piece[] {
    const before = this.held;
    const apart = before !== undefined && areApart(before.process, piece.process);
    if (before !== undefined && piece.contentStart > 0 && (apart || !(piece.time >= before.time))) {
      this.held = undefined;
      return [before, ...this.pushInTime(piece)];
    }
    return this.push(piece);
  }

  /** Takes the next line; gives whole ones. */
  push(piece: Piece): readonly Piece[] {
    const before = this.held;
    if (before === undefined) {
      if (!piece.partial) {
        return [piece];
      }
      this.held = piece;
      return [];
    }
    if (piece.contentStart === 0 && piece.kind === "blank") {
      // Blank lines were put in between.
      return [];
    }
    this.held = undefined;
    if (piece.contentStart === 0 || before.whole.length > longest) {
      return [before, ...this.push(piece)];
    }
    const joined = join(before, piece);
    if (piece.partial) {
      this.held = before.with({ whole: joined });
      return [];
    }
    const pieces = this.expander.expand(joined, before.line);
    for (const whole of pieces) {
      whole.process ??= before.process;
      whole.bits |= before.bits | piece.bits;
    }
    return pieces.map((whole) => whole.with({ partial: false }));
  }

  /** Gives what is held back. */
  flush(): readonly Piece[] {
    const rest = this.held;
    this.held = undefined;
    return rest === undefined ? [] : [rest];
  }
}

/** `web-1` and `web-2` are; `web-1` and `web-1 svc[123]` are not, nor is what names none. */
function areApart(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && !one.startsWith(other) && !other.startsWith(one);
}

function join(before: Piece, piece: Piece): string {
  const content = piece.whole.slice(piece.contentStart);
  const start =
    before.whole.slice(0, before.contentStart) + undecorated(before.whole.slice(before.contentStart));
  // A window pads lines with blanks; one blank, or a tab, can be where the line was cut.
  const padding = /\S( {2,400})$/.exec(start.slice(-402))?.[1] ?? "";
  return start.slice(0, start.length - padding.length) + content;
}
