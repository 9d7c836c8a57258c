/** Recordings that `maptrap read --html` puts into its page, gathered while the files are read one after another. */
import type { Case } from "../case/case.js";
import type { RecordingPart } from "../document/document.js";
import { recordingPart } from "../document/opening/recording-part.js";
import type { EventFile } from "../evidence/ring/format.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { Embedding, notEmbedded } from "./embed-bytes.js";

/** Gathers recordings. */
export class PageRecordings {
  readonly #embedding = new Embedding(async () => Promise.reject(new RangeError("nothing is read here")));
  readonly #parts = new Map<string, RecordingPart>();
  readonly #notes: string[] = [];

  /** Takes an event file; one without a recording is left alone. */
  async add(eventFile: EventFile, bytes: Uint8Array, symbols: Symbolizer | undefined): Promise<void> {
    if (eventFile.recording === null) {
      return;
    }
    const packed = await this.#embedding.pack(bytes);
    const { fileName: evidence } = eventFile;
    const part = packed === undefined ? null : recordingPart({ evidence, eventFile, symbols, bytes: packed });
    if (part === null) {
      this.#notes.push(notEmbedded(evidence, bytes.length));
    } else {
      this.#parts.set(evidence, part);
    }
  }

  /** The parts of the document of a case that was made of these files. */
  partsFor({ evidence }: Pick<Case, "evidence">): {
    readonly recordings: readonly RecordingPart[];
    readonly notes: readonly string[];
  } {
    const recordings = evidence.flatMap(({ kind, path, handle }) => {
      const part = kind === "event-file" ? this.#parts.get(path) : undefined;
      return part === undefined ? [] : [{ ...part, evidence: handle }];
    });
    return { recordings, notes: this.#notes };
  }
}
