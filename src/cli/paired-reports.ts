/**
 * Reports of a stream, one by one as they end; a crash is held back until what the recorder printed on it has come. Where two
 * goroutines die at once, what it printed on the other one may come first.
 */
import { isLastWordsOf } from "../analysis/crash/last-words.js";
import type { CrashReport } from "../evidence/crashtext/crash-text.js";

/** How many reports are held back at most. */
const mostHeld = 8;

/** Gives reports on, alone or with those that belong to them. */
export class PairedReports {
  #held: CrashReport[] = [];
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param patience for how long a crash is held back, in milliseconds
   * @param give takes a report, or a crash with the recorder's words
   */
  constructor(
    private readonly patience: number,
    private readonly give: (reports: readonly CrashReport[]) => void,
  ) {}

  /** Takes a report that ended. */
  push(report: CrashReport): void {
    const [crash] = this.#held;
    if (crash !== undefined && isRecorders(report) && report.process === crash.process) {
      this.#held.push(report);
      if (isLastWordsOf(crash, report) || this.#held.length >= mostHeld) {
        this.flush();
      }
      return;
    }
    this.flush();
    if (report.kind === "dump" && report.cause === "fatal" && report.conflict !== null) {
      this.#held = [report];
      this.#timer = setTimeout(() => {
        this.flush();
      }, this.patience);
    } else {
      this.give([report]);
    }
  }

  /** Nothing comes any more that belongs to what is held. */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (held.length > 0) {
      this.give(held);
    }
  }
}

/** Whether the recorder printed it, after a fatal error. */
function isRecorders(report: CrashReport): boolean {
  return report.kind === "probe" && report.found !== "caught";
}
