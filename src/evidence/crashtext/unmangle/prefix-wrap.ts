/**
 * Lines that the edge of a window cut within or right behind their prefix. All lines have a prefix then, but for the rests:
 *
 *     2024-01-02T03:04:05.678901234Z stderr F
 *     	/usr/local/go/src/runtime/panic.go:1088 +0x48
 *
 * Lines that were cut further behind are layout.ts's.
 */
import type { Expander } from "./expand.js";
import { looseKind } from "./piece.js";
import { sewn } from "./seam.js";
import type { WholeLine } from "./wrapped-entry.js";

/** Parts that begin a line of a log: a time stamp, a container's name. */
const leading = /[tdkcoshri]/;
const narrowest = 20;
const maxJoined = 12;

/** Joins such lines. */
export class PrefixWrap {
  private held: WholeLine | undefined;
  /** The last part of it, as wide as it was. */
  private lastPart = "";
  private parts = 0;
  /** Whether there is nothing behind the prefix so far. */
  private prefixOnly = false;
  private widest = 0;
  /** Whether the line before had a prefix, and how that began. */
  private prefixed = true;
  private start = "";

  constructor(private readonly expander: Expander) {}

  /** Whether a line is held back. */
  get holds(): boolean {
    return this.held !== undefined;
  }

  /** Takes the next raw line; gives whole ones. */
  push(next: WholeLine): readonly WholeLine[] {
    const before = this.held;
    this.widest = Math.max(this.widest, next.text.trimEnd().length);
    if (before === undefined) {
      return this.begin(next);
    }
    if (this.continues(before, next.text)) {
      const text = this.prefixOnly
        ? `${before.text.trimEnd()} ${next.text}`
        : sewn(this.cutEnd(before.text), next.text);
      this.prefixOnly = false;
      this.held = { text, line: before.line, wrapped: true };
      this.lastPart = next.text;
      this.parts++;
      return [];
    }
    this.held = undefined;
    return [before, ...this.begin(next)];
  }

  /** Gives what is held back. */
  flush(): readonly WholeLine[] {
    const rest = this.held;
    this.held = undefined;
    this.widest = 0;
    this.prefixed = true;
    return rest === undefined ? [] : [rest];
  }

  private begin(next: WholeLine): readonly WholeLine[] {
    const before = this.prefixed;
    this.prefixed = this.hasPrefix(next.text) ?? before;
    // A single line with a prefix among others without is a line of a log.
    if (!before || !this.prefixed) {
      return [next];
    }
    if (next.text.length < narrowest || next.text.length > 4000 || !isCut(this.expander, next.text)) {
      return [next];
    }
    this.held = next;
    this.prefixOnly = this.expander.peek(next.text).text.trim() === "";
    this.lastPart = next.text;
    this.parts = 1;
    return [];
  }

  /** A window that pads its lines leaves no blanks where it cut, but for the one that stood there. */
  private cutEnd(text: string): string {
    return this.lastPart.length >= this.widest && !/\s\s$/.test(text) ? text : text.trimEnd();
  }

  /** Undefined for a blank line, which tells nothing. */
  private hasPrefix(text: string): boolean | undefined {
    const start = text.slice(0, 4);
    if (this.prefixed && start === this.start) {
      return true;
    }
    if (text.trim() === "") {
      return undefined;
    }
    this.start = start;
    return leading.test(this.expander.peek(text).shape);
  }

  private continues(before: WholeLine, text: string): boolean {
    if (this.parts > maxJoined || text.trim() === "" || text.startsWith(before.text.slice(0, 4))) {
      return false;
    }
    // What is whole by itself goes on with a prefix, but not with a message.
    if (!this.prefixOnly && isWhole(text)) {
      return false;
    }
    const width = this.lastPart.trimEnd().length;
    const word = /^\s{0,8}\S{1,400}/.exec(text)?.[0].length ?? 0;
    if (width + 1 + word <= this.widest || leading.test(this.expander.peek(text).shape)) {
      return false;
    }
    return isCut(this.expander, before.text);
  }
}

function isWhole(text: string): boolean {
  const kind = looseKind(text.trim());
  return kind === "header" || (kind === "headline" && /(?:map write|writes)$/.test(text.trim()));
}

/** Whether a line has a prefix, and behind it nothing, or the begin of something. */
function isCut(expander: Expander, text: string): boolean {
  const piece = expander.peek(text);
  if (!leading.test(piece.shape)) {
    return false;
  }
  const rest = piece.text.trim();
  switch (looseKind(rest)) {
    case "other":
    case "blank":
      return true;
    case "file":
      return !/ pc=0x[0-9a-f]{4,16}$/.test(rest);
    case "created-by":
      return !rest.includes(" in goroutine ");
    case "headline":
      return !/(?:map write|writes)$/.test(rest);
    default:
      return false;
  }
}
