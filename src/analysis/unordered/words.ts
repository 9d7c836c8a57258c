/** How sentences about order name things. The two sides are A and B, as the report draws them. */
import type { CaseFrame, LockHeld, Operation, Side, SideOrder, Synchronised } from "../../case/case.js";

/** A side of which the order was recorded. */
export type OrderedSide = Side & { readonly order: SideOrder };

/** The two sides, A and B. */
export type OrderedSides = readonly [OrderedSide, OrderedSide];

/** Which side. */
export type SideIndex = 0 | 1;

/** The other side. */
export function otherOf(index: SideIndex): SideIndex {
  return index === 0 ? 1 : 0;
}

/** `A` or `B`. */
export function letterOf(index: SideIndex): string {
  return index === 0 ? "A" : "B";
}

/** An access as a noun: `write`. */
export function accessNoun(operation: Operation): string {
  switch (operation) {
    case "read":
    case "write":
    case "change":
      return operation;
    case "delete":
      return "deletion";
    case "iterate":
      return "iteration";
    case "clear":
      return "clearing";
    case "clone":
      return "copying";
    case "length":
      return "look at the length";
    default:
      return operation satisfies never;
  }
}

/** `A's write`. */
export function accessOf(sides: OrderedSides, index: SideIndex): string {
  return `${letterOf(index)}'s ${accessNoun(sides[index].operation)}`;
}

/** `store.go:41`; the function where the file is not known; nothing where neither is. */
export function placeWords(frame: CaseFrame | null | undefined): string {
  if (frame === null || frame === undefined) {
    return "";
  }
  if (frame.file === null) {
    return frame.function === "?" ? "" : frame.function;
  }
  const name = frame.file.replace(/^.*[\\/]/, "");
  return frame.line === null ? name : `${name}:${frame.line}`;
}

/** ` at store.go:41`, or nothing. */
export function atPlace(frame: CaseFrame | null | undefined): string {
  const place = placeWords(frame);
  return place === "" ? "" : ` at ${place}`;
}

/** `WaitGroup.Done at worker.go:30`. */
export function callWords({ how, at }: Synchronised): string {
  return `${howWords(how)}${atPlace(at)}`;
}

/** `c.mu, locked at store.go:41`; `c.mu for readers only (RLock at store.go:41)`. */
export function lockWords(lock: LockHeld): string {
  const name = lock.name ?? "a lock";
  const place = atPlace(lock.at);
  if (lock.reading) {
    return `${name} for readers only (RLock${place})`;
  }
  return place === "" ? name : `${name}, locked${place}`;
}

/** `WaitGroup.Done`; `synchronisation in fmt` where it is not known by what. */
export function howWords(how: string): string {
  return how.replace(/^\?/, "synchronisation");
}

/** At most so many locks are named. */
const mostLocks = 3;

/** All locks of a side: `no lock`, `c.mu, locked at store.go:41`, or several. */
export function locksWords(locks: readonly LockHeld[]): string {
  if (locks.length === 0) {
    return "no lock";
  }
  const named = locks.slice(0, mostLocks).map(lockWords);
  const left = locks.length - named.length;
  return listed(left > 0 ? [...named, `${left} more`] : named);
}

/** `a`, `a, and b`. The items may hold commas themselves. */
function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join("; ")}; and ${last}`;
}
