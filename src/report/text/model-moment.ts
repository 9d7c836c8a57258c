/** Tells of a run of a modelled program in its middle: what is shared, what was seen. */
import type { Observation } from "../../gomap/explore/model-goroutine.js";
import type { GoroutineMoment, MapMark, SharedValue } from "../../gomap/programs/moment.js";
import { stepText } from "./model-story.js";
import { many } from "./table.js";

/** `h.flags = 4: a writer is marked` */
export function mapMarkText({ field, value, marked }: MapMark): string {
  return `${field} = ${value}: ${marked ? "a writer is marked" : "nobody is marked"}`;
}

/** What something that is shared holds. */
export function sharedText({ kind, low, high }: SharedValue): string {
  switch (kind) {
    case "mutex":
    case "lock of the policy":
      return low === 0 ? "free" : "locked";
    case "rwmutex": {
      const writer = (high & 1) === 0 ? "" : "locked for writing";
      const readers = low === 0 ? "" : `locked by ${many(low, "reader")}`;
      const waiting = high >> 1 === 0 ? "" : `${many(high >> 1, "writer")} waiting`;
      return [writer, readers, waiting].filter((text) => text !== "").join(", ") || "free";
    }
    case "waitgroup":
      return `counter ${low}`;
    case "chan":
      return `${many(low, "value")}${high === 0 ? "" : ", closed"}`;
    case "var":
      return String(high * 0x1_0000_0000 + (low >>> 0));
    default:
      return kind satisfies never;
  }
}

/** What operations have given, where they give something: `m[1]: 10`; those that came last. */
export function seenTexts(
  seen: readonly Observation[],
  statements: readonly { readonly text: string }[],
  most: number,
): string[] {
  const told = seen.filter(
    ({ kind, ended }) => ended && kind !== "set" && kind !== "delete" && kind !== "clear" && kind !== "clone",
  );
  const texts = told.slice(-most).map(({ statement, key, value, entries }) => {
    const text = statements[statement]?.text ?? "";
    const withKey = key === undefined || text.includes(String(key)) ? text : `${text} with key ${key}`;
    const gave =
      entries === undefined
        ? value === undefined
          ? "not there"
          : String(value)
        : entries.length === 0
          ? "no elements"
          : entries.map(([one, element]) => `${one}: ${element}`).join(", ");
    return `${withKey} gave ${gave}`;
  });
  return told.length > most ? [many(told.length - most, "earlier result"), ...texts] : texts;
}

/** What a goroutine does next, or why it does nothing. */
export function standText({ state, next, message, buffer }: GoroutineMoment): string {
  const step = next === undefined ? "" : `${next.function}, ${next.phase}: ${stepText(next)}`;
  switch (state) {
    case "ready":
      return step;
    case "waiting":
      return `waits${buffer.length === 0 ? "" : " until its store buffer is empty"}: ${step}`;
    case "ended":
      return buffer.length === 0 ? "has ended" : "has ended; its store buffer is not empty";
    case "stopped":
      return message;
    case "halted":
      return "the program has ended";
    default:
      return state satisfies never;
  }
}
