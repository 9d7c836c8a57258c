/** Bytes that the server of `maptrap studio` would serve, put into documents, for a page without a server. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Bytes, MapPart, RecordingPart, StudioDocument } from "../document/document.js";
import { bytesText } from "../report/text/table.js";

/** So many bytes go into one page, compressed. */
export const mostEmbedded = 32 * 1024 * 1024;
/** Files that are larger are not even compressed. */
const mostCompressed = 1024 * 1024 * 1024;

const compress = promisify(gzip);

/** What is said of a recording that is not in a page; its size is in bytes. */
export function notEmbedded(recording: string, size: number): string {
  return `the recording of ${recording} (${bytesText(size)}) is not in this page, which holds ${bytesText(mostEmbedded)} of them at the most, compressed; maptrap studio shows it whole`;
}

/** Reads bytes that a document names. */
export type ReadBytes = (bytes: Bytes) => Promise<Uint8Array>;

/** Puts bytes into documents, up to a limit for all of them. What does not fit is left out, and a note says so. */
export class Embedding {
  #left: number;

  constructor(
    readonly read: ReadBytes,
    most = mostEmbedded,
  ) {
    this.#left = most;
  }

  /** A document without bytes that are elsewhere. */
  async embed(document: StudioDocument): Promise<StudioDocument> {
    const notes = [...document.notes];
    const recordings: RecordingPart[] = [];
    for (const recording of document.recordings) {
      const bytes = await this.#embedded(recording.bytes);
      if (bytes !== undefined) {
        recordings.push({ ...recording, bytes });
      } else {
        notes.push(notEmbedded(recording.evidence, recording.bytes.size));
      }
    }
    for (const { name, bytes } of document.programs) {
      // Its code is decoded by WebAssembly, which a page from a file may not run.
      notes.push(
        `the program ${name} (${bytesText(bytes.size)}) is not in this page; maptrap asm --html puts functions of it into one`,
      );
    }
    const maps: MapPart[] = [];
    for (const map of document.maps) {
      const { packed } = map;
      const bytes = packed === undefined || packed === null ? null : await this.#embedded(packed);
      if (bytes !== undefined) {
        maps.push(bytes === null ? map : { ...map, packed: bytes });
      } else {
        notes.push(
          `the map ${map.title} (${bytesText(packed?.size ?? 0)}) is not in this page, which holds ${bytesText(mostEmbedded)} at the most, compressed; maptrap studio shows it whole, maptrap map --slots N a part of it`,
        );
      }
    }
    return { ...document, notes, recordings, maps, programs: [] };
  }

  async #embedded(bytes: Bytes): Promise<Bytes | undefined> {
    if (bytes.kind === "embedded") {
      return bytes;
    }
    if (bytes.size > mostCompressed || this.#left === 0) {
      return undefined;
    }
    return this.pack(await this.read(bytes));
  }

  /** Bytes as they stand in a page; undefined where there is no room for them. */
  async pack(bytes: Uint8Array): Promise<Bytes | undefined> {
    if (bytes.length > mostCompressed || this.#left === 0) {
      return undefined;
    }
    const packed = await compress(bytes);
    if (packed.length > this.#left) {
      return undefined;
    }
    this.#left -= packed.length;
    return { kind: "embedded", base64: packed.toString("base64"), size: bytes.length };
  }
}
