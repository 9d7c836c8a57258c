/** Opens files in the page itself, in a worker. */
import { failures } from "../page/state.js";

/** Opens files that belong together. */
export async function openFiles(files: readonly File[]): Promise<void> {
  failures.value = files.map(({ name }) => ({
    kind: "failure",
    name,
    sentence: "cannot be opened yet",
    wayOut: null,
  }));
  return Promise.resolve();
}

/** Opens a text that was pasted or written. */
export async function openText(text: string): Promise<void> {
  return openFiles([new File([text], "pasted text", { type: "text/plain" })]);
}
