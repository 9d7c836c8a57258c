/** Keeps the messages about documents, so that a page gets all of them, however late it comes and however often. */
import { encodeMessage } from "../../document/message.js";
import type { DocumentMessage } from "../../document/document.js";

/** A line with nothing on it goes out after so many milliseconds of silence: a connection that says nothing is closed. */
const heartbeat = 10_000;

/** The messages so far, and those that come. */
export class MessageLog {
  /** Lines with a line feed; undefined where a later document took the place. */
  readonly #lines: (Buffer | undefined)[] = [];
  /** Where the line of a document is, by its handle. */
  readonly #documents = new Map<string, number>();
  /** How far it is: only the last word on that counts. */
  #progress: { readonly line: Buffer; readonly number: number } | undefined;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  /** Takes a message. After an end nothing more is taken. */
  add(message: DocumentMessage): void {
    if (this.#ended) {
      return;
    }
    if (message.kind === "progress") {
      this.#progress = { line: lineOf(message), number: (this.#progress?.number ?? 0) + 1 };
    } else if (message.kind === "end") {
      this.#ended = true;
    } else {
      this.#keep(message);
    }
    for (const wake of this.#waiting) {
      wake();
    }
    this.#waiting.clear();
  }

  #keep(message: Extract<DocumentMessage, { readonly kind: "document" | "failure" }>): void {
    if (message.kind === "document") {
      const { handle } = message.document;
      const earlier = this.#documents.get(handle);
      if (earlier !== undefined) {
        this.#lines[earlier] = undefined;
      }
      this.#documents.set(handle, this.#lines.length);
    }
    this.#lines.push(lineOf(message));
  }

  /** All lines from the first one on, until the end. */
  async *lines(): AsyncGenerator<Buffer> {
    let next = 0;
    let shown = 0;
    for (;;) {
      while (next < this.#lines.length) {
        const line = this.#lines[next];
        next += 1;
        if (line !== undefined) {
          yield line;
        }
      }
      if (this.#ended) {
        yield lineOf({ kind: "end" });
        return;
      }
      if (this.#progress !== undefined && this.#progress.number > shown) {
        shown = this.#progress.number;
        yield this.#progress.line;
      } else if (!(await this.#changed())) {
        yield Buffer.from("\n");
      }
    }
  }

  /** Whether something came before the silence was too long. */
  #changed(): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(wake);
        resolve(false);
      }, heartbeat);
      timer.unref();
      this.#waiting.add(wake);
    });
  }
}

function lineOf(message: DocumentMessage): Buffer {
  return Buffer.from(`${encodeMessage(message)}\n`);
}
