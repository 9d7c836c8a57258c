/** A file of the page as documents are made from it. */
import type { GivenFile } from "../../src/document/surroundings.js";
import type { HeldFile } from "./calls.js";

/** Reads files at once; workers have it. */
interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
declare const FileReaderSync: { new (): SyncReader };

/** Makes it; in a worker. */
export function givenBlob({ name, blob }: HeldFile): GivenFile {
  const reader = new FileReaderSync();
  return {
    name,
    size: blob.size,
    bytes: { kind: "blob", blob, size: blob.size },
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    readNow: (target, offset) => {
      const part = blob.slice(offset, offset + target.length);
      target.set(new Uint8Array(reader.readAsArrayBuffer(part)));
      return part.size;
    },
  };
}
