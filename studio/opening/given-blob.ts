/** A file of the page as documents are made from it. */
import { UnreadableFileError } from "../../src/document/opening/given-file.js";
import type { GivenFile } from "../../src/document/surroundings.js";
import type { HeldFile } from "./calls.js";

/** Reads files at once; workers have it. */
interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
declare const FileReaderSync: { new (): SyncReader };

/** Makes it; in a worker. */
export function givenBlob({ name, blob, foundIn }: HeldFile): GivenFile {
  const reader = new FileReaderSync();
  return {
    name,
    size: blob.size,
    bytes: { kind: "blob", blob, size: blob.size },
    foundIn,
    read: async (offset, length) => {
      try {
        return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      } catch (error) {
        throw unreadable(name, error);
      }
    },
    readNow: (target, offset) => {
      const part = blob.slice(offset, offset + target.length);
      try {
        target.set(new Uint8Array(reader.readAsArrayBuffer(part)));
      } catch (error) {
        throw unreadable(name, error);
      }
      return part.size;
    },
  };
}

/** A file that was dropped may be changed or gone when it is read; what is in memory is always there. */
function unreadable(name: string, error: unknown): unknown {
  return error instanceof DOMException && /^Not(?:Readable|Found)Error$/.test(error.name)
    ? new UnreadableFileError(name, { cause: error })
    : error;
}
