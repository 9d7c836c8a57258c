/** `maptrap studio`: shows evidence on a page, served on this machine, or written to a file. */
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
import { HeldBytes } from "./studio-server/held-bytes.js";
import { LargeReading } from "./studio-server/large-reading.js";
import { MessageLog } from "./studio-server/messages.js";
import { startStudioServer } from "./studio-server/server.js";
import type { ServedFile } from "./studio-server/served-file.js";

/** Of what a command is called with, that which it takes to show a page; and standard input. */
export type StudioContext = Pick<CommandContext, "call" | "workingDirectory" | "environment"> & {
  readonly input: NodeJS.ReadStream;
};

/** The options, as they come out of the command line. */
export type StudioFlags = {
  readonly source?: string | boolean | undefined;
  readonly exe?: string | undefined;
  readonly port?: number | undefined;
  readonly open?: boolean | undefined;
  readonly html?: string | undefined;
};

/**
 * Serves the page until the person ends it, or writes it to a file. Sets the exit status.
 *
 * @param names files, folders with event files, "-" for standard input
 * @throws MaptrapError
 */
export async function studio(
  names: readonly string[],
  flags: StudioFlags,
  context: StudioContext,
): Promise<void> {
  const { input } = context;
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
    const reading = new LargeReading();
    const held = new HeldBytes(files);
    const server = await startStudioServer({ messages, files: held.all, reading, port: flags.port });
    try {
      process.stdout.write(`${server.url}\n`);
      if (process.stdout.isTTY) {
        progress.note("the studio is there for as long as this command runs; Ctrl-C ends it");
        if (flags.open !== false) {
          await openInBrowser(server.url, folder, context.environment);
        }
      }
      const onMessage = (message: DocumentMessage): void => messages.add(held.serve(message));
      const heard = this.#heard(onMessage);
      try {
        await makeDocumentsAside(files, this.#choice, { onMessage: heard, stop, reading });
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
  if (bytes.kind === "held") {
    return bytes.bytes;
  }
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
