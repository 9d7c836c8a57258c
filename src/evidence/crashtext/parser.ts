/**
 * Makes reports of the clean lines of one process.
 *
 *     outside ──a line that begins a report──▶ in a report ──its last line, another report, long silence──▶ outside
 *
 * | begins with                                    | report            |
 * | ---------------------------------------------- | ----------------- |
 * | `fatal error: concurrent map writes`           | dump.ts           |
 * | `goroutine 7 [running]:`                       | dump.ts           |
 * | `main.(*Cache).Get(0xc000012345)`              | dump.ts, its beginning lost |
 * | `WARNING: DATA RACE`                           | race.ts           |
 * | `WARNING: CONCURRENT MAP USE (maptrap, caught)` | probe-report.ts  |
 */
import type { ConflictKind } from "../../case/case.js";
import type { CrashReport } from "./crash-text.js";
import { DumpBuilder } from "./dump.js";
import { ReportExtent } from "./extent.js";
import { classifyLine, isReportLine, type LineKind } from "./grammar.js";
import { conflictNamedIn } from "./headlines.js";
import { ProbeReportBuilder } from "./probe-report.js";
import { RaceBuilder } from "./race.js";
import type { ReportBuilder, ReportLimits } from "./report-builder.js";
import type { CleanLine } from "./unmangle/clean-line.js";
import { VersionSigns } from "./version.js";

/** A report ends after so many lines that are not its own. */
const maxSilence = 200;
/** So many lines of a message can come between a headline and its first goroutine. */
const maxMessage = 60;
/** The headline can be in a title, so many lines before the first goroutine. */
const titleReach = 60;

const message = "fatal error: concurrent map ";

/** Whether a line ends in a headline that does not begin it. */
function isTorn(text: string): boolean {
  const at = text.indexOf(message);
  const conflict = at > 0 ? conflictNamedIn(text.slice(at)) : null;
  return conflict !== null && text.endsWith(`: ${conflict}`);
}

interface Current {
  readonly builder: ReportBuilder;
  readonly extent: ReportExtent;
}

/** Takes the clean lines of one process and gives its reports. */
export class ReportParser {
  #current: Current | null = null;
  /** A headline of which the next line tells whose it is. */
  #held: CleanLine | null = null;
  /** A line that was torn by a headline, until the rest of it comes. */
  #torn: CleanLine | null = null;
  #mention: { readonly conflict: ConflictKind; readonly line: number } | null = null;
  readonly #prose = new VersionSigns();

  constructor(
    private readonly process: string | null,
    private readonly limits: ReportLimits,
    private readonly report: (report: CrashReport, lines: number) => void,
  ) {}

  /** Whether a report is open. */
  get busy(): boolean {
    return this.#current !== null;
  }

  /** The dump that is open, when a blank line and another goroutine may follow. */
  get growingDump(): { readonly dump: DumpBuilder; readonly extent: ReportExtent } | null {
    const current = this.#current;
    return current !== null &&
      this.#held === null &&
      current.builder instanceof DumpBuilder &&
      current.builder.canEndGoroutine
      ? { dump: current.builder, extent: current.extent }
      : null;
  }

  /** Takes the next line. */
  push(line: CleanLine): void {
    const torn = this.#torn;
    this.#torn = null;
    if (torn !== null && this.#mend(torn, line)) {
      return;
    }
    if (isTorn(line.text) && this.#current?.builder instanceof DumpBuilder) {
      this.#torn = line;
      return;
    }
    this.#take(line);
  }

