/** Makes the documents of `maptrap studio`, in the command itself or on a thread of its own. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { DocumentMessage } from "../document/document.js";
import { openGiven } from "../document/open.js";
import { givenFile } from "./studio-files.js";
import type { LargeReading } from "./studio-server/large-reading.js";
import type { ServedFile } from "./studio-server/served-file.js";
import { nodeSurroundings } from "./studio-surroundings.js";

/** What documents are made with; goes to the thread as it is. */
export const documentsChoiceSchema = z.object({
  /** The command, word by word. */
  call: z.array(z.string()),
  workingDirectory: z.string(),
  /** The folder of the source; true to look for it, false for none. */
  source: z.union([z.string(), z.boolean()]),
  /** The executable that wrote the event files. */
  exe: z.string().optional(),
});
export type DocumentsChoice = z.infer<typeof documentsChoiceSchema>;

/** Hears what was made, and how far it is. Throws to end the work. */
export type OnMessage = (message: DocumentMessage) => void;

/** Makes them here. */
export async function makeDocuments(
  files: readonly ServedFile[],
  choice: DocumentsChoice,
  onMessage: OnMessage,
): Promise<void> {
  const surroundings = surroundingsFor(files, choice, onMessage);
  for await (const message of openGiven(files.map(givenFile), surroundings)) {
    if (message.kind !== "end") {
      onMessage(message);
    }
  }
}

/**
 * Sees that what the person named is there, before a page is shown.
 *
 * @throws UnreadableInputError, BinaryError
 */
export function checkChoice(files: readonly ServedFile[], choice: DocumentsChoice): void {
  surroundingsFor(files, choice, () => undefined);
}

function surroundingsFor(files: readonly ServedFile[], choice: DocumentsChoice, onMessage: OnMessage) {
  const { call, workingDirectory, source, exe } = choice;
  return nodeSurroundings(
    {
      source,
      exe,
      files: files.map(({ name }) => path.resolve(workingDirectory, name)),
      progress: (text, share) => onMessage({ kind: "progress", text, share }),
    },
    { call, workingDirectory },
  );
}

/** What the thread is started with. */
export const threadDataSchema = z.object({
  files: z.array(z.object({ name: z.string(), path: z.string() })),
  choice: documentsChoiceSchema,
  /** See LargeReading. */
  reading: z.instanceof(SharedArrayBuffer),
});

/**
 * Makes them on a thread of its own: a recording of millions of events keeps a thread busy for seconds, in which a page would get no
 * answer. The thread opens the files again by their paths.
 *
 * @param stop ends the thread at once
 * @param reading while the page reads a large recording, the thread waits
 */
export async function makeDocumentsAside(
  files: readonly ServedFile[],
  choice: DocumentsChoice,
  {
    onMessage,
    stop,
    reading,
  }: { readonly onMessage: OnMessage; readonly stop: AbortSignal; readonly reading: LargeReading },
): Promise<void> {
  const workerData: z.infer<typeof threadDataSchema> = {
    files: files.map(({ name, path: file }) => ({ name, path: file })),
    choice,
    reading: reading.shared,
  };
  const worker = new Worker(new URL("./studio-thread.js", import.meta.url), { workerData });
  const end = (): void => void worker.terminate();
  stop.addEventListener("abort", end, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: DocumentMessage) => {
        if (!stop.aborted) {
          onMessage(message);
        }
      });
      worker.once("error", reject);
      worker.once("exit", () => resolve());
    });
  } finally {
    stop.removeEventListener("abort", end);
  }
}
