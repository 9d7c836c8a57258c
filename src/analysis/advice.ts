/** What to do about a finding: only what is true of every conflict of its sort. */
import type { Operation, PlacedFrame, Side } from "../case/case.js";
import { isChange } from "./kind.js";
import { packageOf } from "./origin.js";

/**
 * Advice on a conflict, most important first.
 *
 * @param sides the change first
 * @param known whether it is known which locks the sides hold
 */
export function adviseOn(
  sides: readonly [Side, Side],
  known: { readonly locksKnown: boolean } = { locksKnown: false },
): string[] {
  const [first, second] = sides;
  return [
    mainAdvice(first, second),
    ...libraryAdvice(sides),
    ...sameLineAdvice(first, second),
    ...(known.locksKnown ? [] : [commonLockAdvice]),
  ];
}

const commonLockAdvice =
  "Where both places take a lock already, see that it is the same one: each copy of a struct brings a lock of its own, and a lock that is let go before the map is used protects nothing.";

function mainAdvice(change: Side, other: Side): string {
  const changing = gerund(change.operation);
  if (isChange(other.operation)) {
    const both =
      change.operation === other.operation ? changing : `${changing} and while ${gerund(other.operation)}`;
    return `Both sides change the map, so both need the same lock, taken with Lock (not RLock), while ${both}. Or let one goroutine own the map, and send it what is to be changed.`;
  }
  const lock = `Both sides need the same lock: Lock while ${changing}, RLock or Lock while ${gerund(other.operation)}. RLock does not protect a change.`;
  return `${lock}${holdAdvice(other.operation)}`;
}

/** How long the reading side has to hold the lock. */
function holdAdvice(operation: Operation): string {
  switch (operation) {
    case "iterate":
      return " Hold it for the whole loop, or copy the map under the lock and loop over the copy.";
    case "clone":
      return " Copying reads the whole map: hold it until the copy is done.";
    case "read":
    case "length":
    case "write":
    case "delete":
    case "clear":
    case "change":
      return "";
    default:
      return operation satisfies never;
  }
}

/** A library that walks the map itself: the lock has to be held around the call into it. */
function libraryAdvice(sides: readonly [Side, Side]): string[] {
  const names = new Set(sides.map((side) => libraryAbove(side.stack)).filter((name) => name !== undefined));
  return [...names].map(
    (name) =>
      `The map is used inside ${name}: hold the lock around the whole call, or pass it a copy of the map.`,
  );
}

/** The package that the program's own code called and that went to the map. */
function libraryAbove(stack: readonly PlacedFrame[]): string | undefined {
  const own = stack.findIndex((frame) => frame.origin === "own");
  const called = own > 0 ? stack[own - 1] : undefined;
  return called === undefined ? undefined : packageOf(called.function);
}

function sameLineAdvice(first: Side, second: Side): string[] {
  const same =
    first.site !== null &&
    second.site !== null &&
    first.site.file === second.site.file &&
    first.site.line === second.site.line;
  return same ? ["Both sides are at the same line: two goroutines run it at the same time."] : [];
}

function gerund(operation: Operation): string {
  switch (operation) {
    case "read":
      return "reading";
    case "write":
      return "writing";
    case "delete":
      return "deleting";
    case "iterate":
      return "iterating";
    case "clear":
      return "clearing";
    case "clone":
      return "copying";
    case "change":
      return "changing";
    case "length":
      return "asking for its length";
    default:
      return operation satisfies never;
  }
}
