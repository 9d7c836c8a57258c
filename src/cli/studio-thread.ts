/** The thread on which documents are made while `maptrap studio` serves (studio-documents.ts). */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { DocumentMessage } from "../document/document.js";
import { makeDocuments, threadDataSchema } from "./studio-documents.js";
import { isLarge, LargeReading } from "./studio-server/large-reading.js";
import { ServedFile } from "./studio-server/served-file.js";

/** How far this thread steps back once the page has something to read: a value of nice. */
const niceness = 19;

/**
 * A recording is sent at once and its case later: while the page reads the recording, it comes first, and a large one is waited for. On
 * Linux 0 stands for this thread alone; elsewhere it would be the whole process.
 */
function stepBack(message: DocumentMessage): void {
  const isEarly =
    message.kind === "document" && message.document.case === null && message.document.recordings.length > 0;
  if (isEarly && process.platform === "linux") {
    setPriority(0, niceness);
  }
  if (isEarly && opened.some(({ size }) => isLarge(size))) {
    new LargeReading(reading).wait();
  }
}

const { files, choice, reading } = threadDataSchema.parse(workerData);
const opened = await Promise.all(files.map(async ({ name, path }) => ServedFile.open(name, path)));
await makeDocuments(opened, choice, (message) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
  parentPort?.postMessage(message);
  stepBack(message);
});
await Promise.all(opened.map(async (file) => file.close()));
