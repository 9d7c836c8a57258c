/** What the payloads of an access say: docs/event-file.md, "Event". Numbers, not objects: these run once for each event. */
import type { Operation } from "../../case/case.js";

/** The operation's number, from payload a; 0 where there is none. */
export function operationNumber(a: number): number {
  const number = a & 0xff;
  return number <= lastOperation ? number : 0;
}

/** Why the access was recorded, from payload a: 1 = goroutines take turns, 2 = a new place of the same goroutine. */
export function reasonNumber(a: number): number {
  return (a >>> 8) & 0xff;
}

/** Reads that were counted and not recorded, from payload a. */
export function countedReads(a: number): number {
  return Math.floor(a / 65_536) % 4_294_967_296;
}

/** The highest operation number. */
export const lastOperation = 8;

/** Whether the operation with this number changes the map: assign, delete, clear. */
export function changesByNumber(number: number): boolean {
  return number === 2 || number === 3 || number === 6;
}

/** The operation with a number; null for one that is not known. */
export function operationOfNumber(number: number): Operation | null {
  switch (number) {
    case 1:
      return "read";
    case 2:
      return "write";
    case 3:
      return "delete";
    case 4:
    case 5:
      return "iterate";
    case 6:
      return "clear";
    case 7:
      return "clone";
    case 8:
      return "length";
    default:
      return null;
  }
}
