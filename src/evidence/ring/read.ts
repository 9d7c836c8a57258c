import type { EventFile } from "./format.js";

/** Reads an event file. */
export function readEventFile(bytes: Uint8Array, fileName: string): EventFile {
  throw new Error(`not yet: ${bytes.length} ${fileName}`);
}
