/** Says what of a map was not read. */
import type { SlotReader } from "./slots.js";

/** What is missing, in a sentence; undefined when nothing is. */
export function cutSentence(parts: {
  readonly whole: boolean;
  readonly spent: boolean;
  readonly slots: SlotReader;
  readonly total: number;
}): string | undefined {
  const { whole, spent, slots, total } = parts;
  if (spent) {
    return `It is larger than what is read at once: ${slots.kept} of its buckets or groups are shown, and counts were not checked.`;
  }
  if (slots.full && slots.kept < total) {
    return `${slots.kept} of ${total} buckets or groups are shown.`;
  }
  return whole ? undefined : "Some of it cannot be read, so counts were not checked.";
}
