/**
 * Runs a body: finds what is known at each of its events.
 *
 * Blocks are looked at again until nothing changes. Every part of a state can only change so often (a lock from held to
 * doubtful, a set of paths by getting smaller …), so this ends; a limit ends it for bodies that were made to be hard.
 */
import {
  type Body,
  type BodyBlock,
  entryBlock,
  type Event,
  exitBlock,
  type LockMode,
  type LockRef,
  type ReturnedValue,
  type VariableUse,
} from "./body.js";
import { defer, type Deferred } from "./deferred.js";
import { join, type LockState, type State, union } from "./state.js";

const nowhere = { file: -1, pos: 0 };

/** What the rest of the program does at a site. */
export interface SiteEffect {
  /** Locks that are held, may be held or were released when the call returns, in the caller's own names. */
  readonly locks: readonly LockState[];
  /** Sites whose goroutines may be running afterwards because of the call. */
  readonly running: readonly number[];
  /** Keys of what was surely waited for. */
  readonly joined: readonly JoinKey[];
}

/** What is waited for; `all` when every goroutine of a group is waited for, not one of them. */
export interface JoinKey {
  readonly key: string;
  readonly all: boolean;
}

/** What a body cannot know by itself. */
export interface Environment {
  readonly effect: (site: number) => SiteEffect | null;
  /** What happens at a site itself, as `mu.Unlock()` of a `defer mu.Unlock()`. */
  readonly events: (site: number) => readonly Event[];
  /** The goroutines that may still be running when these keys were waited for. */
  readonly wait: (running: readonly number[], keys: readonly JoinKey[]) => readonly number[];
  /** The paths below a call's first result that are new. */
  readonly owned: (site: number) => readonly string[];
  /** Whether a function keeps what is in one of its variables, or hands it on. */
  readonly leaks: (use: VariableUse) => boolean;
}

/** Is told what is known before each event; a deferred call comes with the state when it runs. */
export type Visitor = (event: Event, before: State) => void;

/** More locks than this at one place are left out: nobody holds so many, but somebody may write it. */
const mostLocks = 100;

/** No body needs more looks at its blocks than this many times their number. */
const looksPerBlock = 30;

/** The state when the function returns, after its deferred calls; null when it never does. */
export function runBody(
  body: Body,
  start: State,
  environment: Environment,
  visit: Visitor | null,
): State | null {
  const before = new Map<number, State>([[entryBlock, start]]);
  const waiting = new Set([entryBlock]);
  let looks = looksPerBlock * body.blocks.length;
  for (const index of waiting) {
    // A block that is added again while the set is walked through comes up again.
    waiting.delete(index);
    looks -= 1;
    if (looks < 0) {
      break;
    }
    const block = body.blocks[index];
    const state = before.get(index);
    if (block === undefined || state === undefined) {
      continue;
    }
    const after = runBlock(block, state, environment, null);
    for (const next of block.next) {
      const known = before.get(next);
      const joined = known === undefined ? after : join(known, after);
      if (joined !== known) {
        before.set(next, joined);
        waiting.add(next);
      }
    }
  }
  if (visit !== null) {
    for (const [index, state] of before) {
      const block = body.blocks[index];
      if (block !== undefined) {
        runBlock(block, state, environment, visit);
      }
    }
  }
  const atExit = before.get(exitBlock);
  return atExit === undefined ? null : runDeferred(atExit, environment, visit);
}

function runBlock(block: BodyBlock, start: State, environment: Environment, visit: Visitor | null): State {
  let state = start;
  for (const event of block.events) {
    visit?.(event, state);
    state = step(state, event, environment);
  }
  return state;
}

function runDeferred(start: State, environment: Environment, visit: Visitor | null): State {
  let state = start;
  for (let entry: Deferred | null = start.deferred; entry !== null && entry.site >= 0; entry = entry.rest) {
    let after = state;
    for (const event of [...environment.events(entry.site), { kind: "site", site: entry.site } as const]) {
      visit?.(event, after);
      after = step(after, event, environment);
    }
    state = entry.maybe ? join(after, state) : after;
  }
  return state;
}

