/**
 * From raw lines to the lines that the Go runtime wrote. See README.md for the stages.
 */
import { classifyLine, type LineKind } from "../grammar.js";
import type { CleanLine, LineCleaner } from "./clean-line.js";
import { Expander } from "./expand.js";
import { mayMatter } from "./matter.js";
import { PrefixWrap } from "./prefix-wrap.js";
import { Processes } from "./processes.js";
import { hasOffset } from "./piece.js";
import { bit } from "./undone.js";
import { type WholeLine, WrappedEntry } from "./wrapped-entry.js";

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

/** A line of a clean dump that waits for the one below. */
interface PlainLine {
  readonly kind: LineKind;
  readonly text: string;
  readonly line: number;
}

class Cleaner implements LineCleaner {
  private readonly expander = new Expander();
  private readonly processes = new Processes(this.expander);
  private pending: PlainLine | undefined;
  private readonly wrapped = new WrappedEntry();
  private readonly prefixWrap = new PrefixWrap(this.expander);

  get identity(): boolean {
    return (
      this.pending === undefined && this.processes.plain && !this.wrapped.holds && !this.prefixWrap.holds
    );
  }

  private get holds(): boolean {
    return this.processes.active || this.wrapped.holds || this.prefixWrap.holds;
  }

  push(text: string, line: number): readonly CleanLine[] {
    const pending = this.pending;
    if (pending !== undefined) {
      return this.settle(pending, text, line);
    }
    if (this.identity) {
      const kind = classifyLine(text);
      if (passesUnchanged(kind, text)) {
        this.expander.notePackage(kind, text);
        return this.processes.passPlain(kind, text, line);
      }
      if (this.mayStand(kind, text)) {
        this.pending = { kind, text, line };
        return none;
      }
    }
    if (!this.holds && !mayMatter(text)) {
      return [{ text, line, process: null, undone: 0 }];
    }
    return this.work(text, line);
  }

  /** Whether the line is a clean dump's own if the next line is the one that follows there. */
  private mayStand(kind: LineKind, text: string): boolean {
    return (
      (kind === "blank" && text === "" && this.processes.lastPlainKind === "file") ||
      (kind === "created-by" && isPlainText(text))
    );
  }

  private settle(pending: PlainLine, text: string, line: number): readonly CleanLine[] {
    this.pending = undefined;
    const kind = classifyLine(text);
    const follows = pending.kind === "blank" ? kind === "header" : kind === "file";
    if (follows && passesUnchanged(kind, text)) {
      return [
        ...this.processes.passPlain(pending.kind, pending.text, pending.line),
        ...this.processes.passPlain(kind, text, line),
      ];
    }
    return [...this.work(pending.text, pending.line), ...this.push(text, line)];
  }

  private work(text: string, line: number): readonly CleanLine[] {
    const out: CleanLine[] = [];
    for (const whole of this.wrapped.push(text, line)) {
      this.whole(whole, out);
    }
    return out.length === 0 ? none : out;
  }

  flush(): readonly CleanLine[] {
    const pending = this.pending;
    this.pending = undefined;
    const out: CleanLine[] = pending === undefined ? [] : [...this.work(pending.text, pending.line)];
    for (const whole of this.wrapped.flush()) {
      this.whole(whole, out);
    }
    for (const whole of this.prefixWrap.flush()) {
      this.expand(whole, out);
    }
    this.processes.flush(out);
    return out;
  }

  private whole(entry: WholeLine, out: CleanLine[]): void {
    for (const whole of this.prefixWrap.push(entry)) {
      this.expand(whole, out);
    }
  }

  private expand(whole: WholeLine, out: CleanLine[]): void {
    for (const piece of this.expander.expand(whole.text, whole.line)) {
      piece.bits |= whole.wrapped ? bit.wrapped : 0;
      this.processes.push(piece, out);
    }
  }
}
