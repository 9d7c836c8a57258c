/** `maptrap explain`: reads crash texts, and infers the other side from the source. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { buildCrashCase, type CaseText } from "../analysis/crash/build-crash-case.js";
import { systemErrorCode, UsageError } from "../base/errors.js";
import type { Case } from "../case/case.js";
import { excerptsOf } from "../document/excerpts.js";
import { goroutinesParts } from "../document/goroutines/parts.js";
import { readCaseText, readText, silenceMilliseconds } from "../document/opening/read-text.js";
import type { CrashReport } from "../evidence/crashtext/crash-text.js";
import { renderJson } from "../report/json/render.js";
import { renderText } from "../report/text/render.js";
import { trappedStatus, wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { SourceOfTexts } from "./explain-source.js";
import { documentOf, HtmlFile } from "./html-file.js";
import { PairedReports } from "./paired-reports.js";
import { type Progress, progressOn } from "./progress.js";
import { UnreadableInputError } from "./input-files.js";
import { sourceBelow } from "./source-reader.js";

/** Of what a command is called with, that which it takes to explain; and standard input. */
export type ExplainContext = Pick<CommandContext, "call" | "workingDirectory" | "environment"> & {
  readonly input: NodeJS.ReadStream;
};

/** The options, as they come out of the command line. */
export type ExplainFlags = {
  readonly source?: string | boolean | undefined;
  readonly json?: true | undefined;
  readonly html?: string | undefined;
};

/**
 * Reads texts, shows what is in them, and sets the exit status.
 *
 * @param names files; "-" or none for standard input
 * @throws UnreadableInputError, UsageError, OutputFileError
 */
export async function explain(
  names: readonly string[],
  flags: ExplainFlags,
  context: ExplainContext,
): Promise<void> {
  const { input } = context;
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const progress = progressOn(process.stderr);
  try {
    const explanation = new Explanation(flags, context, progress);
    const files = names.length === 0 ? ["-"] : names;
    if (files.includes("-") && input.isTTY) {
      throw new UsageError("no text was given", "name a file, or pipe a text into maptrap explain");
    }
    for (const file of files) {
      await explanation.read(file, file === "-" ? input : openText(file));
    }
    await explanation.end(html);
  } finally {
    progress.clear();
  }
}

/** The work of one call. */
class Explanation {
  readonly #source: SourceOfTexts;
  readonly #read: CaseText[] = [];
  #shown = 0;
  #conflicts = 0;

  constructor(
    readonly flags: ExplainFlags,
    readonly context: ExplainContext,
    readonly progress: Progress,
  ) {
    this.#source = new SourceOfTexts(flags.source ?? true, context.workingDirectory, (text) =>
      progress.say(text),
    );
  }

  /** Reads one text to its end. Reports are shown as they end; for --json they are kept. */
  async read(name: string, input: AsyncIterable<Uint8Array>): Promise<void> {
    const everyGoroutine = this.flags.html !== undefined;
    if (this.flags.json === true) {
      this.#read.push(await readCaseText(name, input, { everyGoroutine }));
      return;
    }
    // Reports are shown one after another, also while the next one is being read.
    let showing = Promise.resolve();
    const paired = new PairedReports(silenceMilliseconds, (reports) => {
      showing = showing.then(() => this.#show(name, reports));
      // What fails ends the reading too, also on a stream that stays open.
      showing.catch((error: unknown) => stop(input, error));
    });
    const onReport = (report: CrashReport): void => paired.push(report);
    // What is shown need not be kept, but for a page.
    const read: CaseText = everyGoroutine
      ? await readCaseText(name, input, { onReport, everyGoroutine })
      : {
          path: name,
          notes: [],
          ...(await readText(input, { onReport, maxReports: 0, silenceMilliseconds })),
        };
    paired.flush();
    await showing;
    this.#read.push(read);
  }

  /** Shows one report, or a crash with what the recorder printed on it, as a case of its own. */
  async #show(name: string, reports: readonly CrashReport[]): Promise<void> {
    const text = { reports, lines: 0, otherLines: 0, undone: [] };
    const incident = await this.#caseOf([{ path: name, text }], reports, this.#shown);
    this.progress.clear();
    process.stdout.write(`${this.#shown > 0 ? "\n" : ""}${this.#drawn(incident)}`);
    this.#shown += reports.length;
  }

  /** Shows what the texts say of the garbage collector, below the crashes. */
  async #showCollections(): Promise<void> {
    const texts = this.#read.filter(({ gcTrace }) => gcTrace?.runs.some(({ totals }) => totals !== null));
    if (texts.length > 0) {
      const empty = { reports: [], lines: 0, otherLines: 0, undone: [] };
      const incident = await this.#caseOf(
        texts.map(({ path, gcTrace }) => ({ path, text: empty, gcTrace })),
        [],
        this.#shown,
      );
      process.stdout.write(`\n${this.#drawn(incident)}`);
    }
  }

  /**
   * All texts have been read.
   *
   * @param html where a page with all of them goes
   */
  async end(html: HtmlFile | undefined): Promise<void> {
    if (this.flags.json === true) {
      const incident = await this.#wholeCase();
      this.progress.clear();
      process.stdout.write(renderJson(incident));
    } else if (this.#shown === 0) {
      process.stdout.write(this.#drawn(await this.#caseOf(this.#read, [])));
    } else {
      await this.#showCollections();
    }
    process.exitCode = this.#conflicts > 0 ? trappedStatus : 0;
    if (html !== undefined) {
      const incident = await this.#wholeCase();
      this.progress.clear();
      const readSource = readSourceFor(incident);
      await html.write([
        documentOf(this.#read.map(({ path }) => (path === "-" ? "standard input" : path)).join(", "), {
          case: incident,
          excerpts: readSource === undefined ? [] : excerptsOf(incident, readSource),
          goroutines: goroutinesParts(incident, this.#read),
        }),
      ]);
    }
  }

  /** All texts as one case. */
  async #wholeCase(): Promise<Case> {
    return this.#caseOf(
      this.#read,
      this.#read.flatMap(({ text }) => text.reports),
    );
  }

  async #caseOf(texts: readonly CaseText[], reports: readonly CrashReport[], firstReport = 0): Promise<Case> {
    this.#conflicts += reports.filter(isOfMap).length;
    return buildCrashCase({
      command: this.context.call,
      workingDirectory: this.context.workingDirectory,
      texts,
      firstReport,
      source: await this.#source.factsFor(reports),
    });
  }

  #drawn(incident: Case): string {
    const { environment, workingDirectory } = this.context;
    return renderText(incident, {
      colour: wantsColour(process.stdout, environment),
      workingDirectory,
      readSource: readSourceFor(incident),
    });
  }
}

/** Gives the source that a case was made with; undefined where there was none. */
function readSourceFor(incident: Case): ((file: string) => string | undefined) | undefined {
  const root = incident.evidence.find((evidence) => evidence.kind === "source")?.path;
  return root === undefined ? undefined : sourceBelow(root);
}

/** Makes reading a stream end with an error. A file ends by itself. */
function stop(input: AsyncIterable<Uint8Array>, error: unknown): void {
  if (input instanceof Readable) {
    input.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Whether a report is of a conflict on a map; without a headline the kind of it may not be known. */
function isOfMap(report: CrashReport): boolean {
  return report.conflict !== null || (report.kind === "dump" && report.detector !== null);
}

/** The bytes of a file; what the system says against it becomes a sentence. */
async function* openText(name: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(name);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    const reason =
      code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new UnreadableInputError(name, reason);
  }
}