function step(state: State, event: Event, environment: Environment): State {
  switch (event.kind) {
    case "lock":
      return withLock(state, { lock: event.lock, mode: event.mode, status: "held", at: event.at });
    case "unlock":
      return withoutLock(state, event.lock, event.mode);
    case "site": {
      const effect = environment.effect(event.site);
      return effect === null ? state : withEffect(state, effect, environment);
    }
    case "defer":
      return { ...state, deferred: defer(state.deferred, event.site) };
    case "join":
      return withJoin(
        state,
        event.keys.map((key) => ({ key, all: event.all })),
        environment,
      );
    case "own":
      return state.own.has(event.path) ? state : { ...state, own: new Set([...state.own, event.path]) };
    case "drop":
      return withoutPath(state, event.path);
    case "receive":
      return withOwned(state, event.root, environment.owned(event.site));
    case "return":
      return { ...state, returned: returnedPaths(state, event.value, environment) };
    case "share":
      return state.own.size > 0 && (event.through === null || environment.leaks(event.through))
        ? withoutRoot(state, event.root)
        : state;
    default:
      // What is only looked at: accesses; and channels that turned out not to be locks.
      return state;
  }
}

function withOwned(state: State, root: number, below: readonly string[]): State {
  const cleared = withoutRoot(state, root);
  return below.length === 0
    ? cleared
    : { ...cleared, own: new Set([...cleared.own, ...below.map((path) => `${root}${path}`)]) };
}

function returnedPaths(state: State, value: ReturnedValue, environment: Environment): ReadonlySet<string> {
  if (value === null) {
    return new Set();
  }
  if ("paths" in value) {
    return new Set(value.paths);
  }
  if ("site" in value) {
    return new Set(environment.owned(value.site));
  }
  const root = `${value.root}`;
  if (!state.own.has(root)) {
    return new Set();
  }
  const below = [...state.own].filter((path) => path === root || path.startsWith(`${root}.`));
  return new Set(below.map((path) => path.slice(root.length)));
}

function withLock(state: State, lock: LockState): State {
  if (state.locks.size >= mostLocks) {
    return state;
  }
  const locks = new Map(state.locks);
  locks.set(lock.lock.path.id, lock);
  return { ...state, locks };
}

/** Also finds the lock under another name, by its key: what is unlocked must have been locked. */
function withoutLock(state: State, lock: LockRef, mode: LockMode): State {
  const { id } = lock.path;
  const own = state.locks.get(id);
  if (own?.status === "released") {
    return state;
  }
  const locks = new Map(state.locks);
  if (own !== undefined) {
    locks.delete(id);
    return { ...state, locks };
  }
  for (const [other, held] of locks) {
    if (held.lock.key === lock.key && held.status !== "released") {
      locks.delete(other);
      return { ...state, locks };
    }
  }
  locks.set(id, { lock, mode, status: "released", at: nowhere });
  return { ...state, locks };
}

function withEffect(before: State, effect: SiteEffect, environment: Environment): State {
  let state = before;
  for (const lock of effect.locks) {
    if (lock.status === "released") {
      state = withoutLock(state, lock.lock, lock.mode);
    } else if (lock.status === "held" || !state.locks.has(lock.lock.path.id)) {
      state = withLock(state, lock);
    }
  }
  const running = union(state.running, effect.running);
  state = running === state.running ? state : { ...state, running };
  return withJoin(state, effect.joined, environment);
}

function withJoin(state: State, keys: readonly JoinKey[], environment: Environment): State {
  if (keys.length === 0) {
    return state;
  }
  const running = environment.wait(state.running, keys);
  const joined = new Set(state.joined);
  for (const { key, all } of keys) {
    joined.add(joinName(key, all));
  }
  return { ...state, running, joined: joined.size === state.joined.size ? state.joined : joined };
}

/** A join key as a member of {@link State.joined}. */
export function joinName(key: string, all: boolean): string {
  return `${all ? "all" : "one"} ${key}`;
}

/** The reverse of {@link joinName}. */
export function parseJoinName(name: string): JoinKey {
  return { key: name.slice(4), all: name.startsWith("all ") };
}

/** What is at a path, and below it, is not one's own any more; what is around it is, but not with all that is in it. */
function withoutPath(state: State, path: string): State {
  const isGone = (own: string): boolean =>
    own === path || own.startsWith(`${path}.`) || (own.endsWith(".*") && path.startsWith(own.slice(0, -1)));
  return [...state.own].some(isGone)
    ? { ...state, own: new Set([...state.own].filter((own) => !isGone(own))) }
    : state;
}

function withoutRoot(state: State, root: number): State {
  const gone = [...state.own].filter((path) => path === `${root}` || path.startsWith(`${root}.`));
  if (gone.length === 0) {
    return state;
  }
  const own = new Set(state.own);
  for (const path of gone) {
    own.delete(path);
  }
  return { ...state, own };
}
