/** Where what is told goes: lines of text or JSON on a stream, which may be slow or gone. */
import type { Omitted, WatchMessage } from "../analysis/live/messages.js";
import type { WatchTotals } from "../analysis/live/totals.js";
import {
  omittedJsonLine,
  totalsJsonLine,
  unwrittenJsonLine,
  watchBeginning,
  watchLine,
} from "../report/json/watch.js";
import {
  omittedLine,
  totalsLines,
  unwrittenLine,
  type WatchDrawing,
  watchLines,
} from "../report/text/watch.js";

/** So many bytes may wait for whoever reads the stream; lines that come then are counted only. */
const mostWaiting = 1 << 20;

/** The stream that lines go to. */
export type OutputStream = Pick<NodeJS.WriteStream, "write" | "writableLength">;

/** How lines are made. */
interface Lines {
  readonly beginning: readonly string[];
  message(message: WatchMessage): readonly string[];
  omitted(omitted: Omitted): readonly string[];
  totals(totals: WatchTotals, file: string | undefined): readonly string[];
  unwritten(count: number): readonly string[];
}

/** Writes what is told. */
export class WatchOutput {
  #unwritten = 0;

  constructor(
    private readonly stream: OutputStream,
    private readonly lines: Lines,
    /** Called before lines are written. */
    private readonly before: () => void = () => undefined,
  ) {}

  /** To be called first. */
  begin(): void {
    this.#write(this.lines.beginning, true);
  }

  /** Tells one thing. Conflicts and ends are written however slow the reader is. */
  tell(message: WatchMessage): void {
    const needed = message.kind === "conflict" || message.kind === "ended" || message.kind === "process";
    this.#write(this.lines.message(message), needed);
  }

  /** Tells what was left out. */
  omitted(omitted: Omitted): void {
    this.#write(this.lines.omitted(omitted), false);
  }

  /**
   * Tells the figures at the end.
   *
   * @param file the event file, where it was one
   */
  totals(totals: WatchTotals, file?: string): void {
    this.#write(this.lines.totals(totals, file), true);
  }

  #write(lines: readonly string[], needed: boolean): void {
    if (lines.length === 0) {
      return;
    }
    if (!needed && this.stream.writableLength > mostWaiting) {
      this.#unwritten += 1;
      return;
    }
    const gap = this.#unwritten === 0 ? [] : this.lines.unwritten(this.#unwritten);
    this.#unwritten = 0;
    this.before();
    this.stream.write([...gap, ...lines, ""].join("\n"));
  }
}

/** One JSON object a line. */
export const jsonLines: Lines = {
  beginning: [watchBeginning()],
  message: (message) => [watchLine(message)],
  omitted: (omitted) => [omittedJsonLine(omitted)],
  totals: (totals) => [totalsJsonLine(totals)],
  unwritten: (count) => [unwrittenJsonLine(count)],
};

/** Lines for people. */
export function textLines(drawing: WatchDrawing): Lines {
  return {
    beginning: [],
    message: (message) => watchLines(message, drawing),
    omitted: (omitted) => [omittedLine(omitted, drawing)],
    totals: (totals, file) => totalsLines(totals, file),
    unwritten: (count) => [unwrittenLine(count, drawing)],
  };
}
