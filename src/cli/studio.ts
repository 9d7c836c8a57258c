/** `maptrap studio`: shows evidence on a page, served on this machine, or written to a file. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { CancelledError } from "../base/errors.js";
import { sanitizeLine, sanitizeTerminal } from "../base/text.js";
import type { Bytes, DocumentMessage, StudioDocument } from "../document/document.js";
import type { CommandContext } from "./context.js";
import { Embedding } from "./embed-bytes.js";
import { HtmlFile } from "./html-file.js";
import { withInterruption } from "./interruption.js";
import { openInBrowser } from "./open-browser.js";
import { withPrivateFolder } from "./private-folder.js";
import { type Progress, progressOn } from "./progress.js";
import { checkChoice, type DocumentsChoice, makeDocuments, makeDocumentsAside } from "./studio-documents.js";
import { openFiles } from "./studio-files.js";
import { MessageLog } from "./studio-server/messages.js";
import { startStudioServer } from "./studio-server/server.js";
import type { ServedFile } from "./studio-server/served-file.js";

type StudioContext = Pick<CommandContext, "call" | "workingDirectory" | "environment">;

type StudioFlags = {
  readonly source?: string | boolean | undefined;
  readonly exe?: string | undefined;
  readonly port?: number | undefined;
  readonly open?: boolean | undefined;
  readonly html?: string | undefined;
};

const help = `
FILE is what maptrap reads or writes: an event file, a folder with some (*.maptrap), a crash text or a log, a case file, the JSON of
gdb trace, map, asm and model, a program of the model, an executable of Go, or a page made with --html; "-" is standard input.
Without one the page waits for files to be dropped on it.

The page is served on 127.0.0.1 for as long as the command runs (Ctrl-C ends it), at an address with a random token that nobody else
knows. It loads nothing from anywhere else, and sends nothing anywhere. The address goes to standard output; on a terminal with a
screen the browser is opened too.

Source is looked for as maptrap explain does, executables as maptrap read does.

With --html the page is written to a file, with what it shows inside, and nothing is served. It can be attached to an issue: see that
you want to show what is in it, lines of source too (--no-source leaves them out).

Examples:
  maptrap studio crash.log
  maptrap studio shop.maptrap shop.log
  maptrap test --json ./... | maptrap studio -
  maptrap studio --html case.html case.json`;

/** Makes the command. Its action sets the process's exit status and throws MaptrapErrors. */
export function studioCommand(
  context: StudioContext,
  input: NodeJS.ReadStream = process.stdin,
): Command<[string[]], StudioFlags> {
  return new Command("studio")
    .description(
      "show evidence on a page of this machine: finding, timeline, map memory, goroutines, code, model",
    )
    .argument("[file...]", 'what maptrap reads or writes; "-" is standard input')
    .option("--source <folder>", "the source of the program")
    .option("--no-source", "show no source, and look for none")
    .option("--exe <binary>", "the executable that wrote the event files")
    .option("--port <n>", "the port (default: any free one)", parsePort)
    .option("--no-open", "do not open the browser")
    .option("--html <file>", "write the page to a file instead, with what it shows inside")
    .addHelpText("after", help)
    .action(async (names, flags) => {
      const html = await HtmlFile.at(flags.html, context.workingDirectory);
      const progress = progressOn(process.stderr);
      try {
        await withPrivateFolder(false, async (folder) =>
          withInterruption(async ({ stop }) => {
            const files = await openFiles(names, {
              folder,
              input,
              stop,
            });
            const work = new StudioWork({ flags, context, files, folder, progress, stop });
            try {
              await (html === undefined ? work.serve() : work.write(html));
            } finally {
              await Promise.all(files.map(async (file) => file.close()));
            }
          }),
        );
      } finally {
        progress.clear();
      }
    });
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("Write a port, from 0 to 65535.");
  }
  return Number(text);
}