  /**
   * Another thread that noticed can print its headline in the middle of a line:
   *
   *     sync.runtime_Semacquire(fatal error: concurrent map writes
   *     0xc000014090?)
   */
  #mend(torn: CleanLine, line: CleanLine): boolean {
    const at = torn.text.indexOf(message);
    const text = torn.text.slice(0, at) + line.text;
    const current = this.#current;
    if (!isReportLine(classifyLine(text)) || !(current?.builder instanceof DumpBuilder)) {
      this.#take(torn);
      return false;
    }
    current.builder.takeHeldHeadline({ ...torn, text: torn.text.slice(at) });
    current.extent.take(torn.line, torn.undone);
    this.#take({ ...line, text });
    return true;
  }

  #take(line: CleanLine): void {
    const kind = classifyLine(line.text);
    if (this.#held !== null && kind !== "blank") {
      this.#settleHeld(this.#held, kind, line);
    }
    if (this.#current === null) {
      this.#outside(kind, line);
    } else {
      this.#inside(this.#current, kind, line);
    }
  }

  /** The headline that was held is the open dump's, or begins another one. */
  #settleHeld(held: CleanLine, kind: LineKind, line: CleanLine): void {
    this.#held = null;
    const current = this.#current;
    if (current?.builder instanceof DumpBuilder && current.builder.ownsHeadline(held, kind, line)) {
      current.builder.takeHeldHeadline(held);
      current.extent.take(held.line, held.undone);
      return;
    }
    this.#finish(null);
    this.#outside("headline", held);
  }

  #outside(kind: LineKind, line: CleanLine): void {
    const builder = this.#builderFor(kind, line);
    if (builder === null) {
      if (kind === "other") {
        this.#lookAtProse(line);
      }
      return;
    }
    this.#current = { builder, extent: new ReportExtent() };
    this.#inside(this.#current, kind, line);
  }

  #builderFor(kind: LineKind, line: CleanLine): ReportBuilder | null {
    switch (kind) {
      case "headline":
        return line.text.startsWith("\t") ? null : new DumpBuilder(this.limits, this.#mentioned(line));
      case "header":
      case "function":
      case "runtime-stack":
        return new DumpBuilder(this.limits, this.#mentioned(line));
      case "race-warning":
      case "race-access":
        return new RaceBuilder();
      case "probe-warning":
        return new ProbeReportBuilder();
      default:
        return null;
    }
  }

  #mentioned(line: CleanLine): ConflictKind | null {
    const mention = this.#mention;
    return mention !== null && Math.abs(line.line - mention.line) <= titleReach ? mention.conflict : null;
  }

  #lookAtProse(line: CleanLine): void {
    const conflict = conflictNamedIn(line.text);
    if (conflict !== null) {
      this.#mention = { conflict, line: line.line };
    }
    this.#prose.seeProse(line.text);
  }

  #inside(current: Current, kind: LineKind, line: CleanLine): void {
    const { builder, extent } = current;
    const outcome = builder.accept(kind, line);
    switch (outcome) {
      case "taken":
        extent.take(line.line, line.undone);
        break;
      case "last":
        extent.take(line.line, line.undone);
        this.#finish(null);
        break;
      case "held":
        this.#held = line;
        break;
      case "next":
        this.#finish(null);
        this.#outside(kind, line);
        break;
      case "passed":
        this.#passed(current, kind, line);
        break;
      default:
        outcome satisfies never;
    }
  }

  #passed({ builder, extent }: Current, kind: LineKind, line: CleanLine): void {
    if (kind === "blank") {
      extent.blank();
      return;
    }
    if (kind === "other") {
      this.#lookAtProse(line);
    }
    extent.pass(line.line, line.text);
    const waits = builder instanceof DumpBuilder && builder.waitsForGoroutine;
    if (extent.silence > (waits ? maxMessage : maxSilence)) {
      this.#finish(null);
    }
  }

  /**
   * The text has ended, or has been silent.
   *
   * @param cut why more may be missing than the report itself tells; null when the text just ended
   */
  end(cut: string | null): void {
    const torn = this.#torn;
    this.#torn = null;
    if (torn !== null) {
      this.#take(torn);
    }
    const held = this.#held;
    this.#held = null;
    this.#finish(cut);
    if (held !== null) {
      this.#outside("headline", held);
      this.#finish(cut);
    }
  }

  #finish(cut: string | null): void {
    const current = this.#current;
    if (current === null) {
      return;
    }
    this.#current = null;
    const { builder, extent } = current;
    const { missing } = builder;
    const report = builder.build({ prose: this.#prose });
    if (report !== null) {
      this.report({ ...report, ...extent.place(this.process, cut ?? missing) }, extent.lines);
    }
  }
}
