/**
 * What is known at a point of a function: which locks are held, which goroutines may be running, what nobody else has.
 *
 * A state never changes; every step gives a new one. Two ways that meet keep what holds on both.
 */
import { type EventPlace, type LockMode, type LockRef } from "./body.js";
import { type Deferred, joinDeferred, noDeferred } from "./deferred.js";

/** A lock at a point. */
export interface LockState {
  readonly lock: LockRef;
  readonly mode: LockMode;
  /**
   * `held`: on all ways here. `maybe`: on some. `released`: unlocked here although this function did not lock it, so the
   * caller no longer holds it.
   */
  readonly status: "held" | "maybe" | "released";
  /** Where it was taken. */
  readonly at: EventPlace;
}

/** What is known at a point. */
export interface State {
  readonly locks: ReadonlyMap<string, LockState>;
  /** Sites whose goroutines may be running, ascending. */
  readonly running: readonly number[];
  /** Paths to what nobody else has. */
  readonly own: ReadonlySet<string>;
  readonly deferred: Deferred;
  /** The paths below the first result that are new; null where the function has not returned. */
  readonly returned: ReadonlySet<string> | null;
  /** Keys of wait groups and channels that were surely waited for, since the function began. */
  readonly joined: ReadonlySet<string>;
}

const noLocks: ReadonlyMap<string, LockState> = new Map();
const nothing: ReadonlySet<string> = new Set();
const none: readonly number[] = [];

/** The state in which nothing is known, for one function. */
export function emptyState(): State {
  return {
    locks: noLocks,
    running: none,
    own: nothing,
    deferred: noDeferred(),
    joined: nothing,
    returned: null,
  };
}

/** The state after two ways have met. */
export function join(one: State, other: State): State {
  if (one === other) {
    return one;
  }
  const locks = joinLocks(one.locks, other.locks);
  const running = union(one.running, other.running);
  const own = intersection(one.own, other.own);
  const joined = intersection(one.joined, other.joined);
  const deferred = joinDeferred(one.deferred, other.deferred);
  const returned =
    one.returned === null || other.returned === null
      ? (one.returned ?? other.returned)
      : intersection(one.returned, other.returned);
  return locks === one.locks &&
    running === one.running &&
    own === one.own &&
    joined === one.joined &&
    deferred === one.deferred &&
    returned === one.returned
    ? one
    : { locks, running, own, deferred, joined, returned };
}

function joinLocks(
  one: ReadonlyMap<string, LockState>,
  other: ReadonlyMap<string, LockState>,
): ReadonlyMap<string, LockState> {
  if (one === other || (one.size === 0 && other.size === 0)) {
    return one;
  }
  let changed = false;
  const joined = new Map<string, LockState>();
  for (const [id, lock] of one) {
    const both = joinLock(lock, other.get(id));
    changed ||= both !== lock;
    joined.set(id, both);
  }
  for (const [id, lock] of other) {
    if (!one.has(id)) {
      changed = true;
      joined.set(id, joinLock(lock, undefined));
    }
  }
  return changed ? joined : one;
}

/** A release on one of the ways counts as a release; a lock on one of the ways is a doubtful one. */
function joinLock(one: LockState, other: LockState | undefined): LockState {
  if (one.status === "released" || other?.status === "released") {
    return one.status === "released" ? one : { ...one, status: "released" };
  }
  const mode = other !== undefined && other.mode !== one.mode ? "rlock" : one.mode;
  const status = one.status === "held" && other?.status === "held" ? "held" : "maybe";
  return mode === one.mode && status === one.status ? one : { ...one, mode, status };
}

/** Stands in a list of running sites for more than are kept apart. */
export const anySite = -1;
const anything: readonly number[] = [anySite];

/** More sites than this are not kept apart among those that may be running. */
const mostRunning = 40;

/** The members of two ascending lists; `one` itself when it has them all. A long list becomes {@link anySite}. */
export function union(one: readonly number[], other: readonly number[]): readonly number[] {
  if (one[0] === anySite || other.length === 0) {
    return one;
  }
  if (other[0] === anySite) {
    return other;
  }
  const both = unionOf(one, other);
  return both.length > mostRunning ? anything : both;
}

function unionOf(one: readonly number[], other: readonly number[]): readonly number[] {
  if (one === other) {
    return one;
  }
  if (one.length === 0) {
    return other;
  }
  const all: number[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    const a = one[i] ?? Infinity;
    const b = other[j] ?? Infinity;
    all.push(Math.min(a, b));
    i += a <= b ? 1 : 0;
    j += b <= a ? 1 : 0;
  }
  return all.length === one.length ? one : all;
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  if (one === other || one.size === 0) {
    return one;
  }
  const both = new Set<string>();
  for (const member of one) {
    if (other.has(member)) {
      both.add(member);
    }
  }
  return both.size === one.size ? one : both;
}
