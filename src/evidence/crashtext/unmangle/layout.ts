/**
 * Restores the layout of one process's lines: which lines belong together, indentation, blank lines.
 *
 * The runtime writes a header, pairs of a function and a file line, a blank line. Lines are recognised whatever their
 * indentation; a line that is part of no pair is passed on as it was given.
 *
 *     goroutine 7 [running]:                  header
 *     main.(*Cache).Get(0xc000012345, {0x4a   function, cut by the window's edge
 *     3f21, 0x3})                             its rest
 *       /src/cache.go:12 +0x1d                file, its tab lost
 */
import { classifyLine, isReportLine, type LineKind } from "../grammar.js";
import type { CleanLine } from "./clean-line.js";
import { looksBegun, rejoined, restOfLine } from "./join.js";
import { hasOffset, looksLikePath, noPrefix, Piece } from "./piece.js";
import { undecorated } from "./suffix.js";
import { bit } from "./undone.js";

/** So many lines are looked at to complete one line. */
const lookahead = 12;
/** So many blank lines are held to see what follows. */
const maxBlanks = 40;
/** After so many lines that are none of the runtime's the dump is over. */
const dumpTail = 400;
const messages = /concurrent map (?:read and map write|writes|iteration and map write|clone and map write)/;

/** Restores the layout of the lines of one process. */
export class StreamLayout {
  private readonly held: Piece[] = [];
  /** The prefix's shape of the dump's lines; null outside of a dump. */
  private shape: string | null = null;
  /** Whether the frames are those of a race or probe report, which are indented. */
  private indented = false;
  private last: LineKind = "other";
  private lastBlank = true;
  private sinceDump = Number.MAX_SAFE_INTEGER;
  private widest = 0;
  /** Whether a whole file line had a blank in its path. */
  private blanksInPaths = false;
  /** Whether lines were cut by a window's edge. */
  private wraps = false;
  private out: CleanLine[] = [];

  /** Whether nothing is held back, and the lines are those of a dump without a prefix. */
  get plain(): boolean {
    return this.held.length === 0 && this.shape === "" && this.sinceDump === 0;
  }

  /** Whether the lines before were those of a dump, so that any line matters. */
  get inDump(): boolean {
    return this.shape !== null;
  }

  /** What the last line was that was the runtime's. */
  get lastKind(): LineKind {
    return this.last;
  }

  /** Whether lines are held back. */
  get holds(): boolean {
    return this.held.length > 0;
  }

  /** Notes a line that needs nothing; only while `plain`. */
  passPlain(kind: LineKind, text: string, line: number): readonly CleanLine[] {
    if (kind === "header" && !this.lastBlank) {
      return this.push(
        new Piece({ line, whole: text, text, kind, bits: 0, width: text.length, prefix: noPrefix }),
      );
    }
    if (kind === "blank") {
      this.lastBlank = true;
    } else {
      this.last = kind;
      this.lastBlank = false;
      this.widest = Math.max(this.widest, text.length);
    }
    return [{ text, line, process: null, undone: 0 }];
  }

  /** Takes the next line; gives what is ready. */
  push(piece: Piece): readonly CleanLine[] {
    this.wraps ||= (piece.bits & bit.wrapped) !== 0;
    this.held.push(piece);
    return this.run(false);
  }

  /** Gives what is held back. */
  flush(): readonly CleanLine[] {
    return this.run(true);
  }

  private run(final: boolean): readonly CleanLine[] {
    while (this.held.length > 0 && this.step(final)) {
      // Each step takes one line or more off the front.
    }
    const ready = this.out;
    this.out = [];
    return ready;
  }

  /** Decides on the first line held; false when more lines are needed for that. */
  private step(final: boolean): boolean {
    const head = this.held[0];
    if (head === undefined) {
      return false;
    }
    switch (head.kind) {
      case "blank":
        return this.stepBlank(head, final);
      case "function":
      case "indented-function":
        return this.stepFunction(head, final);
      case "file":
      case "indented-file":
        return this.stepFile(head, final);
      case "created-by":
        return this.stepOrigin(head, final);
      case "headline":
        return this.stepHeadline(head, final);
      case "other":
        return this.stepOther(head, final);
      default:
        return this.take(1, head.kind, head);
    }
  }

