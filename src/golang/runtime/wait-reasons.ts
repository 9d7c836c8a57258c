/**
 * Why a goroutine waits, in the runtime's own words: the program holds them as an array of strings.
 */
import type { Address, Memory } from "../memory.js";
import { readView, wordAt } from "../types/words.js";

/** More than any version has. Measured: 24 in 1.19, 45 in 1.27. */
const maxReasons = 128;
const maxLength = 128;

const decoder = new TextDecoder("utf-8");

/**
 * Reads the words.
 *
 * @param strings address of `runtime.waitReasonStrings`
 * @returns the words by their number, as far as they are there
 */
export function readWaitReasons(memory: Memory, strings: Address): readonly string[] {
  const reasons: string[] = [];
  while (reasons.length < maxReasons) {
    const view = readView(memory, strings + reasons.length * 16, 16);
    const length = view === undefined ? maxLength : wordAt(view, 8);
    const bytes =
      view === undefined || length >= maxLength ? undefined : memory.read(wordAt(view, 0), length);
    const text = length === 0 ? "" : bytes && decoder.decode(bytes);
    if (text === undefined || !/^[ -~]*$/.test(text) || (text === "" && reasons.length > 0)) {
      break;
    }
    reasons.push(text);
  }
  // The first one is empty: alone it is a zero.
  return reasons.length > 1 ? reasons : [];
}
