/** When a breakpoint at a store of a map function is meant: expressions for GDB, of numbers and registers only. */
import type { Address } from "../../../golang/memory.js";
import type { FlagStore } from "../map-code/flag-stores.js";

/** How far a saved frame pointer may lie above the stack pointer to be believed. */
const nearBytes = 0x1_0000;

/**
 * The addresses to which the function that has the store, its caller and that one's caller return, as expressions; 0 where the chain of
 * frame pointers ends.
 */
export function returnAddresses(store: Pick<FlagStore, "stackDelta">): readonly string[] {
  const first = `*(unsigned long *)($rsp + ${store.stackDelta})`;
  const frame1 = `*(unsigned long *)($rsp + ${store.stackDelta - 8})`;
  const frame2 = `*(unsigned long *)(${frame1})`;
  return [first, guarded(frame1), `(${isNear(frame1)} ? ${guarded(frame2)} : 0UL)`];
}

function isNear(frame: string): string {
  return `(${frame} - (unsigned long)$rsp < ${nearBytes})`;
}

/** The return address above a frame pointer. */
function guarded(frame: string): string {
  return `(${isNear(frame)} ? *(unsigned long *)(${frame} + 8) : 0UL)`;
}

/**
 * Whether the store sets the mark of a writer, and is called from one of the places.
 *
 * @param bit the mark
 * @param callers return addresses
 * @param depth how many callers up the place may be
 */
export function setsTheMarkFor(
  store: FlagStore,
  bit: number,
  callers: readonly Address[],
  depth: 1 | 3,
): string {
  const sets = `($${store.valueRegister} & ${bit}) != 0`;
  const called = returnAddresses(store)
    .slice(0, depth)
    .flatMap((up) => callers.map((caller) => `${up} == 0x${caller.toString(16)}`));
  return `${sets} && (${called.join(" || ")})`;
}