  /** Blank lines stand in front of headers only; those within a stack were added. */
  private stepBlank(head: Piece, final: boolean): boolean {
    const next = this.held.findIndex((piece) => piece.kind !== "blank");
    if (next === -1 && !final) {
      // A log may have any number of them.
      return this.held.length > maxBlanks && this.emitBlank(head, 1);
    }
    const kind = this.held[next]?.kind ?? "other";
    const count = next === -1 ? this.held.length : next;
    if (this.inDump && isWithinStack(kind) && isWithinStack(this.last, true)) {
      this.held.splice(0, count);
      this.mark(bit.addedBlanks);
      return true;
    }
    if (this.inDump && isReportLine(kind)) {
      this.held.splice(1, count - 1);
      if (count > 1) {
        this.mark(bit.addedBlanks);
      }
      return this.emitBlank(head, 1);
    }
    return this.emitBlank(head, 1);
  }

  private emitBlank(head: Piece, count: number): boolean {
    this.held.splice(0, count);
    this.write("", head, this.inDump && head.shape === this.shape ? head.bits : 0);
    this.lastBlank = true;
    return true;
  }

  private mark(bits: number): void {
    const next = this.held[0];
    if (next !== undefined) {
      next.bits |= bits;
    }
  }

  /** A line that looks like a call is a frame's first line when a file line follows. */
  private stepFunction(head: Piece, final: boolean): boolean {
    const plain = head.kind === classifyLine(head.text) && (head.shape === this.shape || head.shape === "");
    if (plain && this.inDump) {
      return this.take(1, head.kind, head);
    }
    const next = this.nextMatter(1, final);
    if (next === undefined) {
      return false;
    }
    const paired = next !== null && (next.kind === "file" || next.kind === "indented-file");
    const wrapped = next !== null && next.kind === "other" && this.couldComplete(head, next);
    return paired || wrapped ? this.take(1, "function", head) : this.pass(head);
  }

  private couldComplete(head: Piece, next: Piece): boolean {
    return this.inDump && head.shape === this.shape && looksBegun(next.text);
  }

  /** A file line may go on in the next line, at the edge of a window. */
  private stepFile(head: Piece, final: boolean): boolean {
    const complete = hasOffset(head.text);
    const afterFunction =
      this.last === "function" || this.last === "created-by" || this.last === "indented-function";
    if (!complete && !afterFunction && classifyLine(head.text) === "other") {
      return this.pass(head);
    }
    if ((!complete || this.wraps || head.width >= this.widest) && !this.indented) {
      const next = this.nextMatter(1, final);
      if (next === undefined) {
        return false;
      }
      if (next !== null && next.kind === "other" && this.joinRest(head, next)) {
        return true;
      }
    }
    return this.take(1, "file", head);
  }

  /** `+0x1d` alone, `3 +0x1d` where the number was cut. */
  private joinRest(head: Piece, next: Piece): boolean {
    const joined = restOfLine(head, next);
    if (joined === undefined) {
      return false;
    }
    this.replace(this.held.indexOf(next) + 1, head, joined);
    return true;
  }

  private stepOrigin(head: Piece, final: boolean): boolean {
    const next = this.nextMatter(1, final);
    if (next === undefined) {
      return false;
    }
    const numbered = / in goroutine \d{1,16}\s*$/.test(head.text);
    const digits = next !== null && /^\d{1,9}\s*$/.test(next.text) && head.width >= this.widest;
    if (next !== null && next.kind !== "file" && (!numbered || digits) && !looksLikePath(next.text)) {
      const joined = this.tryJoin(head, final);
      if (joined !== "no") {
        return joined === "yes";
      }
    }
    return this.take(1, "created-by", head);
  }

