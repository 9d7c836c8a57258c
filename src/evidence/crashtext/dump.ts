/**
 * A dump of goroutines, put together line by line.
 *
 *     headlines  ──header──▶  goroutine  ──header──▶  goroutine …  ──exit status, another report──▶  end
 *
 * | state     | waits for                                     | a line that leads there                                  |
 * | --------- | --------------------------------------------- | -------------------------------------------------------- |
 * | headlines | a goroutine                                   | `fatal error: concurrent map read and map write`         |
 * | goroutine | functions and their places, `created by`      | `goroutine 1409 [running]:`                              |
 * | aside     | frames that are no goroutine's                | `runtime stack:`, `[originating from goroutine 1]:`      |
 *
 * In the last two, registers, signals and blank lines may stand between goroutines.
 */
import type { Buffer } from "node:buffer";
import type { ConflictKind } from "../../case/case.js";
import type { BlockScan } from "./block-scan.js";
import type { CrashDump } from "./crash-text.js";
import { DumpGoroutines } from "./dump-goroutines.js";
import { GoroutineBuilder, StackBuilder } from "./goroutine.js";
import { createdByName, type LineKind } from "./grammar.js";
import { conflictNamedIn, type Headline, parseHeadline } from "./headlines.js";
import { elidedFrames, parseHeader } from "./lines.js";
import type { BuildContext, Outcome, ReportBuilder, ReportLimits } from "./report-builder.js";
import type { CleanLine } from "./unmangle/clean-line.js";

/** So many characters of a panic's value are kept. */
const maxPanicValue = 1000;
/** More headlines than this are not kept. */
const maxHeadlines = 20;
/** After so many lines that are not the dump's, a running goroutine without a headline begins another dump. */
const farAway = 20;

/** Builds one dump. */
export class DumpBuilder implements ReportBuilder {
  readonly goroutines: DumpGoroutines;
  #headlines: Headline[] = [];
  #goroutine: GoroutineBuilder | null = null;
  #aside: StackBuilder | null = null;
  /** Whether the dump's other threads are being printed, as with GOTRACEBACK=crash. */
  #threads = false;
  #passed = 0;

  /** @param mentioned the kind of conflict that prose shortly before names: the headline can be in a title only */
  constructor(
    limits: ReportLimits,
    private readonly mentioned: ConflictKind | null,
  ) {
    this.goroutines = new DumpGoroutines(limits);
  }

  /** Whether the goroutine whose lines were coming may be whole, so that a blank line and another one can follow. */
  get canEndGoroutine(): boolean {
    return (
      this.#goroutine?.incomplete !== true &&
      this.#aside === null &&
      !this.#threads &&
      this.goroutines.begun > 0
    );
  }

  get missing(): string | null {
    if (this.#goroutine?.incomplete === true) {
      const { id } = this.#goroutine;
      return `the text ends within ${id === null ? "a goroutine" : `goroutine ${id}`}`;
    }
    return this.goroutines.begun === 0 ? "the text ends after the headline" : null;
  }

  accept(kind: LineKind, line: CleanLine): Outcome {
    const outcome = this.#accept(kind, line);
    if (outcome === "taken") {
      this.#passed = 0;
    } else if (outcome === "passed") {
      this.#passed++;
    }
    return outcome;
  }

