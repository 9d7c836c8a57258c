/** Bytes that came with a document, and are too many for its line of JSON: they are served like the files that were given. */
import type { Bytes, DocumentMessage, MapPart } from "../../document/document.js";
import type { ServedFile } from "./served-file.js";

/** What the server needs of a file, or of bytes that are in memory. */
export type ServedBytes = Pick<ServedFile, "size" | "check" | "pieces">;

/** So much is sent in one go, in bytes. */
const pieceSize = 1 << 20;

/** See the file's comment. */
export class HeldBytes {
  readonly #all: ServedBytes[];

  /** @param files those that are served as `file/0`, `file/1` …; what is held comes after them */
  constructor(files: readonly ServedBytes[]) {
    this.#all = [...files];
  }

  /** All that is served; more as documents come. */
  get all(): readonly ServedBytes[] {
    return this.#all;
  }

  /** A message without bytes in it. */
  serve(message: DocumentMessage): DocumentMessage {
    if (message.kind !== "document") {
      return message;
    }
    const { document } = message;
    return {
      kind: "document",
      document: { ...document, maps: document.maps.map((map) => this.#served(map)) },
    };
  }

  #served(map: MapPart): MapPart {
    const { packed } = map;
    return packed?.kind === "held" ? { ...map, packed: this.#put(packed.bytes) } : map;
  }

  #put(bytes: Uint8Array): Bytes {
    const url = `file/${this.#all.length}`;
    this.#all.push({
      size: bytes.length,
      check: async () => Promise.resolve(),
      pieces: async function* pieces(start, end) {
        for (let at = start; at < end; at += pieceSize) {
          yield await Promise.resolve(bytes.subarray(at, Math.min(end, at + pieceSize)));
        }
      },
    });
    return { kind: "served", url, size: bytes.length };
  }
}
