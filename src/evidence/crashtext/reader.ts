/**
 * Reads a stream of bytes of any size in bounded memory.
 *
 *     idle ──a word that tells of a report──▶ reading ──long nothing of the kind──▶ idle
 *
 * While idle, bytes are only searched for a few words, and the last lines are remembered: a report can begin before the
 * word, when the text is mangled or in reverse order. While reading, lines go through the cleaner to the parser of their
 * process.
 */
import { Buffer } from "node:buffer";
import { BlockScan } from "./block-scan.js";
import type { CrashReport, Undone } from "./crash-text.js";
import { Utf8Converter } from "./encoding.js";
import { GcLineInside } from "./gc-line.js";
import { ReportParser } from "./parser.js";
import { countLines, findTrigger, type LookBack, lookBackStart } from "./raw-lines.js";
import { defaultLimits, type ReportLimits } from "./report-builder.js";
import type { CleanLine, LineCleaner } from "./unmangle/clean-line.js";
import { createLineCleaner } from "./unmangle/cleaner.js";

/** What can be chosen; everything is optional. */
export type CrashTextOptions = Partial<ReportLimits>;

const newline = 10;
const lookBack: LookBack = { lines: 120, bytes: 32_768 };
/** After so many lines without anything of a report, reading ends. */
const quietLines = 100;
/** The longest line that is read whole: a dump can be one line of JSON. */
const maxLine = 4 * 1024 * 1024;
/** More processes than this at a time are not told apart. */
const maxProcesses = 256;

