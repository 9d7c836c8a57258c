/**
 * From raw lines to the lines that the Go runtime wrote. See README.md for the stages.
 */
import { classifyLine, type LineKind } from "../grammar.js";
import type { CleanLine, LineCleaner } from "./clean-line.js";
import { Expander } from "./expand.js";
import { mayMatter } from "./matter.js";
import { Processes } from "./processes.js";
import type { Piece } from "./piece.js";
import { hasOffset, looseKind } from "./piece.js";
import { bit } from "./undone.js";
import { WrappedEntry } from "./wrapped-entry.js";

/** Makes a cleaner for one text or stream. */
export function createLineCleaner(): LineCleaner {
  return new Cleaner();
}

/**
 * Whether a line of this kind can be passed by the cleaner while it is in its identity mode: the kinds that are whole for sure.
 * A file line without an offset may be cut; a blank line may be one too many.
 */
export function passesUnchanged(kind: LineKind, text: string): boolean {
  switch (kind) {
    case "function":
    case "header":
      return isPlainText(text);
    case "file":
      return hasOffset(text) && isPlainText(text);
    default:
      return false;
  }
}

/** Escapes of Markdown and HTML can stand within a line that is recognised all the same. */
function isPlainText(text: string): boolean {
  return !text.includes("\\") && !text.includes("&");
}

const none: readonly CleanLine[] = [];

class Cleaner implements LineCleaner {
  private readonly expander = new Expander();
  private readonly processes = new Processes();
  private readonly wrapped = new WrappedEntry();
  private partial: Piece | undefined;

  get identity(): boolean {
    return this.processes.plain && !this.wrapped.holds && this.partial === undefined;
  }

  private get holds(): boolean {
    return this.processes.active || this.wrapped.holds || this.partial !== undefined;
  }

  push(text: string, line: number): readonly CleanLine[] {
    if (!this.holds && !mayMatter(text)) {
      return [{ text, line, process: null, undone: 0 }];
    }
    if (this.identity) {
      const kind = classifyLine(text);
      if (passesUnchanged(kind, text)) {
        return this.processes.passPlain(kind, text, line);
      }
    }
    const out: CleanLine[] = [];
    for (const whole of this.wrapped.push(text, line)) {
      this.expand(whole.text, whole.line, whole.wrapped ? bit.wrapped : 0, out);
    }
    return out.length === 0 ? none : out;
  }

  flush(): readonly CleanLine[] {
    const out: CleanLine[] = [];
    for (const whole of this.wrapped.flush()) {
      this.expand(whole.text, whole.line, whole.wrapped ? bit.wrapped : 0, out);
    }
    const partial = this.partial;
    this.partial = undefined;
    if (partial !== undefined) {
      this.processes.push(partial, out);
    }
    this.processes.flush(out);
    return out;
  }

  private expand(text: string, line: number, bits: number, out: CleanLine[]): void {
    for (const piece of this.expander.expand(text, line)) {
      piece.bits |= bits;
      this.add(piece, out);
    }
  }

  /** Puts lines together that the container runtime cut, `stderr P`. */
  private add(piece: Piece, out: CleanLine[]): void {
    const before = this.partial;
    this.partial = undefined;
    let whole = piece;
    if (before !== undefined) {
      const sameStream =
        before.contentStart > 0 === piece.contentStart > 0 && before.process === piece.process;
      if (sameStream && before.text.length < longestPartial) {
        const text =
          before.text + (piece.contentStart > 0 ? piece.whole.slice(piece.contentStart) : piece.text);
        whole = {
          ...piece,
          shape: before.shape,
          line: before.line,
          text,
          whole: text,
          kind: looseKind(text),
        };
      } else {
        this.processes.push(before, out);
      }
    }
    if (whole.partial) {
      this.partial = whole;
    } else {
      this.processes.push(whole, out);
    }
  }
}

const longestPartial = 1 << 20;
