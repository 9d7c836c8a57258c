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

class Cleaner implements LineCleaner {
  private readonly expander = new Expander();
  private readonly processes = new Processes(this.expander);
  private readonly wrapped = new WrappedEntry();
  private readonly prefixWrap = new PrefixWrap(this.expander);

  get identity(): boolean {
    return this.processes.plain && !this.wrapped.holds && !this.prefixWrap.holds;
  }

  private get holds(): boolean {
    return this.processes.active || this.wrapped.holds || this.prefixWrap.holds;
  }

  push(text: string, line: number): readonly CleanLine[] {
    if (!this.holds && !mayMatter(text)) {
      return [{ text, line, process: null, undone: 0 }];
    }
    if (this.identity) {
      const kind = classifyLine(text);
      if (passesUnchanged(kind, text)) {
        this.expander.notePackage(kind, text);
        return this.processes.passPlain(kind, text, line);
      }
    }
    const out: CleanLine[] = [];
    for (const whole of this.wrapped.push(text, line)) {
      this.whole(whole, out);
    }
    return out.length === 0 ? none : out;
  }

  flush(): readonly CleanLine[] {
    const out: CleanLine[] = [];
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