  #accept(kind: LineKind, line: CleanLine): Outcome {
    switch (kind) {
      case "headline":
        return this.#headline(line);
      case "header":
        return this.#header(line);
      case "function":
      case "file":
      case "created-by":
      case "elided":
      case "unavailable":
        return this.#frameLine(kind, line);
      case "runtime-stack":
      case "ancestor":
        this.#startAside();
        return "taken";
      case "separator":
        this.#threads ||= line.text === "-----" && this.goroutines.begun > 0;
        return line.text === "-----" ? "taken" : "passed";
      case "signal":
      case "program-counter":
      case "register":
        return "taken";
      case "exit-status":
        return this.goroutines.begun > 0 ? "last" : "passed";
      case "race-warning":
      case "probe-warning":
        return "next";
      case "other":
        return this.#other(line);
      default:
        return "passed";
    }
  }

  #headline(line: CleanLine): Outcome {
    const headline = parseHeadline(line.text);
    const nested = line.text.startsWith("\t");
    if (this.goroutines.begun > 0 && !nested) {
      if (this.#threads && headline.cause === "signal") {
        return "taken"; // the next thread
      }
      return "held";
    }
    const last = this.#headlines.at(-1);
    const far = this.#passed > 1 && !nested;
    if (last !== undefined && far && (last.text === headline.text || conflictNamedIn(last.text) === null)) {
      // A title, or a line of a log, that only quotes it.
      this.#headlines = [];
    }
    this.#addHeadline(headline);
    return "taken";
  }

  /** A headline within the dump: another thread noticed as well, while this one was printing. */
  takeHeldHeadline(line: CleanLine): void {
    this.#addHeadline(parseHeadline(line.text));
  }

  #addHeadline(headline: Headline): void {
    if (this.#headlines.length < maxHeadlines) {
      this.#headlines.push(headline);
    }
  }

  /** Whether a headline that was held is this dump's, by the line that follows it. */
  ownsHeadline(headline: CleanLine, kind: LineKind, line: CleanLine): boolean {
    switch (kind) {
      case "function":
      case "file":
      case "created-by":
      case "elided":
      case "unavailable":
        return true;
      case "header": {
        const { text } = parseHeadline(headline.text);
        return (
          this.#headlines.some((known) => known.text === text) && parseHeader(line.text)?.state !== "running"
        );
      }
      default:
        return false;
    }
  }

  #header(line: CleanLine): Outcome {
    const header = parseHeader(line.text);
    if (header === null) {
      return "passed";
    }
    if (this.goroutines.begun > 0 && header.state === "running" && !this.#threads) {
      if (this.#passed > farAway || header.id === this.goroutines.firstId) {
        return "next";
      }
    }
    this.#finishGoroutine();
    this.goroutines.sawHeader(line.text);
    this.#begin(new GoroutineBuilder(header, line.line));
    return "taken";
  }

  #begin(goroutine: GoroutineBuilder): GoroutineBuilder {
    this.#goroutine = goroutine;
    this.goroutines.begin(goroutine.id, this.#threads);
    return goroutine;
  }

  #frameLine(kind: "function" | "file" | "created-by" | "elided" | "unavailable", line: CleanLine): Outcome {
    if (this.#aside !== null) {
      return this.#asideLine(kind, line, this.#aside);
    }
    if (kind === "file") {
      return this.#goroutine?.place(line.text) === true ? "taken" : "passed";
    }
    const goroutine = this.#current(kind === "function", line);
    switch (kind) {
      case "function":
        goroutine.stack.call(line.text, line.line);
        break;
      case "elided":
        goroutine.stack.complete();
        goroutine.stack.framesElided += elidedFrames(line.text);
        break;
      case "unavailable":
        goroutine.unavailable = line.text.trim();
        break;
      case "created-by": {
        const by = createdByName(line.text);
        if (by !== null) {
          goroutine.created(by, line.line);
        }
        break;
      }
      default:
        kind satisfies never;
    }
    return "taken";
  }

  /** The goroutine that a line belongs to; one whose header was lost when none is open. */
  #current(isFunction: boolean, line: CleanLine): GoroutineBuilder {
    if (this.#goroutine !== null && !(isFunction && this.#goroutine.ended)) {
      return this.#goroutine;
    }
    this.#finishGoroutine();
    return this.#begin(new GoroutineBuilder(null, line.line));
  }

  #asideLine(kind: LineKind, line: CleanLine, aside: StackBuilder): Outcome {
    if (kind === "function") {
      aside.call(line.text, line.line);
    } else if (kind === "file") {
      aside.place(line.text);
    }
    return "taken";
  }

  #startAside(): void {
    this.#finishGoroutine();
    this.#aside = new StackBuilder();
  }

  #other(line: CleanLine): Outcome {
    const last = this.#headlines.at(-1);
    const isMessage = this.goroutines.begun === 0 && last !== undefined;
    if (isMessage && last.cause === "fatal" && conflictNamedIn(last.text) === null) {
      // Program output can stand within the headline: `fatal error: 1. Inc unlock.`, and on the next line the message.
      const conflict = conflictNamedIn(line.text);
      if (conflict !== null && line.text.trim() === conflict) {
        this.#headlines[this.#headlines.length - 1] = { cause: "fatal", text: conflict };
        return "taken";
      }
    }
    if (isMessage && last.cause === "panic" && last.text.length < maxPanicValue) {
      // The value of a panic can have several lines: `panic: main.failure{…}: failure`, and below it `with code 7`.
      const text = `${last.text}\n${line.text.trim()}`.slice(0, maxPanicValue);
      this.#headlines[this.#headlines.length - 1] = { ...last, text };
      return "taken";
    }
    return "passed";
  }

  /** Ends the goroutine whose lines were coming. */
  #finishGoroutine(): void {
    if (this.#goroutine !== null) {
      this.goroutines.add(this.#goroutine.build(), this.conflict);
      this.#goroutine = null;
    }
    if (this.#aside !== null) {
      this.#aside.complete();
      this.#aside.frames.forEach((frame) => {
        this.goroutines.version.seeFrame(frame);
      });
      this.#aside = null;
    }
  }

  /**
   * Counts the goroutine of a block of bytes whose stack was there before.
   *
   * @param headerLine the line of its header
   */
  countKnown(block: BlockScan, bytes: Buffer, start: number, headerLine: number): boolean {
    this.#finishGoroutine();
    return this.goroutines.countKnown(block, bytes, start, headerLine);
  }

  /** The kind of conflict that the headlines name. */
  get conflict(): ConflictKind | null {
    for (const { text, cause } of this.#headlines) {
      const conflict = cause === "fatal" ? conflictNamedIn(text) : null;
      if (conflict !== null) {
        return conflict;
      }
    }
    return this.#headlines.length === 0 ? this.mentioned : null;
  }

  /** Whether lines that are not the dump's so far can still be the message of its headline. */
  get waitsForGoroutine(): boolean {
    return this.goroutines.begun === 0;
  }

  build(context: BuildContext): CrashDump | null {
    this.#finishGoroutine();
    const stated = this.conflict;
    if (this.goroutines.begun === 0 && stated === null) {
      return null; // a line of a log that begins like a headline
    }
    const found = this.goroutines.result(stated, this.#headlines.length > 0);
    const { conflict } = found;
    const inferred = stated === null && conflict !== null;
    const headlines = this.#headlines.map(({ text }) => text);
    this.goroutines.version.seeConflict(conflict);
    return {
      kind: "dump",
      cause: this.#headlines[0]?.cause ?? (found.detector === null ? "goroutines" : "fatal"),
      headlines: headlines.length === 0 && conflict !== null ? [conflict] : headlines,
      headlineInferred: inferred,
      conflict,
      goVersion: this.goroutines.version.hint(context.prose),
      ...found.platform,
      goroutines: this.goroutines.count,
      detector: found.detector,
      peerVisible: found.peerVisible,
      peers: found.peers,
      groups: found.groups,
      groupCount: found.groupCount,
      table: found.table,
    };
  }
}
