/** The conflict records of a file that is followed: each is given once, when it is complete with its text. */
import { ByteReader } from "../../base/bytes.js";
import { unreadableReason } from "./fields.js";
import { conflictRecordSize, type ConflictRecord, type EventFileVersion, type Unreadable } from "./format.js";
import { readConflict } from "./records.js";
import { impossibleRegion, recordsWithin, type Region } from "./region.js";

/** Gives the records that became complete. */
export class FollowedConflicts {
  readonly #read: (offset: number, length: number) => Uint8Array;
  readonly #version: EventFileVersion;
  readonly #patience: number;
  /** Records that were begun and not given yet, with the steps for which they were waited for. */
  #awaited: { readonly index: number; readonly steps: number }[] = [];
  #next = 0;

  constructor(
    read: (offset: number, length: number) => Uint8Array,
    version: EventFileVersion,
    patience: number,
  ) {
    this.#read = read;
    this.#version = version;
    this.#patience = patience;
  }

  /**
   * Takes one step.
   *
   * @param region the conflict region as the header has it now
   * @param all whether nothing can come any more
   */
  step(region: Region, fileSize: number, all: boolean, unreadable: Unreadable[]): ConflictRecord[] {
    const slots = Math.min(region.count, region.capacity);
    if (slots > 0 && impossibleRegion(region, conflictRecordSize) !== undefined) {
      return [];
    }
    const there = recordsWithin(region, slots, fileSize);
    for (; this.#next < there; this.#next++) {
      this.#awaited.push({ index: this.#next, steps: 0 });
    }
    const given: ConflictRecord[] = [];
    const waiting = this.#awaited;
    this.#awaited = [];
    for (const { index, steps } of waiting) {
      const record = this.#read(region.offset + index * region.recordSize, conflictRecordSize);
      if (!all && steps < this.#patience && !isComplete(record)) {
        this.#awaited.push({ index, steps: steps + 1 });
        continue;
      }
      try {
        given.push(readConflict(new ByteReader(record), index, this.#version));
      } catch (error) {
        const reason = unreadableReason(error);
        if (reason === undefined) {
          throw error;
        }
        unreadable.push({ region: "conflicts", index, reason });
      }
    }
    return given;
  }
}

/** Whether the record is complete and its text is. */
function isComplete(record: Uint8Array): boolean {
  const reader = new ByteReader(record);
  return reader.u32(0) !== 0 && reader.u32(4) !== 0;
}
