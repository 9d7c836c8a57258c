/** Where each writer is in its chunks, and a window of the file there. */
import { readWords } from "../ring/words.js";
import type { ChunkIndex } from "./chunk-index.js";
import { chunkHeadSize, orderEventSize } from "./format.js";
import { readFrom, type OrderSource } from "./source.js";

/** All windows together have so many bytes at the most. */
const allWindows = 0x400_0000;
const largestWindow = 0x1_0000;
const beforeFirst = -2;
const none = -1;

/**
 * A window for each writer, all in one array of words, so that the memory depends on how many writers there are and not on the
 * file's size. A window has whole events: 16 bytes each.
 */
export class ChunkWindows {
  /** The words of all windows. */
  readonly words: Uint32Array;
  /** Where each writer is in `words`, at its next event. */
  readonly at: Uint32Array;
  /** Where its window ends. */
  readonly end: Uint32Array;
  readonly #source: OrderSource;
  readonly #index: ChunkIndex;
  /** Words of a window. */
  readonly #room: number;
  readonly #chunk: Int32Array;
  /** Offset in the file behind each window. */
  readonly #behind: Float64Array;
  readonly #times: Float64Array;

  constructor(source: OrderSource, index: ChunkIndex) {
    const { writers, layout } = index;
    this.#source = source;
    this.#index = index;
    const share = 2 ** Math.floor(Math.log2(allWindows / Math.max(1, writers)));
    this.#room = Math.min(share, largestWindow, layout.size) / 4;
    this.words = new Uint32Array(writers * this.#room);
    this.at = new Uint32Array(writers);
    this.end = new Uint32Array(writers);
    this.#chunk = new Int32Array(writers).fill(beforeFirst);
    this.#behind = new Float64Array(writers);
    this.#times = new Float64Array(writers);
  }

  /** Goes to the first event of a writer's next chunk. False when there is none. */
  nextChunk(writer: number): boolean {
    const last = this.#chunk[writer] ?? none;
    if (last === none) {
      return false;
    }
    const chunk = last === beforeFirst ? this.#index.firstOf(writer) : this.#index.after(last);
    this.#chunk[writer] = chunk;
    if (chunk === none) {
      this.at[writer] = this.end[writer] ?? 0;
      return false;
    }
    this.#load(writer, this.#index.offset(chunk));
    const head = this.at[writer] ?? 0;
    this.#times[writer] = (this.words[head + 5] ?? 0) * 0x1_0000_0000 + (this.words[head + 4] ?? 0);
    this.at[writer] = head + chunkHeadSize / 4;
    return true;
  }

  /** When the chunk was begun in which a writer is. */
  time(writer: number): number {
    return this.#times[writer] ?? 0;
  }

  /** Whether the end of that chunk is not in the file. */
  isCut(writer: number): boolean {
    const chunk = this.#chunk[writer] ?? none;
    return chunk < 0 || this.#index.end(chunk) < this.#index.offset(chunk) + this.#index.layout.size;
  }

  /**
   * Sees to it that a number of words are in the window, from the writer's place on.
   *
   * @param needed at most 2048
   * @returns false when the chunk ends before
   */
  need(writer: number, needed: number): boolean {
    const left = (this.end[writer] ?? 0) - (this.at[writer] ?? 0);
    if (left >= needed) {
      return true;
    }
    const chunk = this.#chunk[writer] ?? none;
    const from = (this.#behind[writer] ?? 0) - 4 * left;
    if (chunk < 0 || from + 4 * needed > this.#index.end(chunk)) {
      return false;
    }
    this.#load(writer, from);
    return true;
  }

  /** Whether the chunk has nothing but zeros from the writer's place on; goes to its end, or to what is not zero. */
  isRestZero(writer: number): boolean {
    while (this.need(writer, orderEventSize / 4)) {
      const end = this.end[writer] ?? 0;
      for (let at = this.at[writer] ?? 0; at < end; at++) {
        if (this.words[at] !== 0) {
          return false;
        }
      }
      this.at[writer] = end;
    }
    return true;
  }

  #load(writer: number, offset: number): void {
    const chunk = this.#chunk[writer] ?? none;
    const there = Math.floor((this.#index.end(chunk) - offset) / orderEventSize) * (orderEventSize / 4);
    const length = Math.min(this.#room, there);
    const start = writer * this.#room;
    readWords(this.words.subarray(start, start + length), offset, (target, at) => {
      readFrom(this.#source, target, at);
    });
    this.at[writer] = start;
    this.end[writer] = start + length;
    this.#behind[writer] = offset + 4 * length;
  }
}
