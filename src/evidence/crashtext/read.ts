/** Reads a whole crash text, or a stream to its end. */
import type { CrashReport, CrashText, Undone } from "./crash-text.js";
import { CrashTextReader, type CrashTextOptions } from "./reader.js";
import { piecesOf, Unpacker } from "./unpack.js";

/** What can be chosen; everything is optional. */
export interface ReadCrashTextOptions extends CrashTextOptions {
  /** Called with each report as soon as it has ended. Without it, the reports are in the result only. */
  readonly onReport?: (report: CrashReport) => void;
  /** Called with the unpacked bytes as they come, and with how many line ends there were before them. */
  readonly onBytes?: (bytes: Uint8Array, lineEnds: number) => void;
  /**
   * A stream that has been silent for so long has printed what it had to print: reports that are open are given. Default
   * 2000.
   */
  readonly silenceMilliseconds?: number;
  /** How many bytes are unpacked from gzip at most; default 16 GiB. */
  readonly maxUnpackedBytes?: number;
  /** How many reports are kept for the result; `onReport` gets all. Default 1000. */
  readonly maxReports?: number;
}

/**
 * Reads a crash text: a log, a journal, a page, however mangled. Bytes may be UTF-8, UTF-16 or gzip. Nothing in the text
 * makes it throw; an error of the stream itself is passed on.
 *
 *     const text = await readCrashText(await readFile("crash.log"));
 *     for (const report of text.reports) {
 *       if (report.kind === "dump") console.log(report.conflict, report.detector?.site);
 *     }
 */
export async function readCrashText(
  input: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: ReadCrashTextOptions = {},
): Promise<CrashText> {
  const reader = new CrashTextReader(options);
  const reports: CrashReport[] = [];
  const maxReports = options.maxReports ?? 1_000;
  const give = (finished: readonly CrashReport[]) => {
    for (const report of finished) {
      if (reports.length < maxReports) {
        reports.push(report);
      }
      options.onReport?.(report);
    }
  };
  const unpacker = new Unpacker(options.maxUnpackedBytes ?? 16 * 1024 ** 3);
  const silence = new Silence(options.silenceMilliseconds ?? 2_000, () => {
    give(reader.flushSilence());
  });
  try {
    for await (const chunk of unpacker.unpack(piecesOf(input))) {
      options.onBytes?.(chunk, reader.lineEnds);
      give(reader.push(chunk));
      silence.restart();
    }
  } finally {
    silence.stop();
  }
  give(reader.end(unpacker.cut));
  const { lines, otherLines } = reader;
  const undone: Undone[] = [...(unpacker.packed ? [{ what: "gzip", lines }] : []), ...reader.undone];
  return { reports, lines, otherLines, undone };
}

type Timer = ReturnType<typeof setTimeout> | number;

/** Calls back when nothing has come for a while. It keeps no process alive. */
class Silence {
  #timer: Timer | null = null;

  constructor(
    private readonly milliseconds: number,
    private readonly callback: () => void,
  ) {}

  restart(): void {
    this.stop();
    this.#timer = setTimeout(this.callback, this.milliseconds);
    // In a page a timer is a number, and nothing waits for it.
    if (typeof this.#timer === "object") {
      this.#timer.unref();
    }
  }

  stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }
}
