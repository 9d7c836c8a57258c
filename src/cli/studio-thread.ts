/** The thread on which documents are made while `maptrap studio` serves (studio-documents.ts). */
import { parentPort, workerData } from "node:worker_threads";
import { makeDocuments, threadDataSchema } from "./studio-documents.js";
import { ServedFile } from "./studio-server/served-file.js";

const { files, choice } = threadDataSchema.parse(workerData);
const opened = await Promise.all(files.map(async ({ name, path }) => ServedFile.open(name, path)));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
await makeDocuments(opened, choice, (message) => parentPort?.postMessage(message));
await Promise.all(opened.map(async (file) => file.close()));