interface WorkParts {
  readonly flags: StudioFlags;
  readonly context: StudioContext;
  readonly files: readonly ServedFile[];
  readonly folder: string;
  readonly progress: Progress;
  readonly stop: AbortSignal;
}

/** The work of one call. */
class StudioWork {
  readonly #parts: WorkParts;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  /** Serves until the person ends it. */
  async serve(): Promise<void> {
    const { flags, context, files, folder, progress, stop } = this.#parts;
    checkChoice(files, this.#choice);
    const messages = new MessageLog();
    const server = await startStudioServer({ messages, files, port: flags.port });
    try {
      process.stdout.write(`${server.url}\n`);
      if (process.stdout.isTTY) {
        progress.note("the studio is there for as long as this command runs; Ctrl-C ends it");
        if (flags.open !== false) {
          await openInBrowser(server.url, folder, context.environment);
        }
      }
      const onMessage = (message: DocumentMessage): void => messages.add(message);
      const heard = this.#heard(onMessage);
      try {
        await makeDocumentsAside(files, this.#choice, { onMessage: heard, stop });
      } catch (error) {
        // The thread ended, as when the memory is too small; what was made until then is shown.
        const sentence = error instanceof Error ? error.message : String(error);
        heard({
          kind: "failure",
          name: "maptrap studio",
          sentence,
          wayOut: "open fewer or smaller files at once",
        });
        process.exitCode = 1;
      }
      messages.add({ kind: "end" });
      progress.clear();
      await aborted(stop);
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        throw error;
      }
    } finally {
      await server.close();
    }
  }

  /** Writes the page to a file. */
  async write(html: HtmlFile): Promise<void> {
    const { files, progress } = this.#parts;
    const embedding = new Embedding(async (bytes) => readServed(files, bytes));
    // A document may come several times, more of it each time.
    const documents = new Map<string, StudioDocument>();
    const kept: DocumentMessage[] = [];
    const onMessage = this.#heard((message) => {
      if (message.kind === "document") {
        documents.set(message.document.handle, message.document);
      } else if (message.kind === "failure") {
        kept.push(message);
      }
    });
    await makeDocuments(files, this.#choice, onMessage);
    for (const document of documents.values()) {
      kept.push({ kind: "document", document: await embedding.embed(document) });
    }
    progress.clear();
    await html.writeMessages(kept);
    if (kept.every(({ kind }) => kind === "failure") && kept.length > 0) {
      process.exitCode = 2;
    }
  }

  get #choice(): DocumentsChoice {
    const { flags, context } = this.#parts;
    const { call, workingDirectory } = context;
    return { call: [...call], workingDirectory, source: flags.source ?? true, exe: flags.exe };
  }

  /** Hands messages on, shows how far it is, and names on stderr what could not be opened. */
  #heard(onMessage: (message: DocumentMessage) => void): (message: DocumentMessage) => void {
    const { progress, stop } = this.#parts;
    return (message) => {
      if (stop.aborted) {
        throw new CancelledError();
      }
      onMessage(message);
      if (message.kind === "progress") {
        const { text, share } = message;
        progress.say(sanitizeLine(share === null ? text : `${text}: ${Math.floor(share * 100)} %`));
      } else if (message.kind === "failure") {
        progress.clear();
        const { name, sentence, wayOut } = message;
        process.stderr.write(
          sanitizeTerminal(`maptrap: ${name}: ${sentence}\n${wayOut === null ? "" : `maptrap: ${wayOut}\n`}`),
        );
      }
    };
  }
}

/** The bytes of a file that would be served. */
async function readServed(files: readonly ServedFile[], bytes: Bytes): Promise<Uint8Array> {
  const number = bytes.kind === "served" ? /^file\/(\d+)$/.exec(bytes.url)?.[1] : undefined;
  const file = number === undefined ? undefined : files[Number(number)];
  if (file === undefined) {
    throw new RangeError("a document names bytes that were not given");
  }
  return file.read(0, file.size);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
