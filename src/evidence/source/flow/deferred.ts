/**
 * The calls that wait for the end of a function, as linked lists, the newest first.
 *
 * Lists are shared: the same calls deferred in the same order are the same object, however often a block is looked at. So two
 * ways that deferred the same things are seen to be equal at once.
 */

/** A deferred call and those before it; the list without a call has the site -1. */
export interface Deferred {
  readonly site: number;
  /** Not on all ways. */
  readonly maybe: boolean;
  readonly rest: Deferred | null;
  readonly depth: number;
  readonly extensions: Map<number, Deferred>;
}

/** More than this many deferred calls in one function are not looked at. */
const mostDeferred = 100;

/** A list without a call. */
export function noDeferred(): Deferred {
  return { site: -1, maybe: false, rest: null, depth: 0, extensions: new Map() };
}

/** Adds a deferred call; a call deferred again and again in a loop counts once. */
export function defer(list: Deferred, site: number, maybe = false): Deferred {
  if (list.depth >= mostDeferred || contains(list, site)) {
    return list;
  }
  return extend(list, site, maybe);
}

function extend(list: Deferred, site: number, maybe: boolean): Deferred {
  const key = site * 2 + Number(maybe);
  const known = list.extensions.get(key);
  if (known !== undefined) {
    return known;
  }
  const extended: Deferred = { site, maybe, rest: list, depth: list.depth + 1, extensions: new Map() };
  list.extensions.set(key, extended);
  return extended;
}

function contains(list: Deferred, site: number): boolean {
  for (let entry: Deferred | null = list; entry !== null; entry = entry.rest) {
    if (entry.site === site) {
      return true;
    }
  }
  return false;
}

/** What is deferred after two ways have met: what only one of them deferred may or may not run. */
export function joinDeferred(one: Deferred, other: Deferred): Deferred {
  if (one === other) {
    return one;
  }
  const common = commonPart(one, other);
  let joined = common;
  for (const entry of above(one, common)) {
    joined = extend(joined, entry.site, entry.maybe || !contains(other, entry.site));
  }
  for (const entry of above(other, common)) {
    joined = defer(joined, entry.site, true);
  }
  return joined;
}

function commonPart(one: Deferred, other: Deferred): Deferred {
  let a = one;
  let b = other;
  while (a !== b) {
    if (a.rest !== null && a.depth >= b.depth) {
      a = a.rest;
    } else if (b.rest === null) {
      break;
    } else {
      b = b.rest;
    }
  }
  return a;
}

/** The entries on top of `common`, the oldest first. */
function above(list: Deferred, common: Deferred): Deferred[] {
  const entries: Deferred[] = [];
  for (let entry = list; entry !== common && entry.rest !== null; entry = entry.rest) {
    entries.push(entry);
  }
  return entries.toReversed();
}
