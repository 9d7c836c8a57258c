/**
 * Reads a stream of bytes of any size in bounded memory.
 *
 *     idle ──a sign of a line of the runtime──▶ reading ──long nothing of the kind──▶ idle
 *
 * While idle, bytes are only searched for a few signs, and the last lines are remembered: a line that other output interrupts
 * begins before its sign. While reading, lines that may matter go through the unmangler, and what it makes of them to the
 * assembler.
 */
import { Buffer } from "node:buffer";
import { Utf8Converter } from "../crashtext/encoding.js";
import { countLines, type LookBack, lookBackStart } from "../crashtext/raw-lines.js";
import { Expander } from "../crashtext/unmangle/expand.js";
import { Assembler, mayBegin } from "./assemble.js";
import { SignFinder } from "./find-lines.js";
import type { GcTrace } from "./gc-trace.js";
import { defaultLimits, type GcTraceLimits, Runs } from "./runs.js";

/** What can be chosen; everything is optional. */
export type GcTraceOptions = Partial<GcTraceLimits>;

const newline = 10;
const lookBack: LookBack = { lines: 64, bytes: 8192 };
/** After so many lines without anything of the runtime, reading ends. */
const quietLines = 64;
/** The longest line that is read whole: a log can be one line of JSON. */
const maxLine = 1024 * 1024;

/**
 * Reads what the runtime prints about its garbage collector from a stream.
 *
 *     const reader = new GcTraceReader();
 *     for await (const chunk of process.stdin) reader.push(chunk);
 *     const trace = reader.end();
 *
 * Nothing it is given makes it throw. The bytes may be UTF-8 or UTF-16; to unpack gzip as well, use readGcTrace.
 */
export class GcTraceReader {
  readonly #converter = new Utf8Converter();
  readonly #assembler = new Assembler();
  readonly #runs: Runs;
  #expander = new Expander();
  #reading = false;
  /** The last lines before, while idle: whole ones. */
  #tail: Buffer = Buffer.alloc(0);
  readonly #tailRoom = Buffer.alloc(lookBack.bytes);
  /** The beginning of a line whose end has not come. */
  #rest: Buffer[] = [];
  #restLength = 0;
  #skipping = false;
  readonly #signs = new SignFinder();
  #lines = 0;
  /** Whether the caller counts lines, so that `#lines` is right at the beginning of a push only. */
  #counted = false;
  #usefulLine = 0;

  constructor(options: GcTraceOptions = {}) {
    this.#runs = new Runs({ ...defaultLimits, ...options });
  }

  /**
   * Takes the next bytes.
   *
   * @param linesBefore how many line ends there were before these bytes, where the caller has counted them; it saves counting
   * them a second time. Given once, it is to be given always, and to `end` as well
   */
  push(bytes: Uint8Array, linesBefore?: number): void {
    this.#setLines(linesBefore);
    this.#take(this.#converter.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  }

  /** The stream has ended. */
  end(linesBefore?: number): GcTrace {
    this.#setLines(linesBefore);
    this.#take(this.#converter.flush());
    if (this.#restLength > 0) {
      const last = Buffer.concat([...this.#rest, Buffer.from("\n")]);
      this.#rest = [];
      this.#restLength = 0;
      this.#feed(last);
    }
    this.#assembler.end();
    return {
      runs: this.#runs.runs(),
      runsNotKept: this.#runs.notKept,
      lines: this.#lines,
      unread: this.#assembler.unread + this.#runs.unread,
    };
  }

  #setLines(linesBefore: number | undefined): void {
    if (linesBefore !== undefined) {
      this.#counted = true;
      this.#lines = linesBefore;
    }
  }

  /** Cuts the bytes into whole lines and what is left. */
  #take(bytes: Buffer): void {
    let piece = bytes;
    if (this.#skipping) {
      const end = piece.indexOf(newline);
      if (end === -1) {
        return;
      }
      this.#skipping = false;
      piece = piece.subarray(end + 1);
    }
    const last = piece.lastIndexOf(newline);
    if (last === -1) {
      this.#keep(piece);
      return;
    }
    const whole = piece.subarray(0, last + 1);
    if (this.#restLength > 0) {
      const first = whole.indexOf(newline) + 1;
      const joined = Buffer.concat([...this.#rest, whole.subarray(0, first)]);
      this.#rest = [];
      this.#restLength = 0;
      const lines = this.#lines;
      this.#feed(joined);
      this.#lines = lines + 1;
      this.#feed(whole.subarray(first));
    } else {
      this.#feed(whole);
    }
    this.#keep(piece.subarray(last + 1));
  }

  #keep(more: Buffer): void {
    if (more.length > 0) {
      this.#rest.push(Buffer.from(more));
      this.#restLength += more.length;
    }
    if (this.#restLength > maxLine) {
      const line = Buffer.concat([...this.#rest, Buffer.from("\n")]);
      this.#rest = [];
      this.#restLength = 0;
      this.#skipping = true;
      this.#feed(line);
    }
  }

  /** Whole lines. */
  #feed(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      at = this.#reading ? this.#readLine(bytes, at) : this.#search(bytes, at);
    }
  }

  /** Passes by what tells of nothing. Gives the place up to which it came. */
  #search(bytes: Buffer, from: number): number {
    const found = this.#signs.find(bytes, from);
    if (found === -1) {
      if (!this.#counted) {
        this.#lines += countLines(bytes, from, bytes.length);
      }
      this.#remember(bytes.subarray(from));
      return bytes.length;
    }
    const start = Math.max(from, lookBackStart(bytes, found, lookBack));
    this.#lines += countLines(bytes, from, start);
    const tail = start === from ? this.#tail : Buffer.alloc(0);
    const before = tail.subarray(lookBackStart(tail, tail.length, lookBack));
    this.#tail = Buffer.alloc(0);
    this.#reading = true;
    this.#expander = new Expander();
    this.#lines -= countLines(before, 0, before.length);
    for (let at = 0; at < before.length;) {
      at = this.#readLine(before, at);
    }
    this.#reading = true;
    this.#usefulLine = this.#lines + lookBack.lines;
    return start;
  }

  #remember(bytes: Buffer): void {
    const all = bytes.length < lookBack.bytes ? Buffer.concat([this.#tail, bytes]) : bytes;
    const from = all.length <= lookBack.bytes ? 0 : all.indexOf(newline, all.length - lookBack.bytes) + 1;
    this.#tail = this.#tailRoom.subarray(0, all.copy(this.#tailRoom, 0, from));
  }

  #readLine(bytes: Buffer, from: number): number {
    const found = bytes.indexOf(newline, from);
    const end = found === -1 ? bytes.length : found;
    this.#lines++;
    this.#line(bytes.toString("utf8", from, end));
    if (this.#lines - this.#usefulLine > quietLines && !this.#assembler.waits) {
      this.#reading = false;
    }
    return end + 1;
  }

  #line(raw: string): void {
    if (!this.#assembler.waits && !mayBegin(raw)) {
      return;
    }
    for (const piece of this.#expander.expand(raw, this.#lines)) {
      for (const line of this.#assembler.push(piece)) {
        this.#usefulLine = this.#lines;
        this.#runs.push(line);
      }
    }
  }
}
