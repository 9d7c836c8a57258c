/** Reports of a stream, one by one as they end; a crash is held back until what the recorder printed on it has come. */
import { isLastWordsOf } from "../analysis/crash/last-words.js";
import type { CrashReport } from "../evidence/crashtext/crash-text.js";

/** Gives reports on, alone or in pairs. */
export class PairedReports {
  #held: CrashReport | null = null;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param patience for how long a crash is held back, in milliseconds
   * @param give takes a report, or a crash with the recorder's words on it
   */
  constructor(
    private readonly patience: number,
    private readonly give: (reports: readonly CrashReport[]) => void,
  ) {}

  /** Takes a report that ended. */
  push(report: CrashReport): void {
    const held = this.#release();
    if (held !== null && isLastWordsOf(held, report)) {
      this.give([held, report]);
      return;
    }
    if (held !== null) {
      this.give([held]);
    }
    if (report.kind === "dump" && report.cause === "fatal" && report.conflict !== null) {
      this.#held = report;
      this.#timer = setTimeout(() => {
        this.flush();
      }, this.patience);
    } else {
      this.give([report]);
    }
  }

  /** Nothing comes any more. */
  flush(): void {
    const held = this.#release();
    if (held !== null) {
      this.give([held]);
    }
  }

  #release(): CrashReport | null {
    const held = this.#held;
    this.#held = null;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    return held;
  }
}