  /** Program output can land within the headline; a narrow window can cut it. */
  private stepHeadline(head: Piece, final: boolean): boolean {
    if (messages.test(head.text) && /(?:map write|writes)\s*$/.test(head.text)) {
      return this.take(1, "headline", head);
    }
    const next = this.nextMatter(1, final);
    if (next === undefined) {
      return false;
    }
    if (next !== null && next.kind === "other" && head.text.startsWith("fatal error: ")) {
      const rest = undecorated(next.text).trim();
      const start = undecorated(head.text).trimEnd();
      if (new RegExp(`^${messages.source}$`).test(rest) && !messages.test(head.text)) {
        return this.splitOutput(head, next, rest);
      }
      const joined = `${start}${rest}`;
      const spaced = `${start} ${rest}`;
      const whole = [joined, spaced].find((text) =>
        new RegExp(`^fatal error: ${messages.source}$`).test(text),
      );
      if (whole !== undefined) {
        this.replace(this.held.indexOf(next) + 1, head, { text: whole, kind: "headline" });
        return true;
      }
    }
    return this.take(1, "headline", head);
  }

  private splitOutput(head: Piece, next: Piece, message: string): boolean {
    const output = undecorated(head.text).slice("fatal error: ".length);
    this.held.splice(0, this.held.indexOf(next) + 1);
    this.write(output, head, 0);
    this.held.unshift(
      next.with({ text: `fatal error: ${message}`, kind: "headline", bits: next.bits | bit.output }),
    );
    return true;
  }

  /**
   * A prompt, output without a line end, or an unknown prefix can stand in front of the headline. So can prose: it is a headline
   * when a goroutine follows.
   */
  private stepMessage(head: Piece, message: string, final: boolean): boolean {
    const near = this.held.slice(1, 5);
    const begins = near.some(
      ({ kind }) => kind === "header" || kind === "signal" || kind === "runtime-stack",
    );
    if (begins) {
      this.held[0] = head.with({ text: message, kind: "headline", bits: head.bits | bit.prompt });
      return true;
    }
    return final || near.length >= 4 ? this.pass(head) : false;
  }

  /** Lines that are none by themselves: glued together, cut by a window's edge, or not the runtime's. */
  private stepOther(head: Piece, final: boolean): boolean {
    const message = messageWithin(undecorated(head.text));
    if (message !== undefined) {
      return this.stepMessage(head, message, final);
    }
    const following = this.held[1];
    if (!this.inDump && !looksBegun(head.text)) {
      return this.pass(head);
    }
    if (following === undefined && !final && (looksBegun(head.text) || head.text.includes("+0x"))) {
      return false;
    }
    const joined = this.tryJoin(head, final);
    return joined === "no" ? this.pass(head) : joined === "yes";
  }

  /** Completes the first line with the next ones; "wait" when more are needed to tell. */
  private tryJoin(head: Piece, final: boolean): "yes" | "no" | "wait" {
    if (!looksBegun(head.text)) {
      return "no";
    }
    const result = rejoined(this.held, {
      widest: this.widest,
      last: this.last,
      blanksInPaths: this.blanksInPaths,
      limit: lookahead,
    });
    if (result === "wait") {
      return final ? "no" : "wait";
    }
    if (result === "no") {
      return "no";
    }
    this.replace(result.count, head, result);
    return "yes";
  }

  /** Puts one whole line in the place of the first ones. */
  private replace(
    count: number,
    head: Piece,
    whole: { readonly text: string; readonly kind: LineKind },
  ): void {
    this.wraps = true;
    const bits = this.held.slice(1, count).reduce((all, piece) => all | piece.bits, head.bits | bit.wrapped);
    this.held.splice(0, count, head.with({ text: whole.text, kind: whole.kind, bits }));
  }

  /** The next line that is not blank: null when the text ends, undefined when it is not known yet. */
  private nextMatter(from: number, final: boolean): Piece | null | undefined {
    for (let i = from; i < this.held.length; i++) {
      const piece = this.held[i];
      if (piece !== undefined && piece.kind !== "blank") {
        return piece;
      }
    }
    return final || this.held.length > lookahead * 4 ? null : undefined;
  }

