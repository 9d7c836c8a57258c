/**
 * How goroutines tell that they are done, and who waits for it.
 *
 * A signal key is a way and a variable: `done` (a wait group), `close` and `send` (a channel), `loop` (sends in a loop: one of
 * them says nothing about the end).
 */
import { type SiteIndex } from "./site-index.js";
import { type Synonyms } from "./synonyms.js";
import { type JoinKey } from "./run.js";
import { union } from "./state.js";

/** The ways to signal. */
export type SignalWay = "done" | "close" | "send" | "loop";

/** A way to signal and the key of the variable that serves for it. */
export function signalKey(way: SignalWay, key: string): string {
  return `${way} ${key}`;
}

const onceStart = "once ";

/** The key of a sync.Once in its role as a lock. */
export function onceKey(key: string): string {
  return onceStart + key;
}

/** Whether a lock's key is one of {@link onceKey}. */
export function isOnceKey(key: string): boolean {
  return key.startsWith(onceStart);
}

/** The same signal under the name of its group of synonyms. */
export function normalSignal(signal: string, synonyms: Synonyms): string {
  const space = signal.indexOf(" ");
  return `${signal.slice(0, space)} ${synonyms.group(signal.slice(space + 1))}`;
}

/** How deep calls are followed in search of a signal. */
const deepestCall = 3;
const mostFunctions = 60;

/** What is known about the end of functions that were run already. */
export interface Endings {
  readonly left: (func: number) => readonly number[];
  readonly joined: (func: number) => readonly JoinKey[];
}

/** Knows on what started goroutines signal. */
export class Signals {
  readonly #known = new Map<number, ReadonlySet<string>>();

  constructor(
    readonly sites: SiteIndex,
    readonly endings: Endings,
  ) {}

  /** The goroutines that may still be running when these keys were waited for. */
  wait(running: readonly number[], keys: readonly JoinKey[]): readonly number[] {
    if (running.length === 0) {
      return running;
    }
    const { synonyms } = this.sites.model;
    const waiting = keys.map(({ key, all }) => ({ key: normalSignal(key, synonyms), all }));
    let left = running;
    // Each wait may tell that others were waited for before; that ends, for goroutines only become fewer.
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { key, all } = next;
      const done = left.filter((site) => this.#ends(site, key, all));
      if (done.length === 0) {
        continue;
      }
      left = left.filter((site) => !done.includes(site));
      for (const site of done) {
        for (const func of this.sites.started(site)) {
          left = union(
            left,
            this.endings.left(func).filter((inner) => !done.includes(inner)),
          );
          waiting.push(...this.endings.joined(func).filter((one) => one.all));
        }
      }
    }
    return left;
  }

  #ends(site: number, key: string, all: boolean): boolean {
    const signals = this.of(site);
    if (!signals.has(key)) {
      return false;
    }
    if (!all && this.sites.model.sites[site]?.inLoop === true) {
      return false;
    }
    // A value that was received says nothing about the end of one who sends many and closes then.
    return !(key.startsWith("close ") && !all && signals.has(`loop ${key.slice("close ".length)}`));
  }

  /** The keys on which what a site starts signals. */
  of(site: number): ReadonlySet<string> {
    const known = this.#known.get(site);
    if (known !== undefined) {
      return known;
    }
    const found = this.#find(site);
    this.#known.set(site, found);
    return found;
  }

  #find(site: number): ReadonlySet<string> {
    const { model } = this.sites;
    const found = new Set(model.sites[site]?.signals);
    let level = [...this.sites.started(site), ...this.sites.carriers(site)];
    const seen = new Set(level);
    for (let depth = 0; depth <= deepestCall && level.length > 0; depth += 1) {
      const next: number[] = [];
      for (const func of level) {
        for (const signal of model.infos[func]?.signals ?? []) {
          found.add(signal);
        }
        for (const callee of this.sites.calleesOf(func)) {
          if (!seen.has(callee) && seen.size < mostFunctions) {
            seen.add(callee);
            next.push(callee);
          }
        }
      }
      level = next;
    }
    return new Set([...found].map((signal) => normalSignal(signal, model.synonyms)));
  }
}
