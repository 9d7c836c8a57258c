/** `--log-mi FILE`: every line to GDB and from it, with the time since the start in seconds. */
import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { MaptrapError, systemErrorCode } from "../../base/errors.js";

/** Writes each line at once, so that it is there whatever happens next. `→` is to GDB, `←` from it. */
export class RecordLog {
  readonly #descriptor: number;
  readonly #start = performance.now();
  #open = true;

  /** @throws MaptrapError when the file cannot be written; exit status 2 */
  constructor(file: string) {
    try {
      this.#descriptor = openSync(file, "w");
    } catch (error) {
      const reason = systemErrorCode(error);
      throw reason === undefined
        ? error
        : new MaptrapError(`what GDB says cannot be written to ${file}: ${reason}`, {
            wayOut: "--log-mi names a file in a folder that can be written to",
            exitStatus: 2,
            cause: error,
          });
    }
  }

  sent(line: string): void {
    this.#write("→", line.replace(/\n$/, ""));
  }

  received(line: Uint8Array): void {
    this.#write("←", Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8"));
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      closeSync(this.#descriptor);
    }
  }

  #write(direction: string, line: string): void {
    if (this.#open) {
      const seconds = ((performance.now() - this.#start) / 1000).toFixed(6);
      writeSync(this.#descriptor, `${seconds} ${direction} ${line}\n`);
    }
  }
}