  /** Writes the first line as the runtime would have. */
  private take(count: number, kind: LineKind, head: Piece): boolean {
    this.held.splice(0, count);
    this.enter(kind, head);
    const text = this.canonical(kind, head);
    this.blanksInPaths ||= kind === "file" && /^\t[^+:]{0,300}\s[^+]{0,300}\.(?:go|s):/.test(text);
    const tabs = text !== head.text && text.trim() === head.text.trim();
    const trailing = tabs && head.text.trimEnd() !== head.text;
    const moved = tabs && text.trimEnd() !== head.text.trimEnd();
    const padded = trailing ? bit.padding : 0;
    this.write(text, head, head.bits | padded | (moved ? bit.tabs : 0));
    this.last = kind;
    this.lastBlank = false;
    this.sinceDump = 0;
    this.widest = Math.max(this.widest, head.width);
    return true;
  }

  /** Notes what a line says about the lines to come, and puts the blank line before a goroutine. */
  private enter(kind: LineKind, head: Piece): void {
    if (kind === "header" || kind === "headline" || kind === "race-warning" || kind === "probe-warning") {
      this.shape = head.shape;
    } else {
      this.shape ??= head.shape;
    }
    if (kind === "headline") {
      this.indented = false;
    } else if (kind === "header") {
      this.beforeHeader(head);
      this.indented = false;
    } else if (
      kind === "race-warning" ||
      kind === "race-access" ||
      kind.startsWith("probe-") ||
      kind === "race-created"
    ) {
      this.indented = true;
    }
  }

  private beforeHeader(head: Piece): void {
    if (!this.lastBlank && this.last !== "other" && this.sinceDump < 3 && this.last !== "header") {
      this.writeLine({ text: "", line: head.line, process: head.process, undone: bit.lostBlanks });
    }
  }

  private canonical(kind: LineKind, head: Piece): string {
    const trimmed = head.text.trim();
    switch (kind) {
      case "function":
      case "indented-function":
        return this.indented ? `  ${trimmed}` : trimmed;
      case "file":
      case "indented-file":
        return this.indented ? `      ${trimmed}` : `\t${trimmed}`;
      case "unavailable":
        return `\t${/^goroutine running on other thread; stack unavailable/.exec(trimmed)?.[0] ?? trimmed}`;
      case "race-lost":
      case "probe-no-callers":
        return `  ${trimmed}`;
      case "headline":
        return /^[\s]/.test(head.text) && this.last === "headline" && trimmed.startsWith("panic: ")
          ? `\t${trimmed}`
          : trimmed;
      default:
        return trimmed;
    }
  }

  /** Passes a line on that is not the runtime's, as it was given. */
  private pass(head: Piece): boolean {
    this.held.shift();
    const peeled = this.shape !== null && head.shape === this.shape && head.shape !== "";
    this.write(peeled ? head.text : head.whole, head, peeled ? head.bits : 0);
    this.lastBlank = false;
    this.sinceDump++;
    if (this.sinceDump > dumpTail) {
      this.shape = null;
      this.widest = 0;
    }
    return true;
  }

  private write(text: string, head: Piece, undone: number): void {
    this.writeLine({ text, line: head.line, process: head.process, undone });
  }

  private writeLine(line: CleanLine): void {
    this.out.push(line);
  }
}

/** Lines that follow one another within a stack, without a blank line between them. */
function isWithinStack(kind: LineKind, before = false): boolean {
  switch (kind) {
    case "function":
    case "file":
    case "created-by":
    case "elided":
    case "unavailable":
    case "indented-function":
    case "indented-file":
    case "race-lost":
    case "probe-no-callers":
      return true;
    case "header":
    case "runtime-stack":
    case "race-warning":
    case "race-access":
    case "race-created":
    case "probe-side":
    case "probe-start":
    case "probe-warning":
    case "probe-map":
    case "probe-no-other":
      return before;
    default:
      return false;
  }
}

/** The headline in a line that has something in front of it. */
function messageWithin(text: string): string | undefined {
  const at = text.indexOf("fatal error: ");
  if (at <= 0 || at > 4000) {
    return undefined;
  }
  const message = text.slice(at).trimEnd();
  return messageAtEnd.test(message) ? message : undefined;
}

const messageAtEnd = new RegExp(
  `^fatal error: (?:${messages.source}|all goroutines are asleep - deadlock!|unexpected signal during runtime execution|[a-z][a-z0-9:' ()_.-]{3,80})$`,
);