/** What nearly every line of a report has one of, however mangled, and lines of a log seldom have. */
const usual =
  /goroutine[^\w=:]{1,16}\d{1,16}(?! [a-fh-zA-Z])|concurrent map|created by \S{1,200}\.|\(\{?0x|\(\.\.\.\)| \+0x|runtime\.\w{1,40}\(|^(?:panic|fatal error)/;

/**
 * Reads crash texts from a stream.
 *
 *     const reader = new CrashTextReader();
 *     for await (const chunk of process.stdin) {
 *       for (const report of reader.push(chunk)) { … }
 *     }
 *     for (const report of reader.end()) { … }
 *
 * Each method gives the reports that have ended since. Nothing it is given makes it throw. The bytes may be UTF-8 or UTF-16;
 * to unpack gzip as well, use readCrashText.
 */
export class CrashTextReader {
  readonly #limits: ReportLimits;
  readonly #converter = new Utf8Converter();
  #cleaner: LineCleaner = createLineCleaner();
  readonly #scan = new BlockScan();
  readonly #gcLine = new GcLineInside();
  readonly #parsers = new Map<string | null, ReportParser>();
  #finished: CrashReport[] = [];
  #reading = false;
  /** The last lines before, while idle: whole ones. */
  #tail: Buffer = Buffer.alloc(0);
  /** The beginning of a line whose end has not come. */
  #rest: Buffer = Buffer.alloc(0);
  /** Whether the rest of a line that is too long is being passed over. */
  #skipping = false;
  #lines = 0;
  #reportLines = 0;
  #usefulLine = 0;

  constructor(options: CrashTextOptions = {}) {
    this.#limits = { ...defaultLimits, ...options };
  }

  /** How many lines were read. */
  get lines(): number {
    return this.#lines + (this.#rest.length > 0 ? 1 : 0);
  }

  /** How many line ends there were. */
  get lineEnds(): number {
    return this.#lines;
  }

  /** How many lines belong to no report that has ended. */
  get otherLines(): number {
    return Math.max(0, this.lines - this.#reportLines);
  }

  /** What was undone to the whole text so far. */
  get undone(): readonly Undone[] {
    const { encoding } = this.#converter;
    return encoding === null || encoding === "UTF-8" ? [] : [{ what: "UTF-16", lines: this.lines }];
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): readonly CrashReport[] {
    this.#take(this.#converter.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
    return this.#collect();
  }

  /**
   * The stream has been silent for a second or two: what was printed is whole, and is given without waiting for more.
   * Lines may follow.
   */
  flushSilence(): readonly CrashReport[] {
    this.#take(this.#converter.flush());
    if (this.#reading) {
      this.#stopReading(null);
      this.#startReading();
    }
    return this.#collect();
  }

  /**
   * The stream has ended.
   *
   * @param cut why it ended before its time, where that is known
   */
  end(cut: string | null = null): readonly CrashReport[] {
    this.#take(this.#converter.flush());
    if (this.#rest.length > 0) {
      const last = Buffer.concat([this.#rest, Buffer.from("\n")]);
      this.#rest = Buffer.alloc(0);
      this.#feed(last);
    }
    if (this.#reading) {
      this.#stopReading(cut);
    }
    return this.#collect();
  }

  #collect(): readonly CrashReport[] {
    const reports = this.#finished;
    this.#finished = [];
    return reports;
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
    if (this.#rest.length > 0) {
      const first = whole.indexOf(newline) + 1;
      this.#feed(Buffer.concat([this.#rest, whole.subarray(0, first)]));
      this.#feed(whole.subarray(first));
    } else {
      this.#feed(whole);
    }
    this.#rest = Buffer.from(piece.subarray(last + 1));
    this.#keep(Buffer.alloc(0));
  }

  #keep(more: Buffer): void {
    if (more.length > 0) {
      this.#rest = Buffer.concat([this.#rest, more]);
    }
    if (this.#rest.length > maxLine) {
      const line = Buffer.concat([this.#rest.subarray(0, maxLine), Buffer.from("\n")]);
      this.#rest = Buffer.alloc(0);
      this.#skipping = true;
      this.#feed(line);
    }
  }

  /** Whole lines. */
  #feed(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#reading) {
        const known = bytes[at] === newline && this.#cleaner.identity && !this.#gcLine.holds;
        at = known ? this.#passKnown(bytes, at) : at;
        at = at < bytes.length ? this.#readLine(bytes, at) : at;
      } else {
        at = this.#search(bytes, at);
      }
    }
  }

  /** Passes by what tells of no report. Gives the place up to which it came. */
  #search(bytes: Buffer, from: number): number {
    const found = findTrigger(bytes, from, bytes.length);
    if (found === -1) {
      this.#lines += countLines(bytes, from, bytes.length);
      this.#remember(bytes.subarray(from));
      return bytes.length;
    }
    const start = Math.max(from, lookBackStart(bytes, found, lookBack));
    this.#lines += countLines(bytes, from, start);
    const tail = start === from ? this.#tail : Buffer.alloc(0);
    const before = tail.subarray(lookBackStart(tail, tail.length, lookBack));
    this.#tail = Buffer.alloc(0);
    this.#startReading();
    this.#lines -= countLines(before, 0, before.length);
    for (let at = 0; at < before.length;) {
      at = this.#readLine(before, at);
    }
    this.#usefulLine = this.#lines + lookBack.lines;
    return start;
  }

  #remember(bytes: Buffer): void {
    const whole = bytes.length < lookBack.bytes ? Buffer.concat([this.#tail, bytes]) : bytes;
    const from =
      whole.length <= lookBack.bytes ? 0 : whole.indexOf(newline, whole.length - lookBack.bytes) + 1;
    this.#tail = Buffer.from(whole.subarray(from));
  }

  /** Passes by goroutines whose stacks were in this dump before: they are only counted. */
  #passKnown(bytes: Buffer, from: number): number {
    const growing = this.#parsers.get(null)?.growingDump;
    if (growing === undefined || growing === null) {
      return from;
    }
    const { dump, extent } = growing;
    const first = this.#lines + 1;
    let at = from;
    while (this.#scan.scan(bytes, at) && dump.countKnown(this.#scan, bytes, at, this.#lines + 2)) {
      this.#lines += this.#scan.lines;
      at = this.#scan.end;
    }
    if (at > from) {
      extent.takeMany(first, this.#lines, this.#lines - first + 1);
      this.#usefulLine = Math.max(this.#usefulLine, this.#lines);
    }
    return at;
  }

  #readLine(bytes: Buffer, from: number): number {
    const found = bytes.indexOf(newline, from);
    const end = found === -1 ? bytes.length : found;
    this.#lines++;
    const text = this.#gcLine.push(bytes.toString("utf8", from, end));
    if (text !== null) {
      this.#line(text);
    }
    if (this.#lines - this.#usefulLine > quietLines) {
      this.#stopReading(null);
    }
    return end + 1;
  }

  #line(text: string): void {
    if (usual.test(text.length > 2_000 ? `${text.slice(0, 1_000)}${text.slice(-1_000)}` : text)) {
      this.#usefulLine = Math.max(this.#usefulLine, this.#lines);
    }
    for (const line of this.#cleaner.push(text, this.#lines)) {
      this.#cleanLine(line);
    }
  }

  #cleanLine(line: CleanLine): void {
    this.#parserOf(line.process).push(line);
  }

  #parserOf(process: string | null): ReportParser {
    const known = this.#parsers.get(process);
    if (known !== undefined) {
      return known;
    }
    if (this.#parsers.size >= maxProcesses) {
      this.#endParsers(null);
    }
    const parser = new ReportParser(process, this.#limits, (report, lines) => {
      this.#finished.push(report);
      this.#reportLines += lines;
    });
    this.#parsers.set(process, parser);
    return parser;
  }

  #startReading(): void {
    this.#reading = true;
    this.#usefulLine = this.#lines;
    this.#cleaner = createLineCleaner();
  }

  #stopReading(cut: string | null): void {
    const half = this.#gcLine.flush();
    if (half !== null) {
      this.#line(half);
    }
    for (const line of this.#cleaner.flush()) {
      this.#cleanLine(line);
    }
    this.#endParsers(cut);
    this.#reading = false;
  }

  #endParsers(cut: string | null): void {
    for (const parser of this.#parsers.values()) {
      parser.end(cut);
    }
    this.#parsers.clear();
  }
}
