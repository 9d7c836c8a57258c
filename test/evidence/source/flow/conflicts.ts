/** What the facts say about pairs of accesses: whether they may be a conflict, by the questions of the flow folder. */
import { type MapAccess, type SourceFacts } from "../../../../src/evidence/source/facts.js";
import { commonLocks, scopeOf } from "../../../../src/evidence/source/flow/guards.js";
import { Threads } from "../../../../src/evidence/source/flow/threads.js";

/** The three conditions of a conflict. */
export interface Verdict {
  /** (a) The variables may hold one map. */
  readonly connected: boolean;
  /** (b) Both can be reached at the same time. */
  readonly atOnce: boolean;
  /** (c) No lock surely keeps them apart. */
  readonly unlocked: boolean;
}

/** Judges pairs of accesses. */
export class Judge {
  readonly #threads: Threads;
  readonly #sources = new Map<number, ReadonlySet<number>>();

  constructor(readonly facts: SourceFacts) {
    this.#threads = new Threads(facts);
  }

  verdict(one: MapAccess, other: MapAccess): Verdict {
    const scope = one.variable === other.variable ? scopeOf(this.facts, one.variable) : null;
    return {
      connected: this.connected(one.variable, other.variable),
      atOnce: this.#threads.meeting(one, other, scope) !== null,
      unlocked: commonLocks(one, other).length === 0,
    };
  }

  /** Both may get their map from the same variable. */
  connected(one: number, other: number): boolean {
    const sources = this.#sourcesOf(one);
    return [...this.#sourcesOf(other)].some((source) => sources.has(source));
  }

  #sourcesOf(variable: number): ReadonlySet<number> {
    const known = this.#sources.get(variable);
    if (known !== undefined) {
      return known;
    }
    const found = new Set([variable]);
    for (const at of found) {
      for (const flow of this.facts.flows) {
        if (flow.to === at) {
          found.add(flow.from);
        }
      }
    }
    this.#sources.set(variable, found);
    return found;
  }

  /** All pairs among some accesses that may be a conflict, as text. */
  conflicts(accesses: readonly MapAccess[]): string[] {
    const found = new Set<string>();
    for (const [i, one] of accesses.entries()) {
      for (const other of accesses.slice(i)) {
        const changes = [one, other].some(({ operation }) => changing.has(operation));
        const { connected, atOnce, unlocked } = this.verdict(one, other);
        if (changes && connected && atOnce && unlocked) {
          found.add(`${place(one)} / ${place(other)}`);
        }
      }
    }
    return [...found];
  }
}

const changing: ReadonlySet<string> = new Set(["write", "change", "assign", "delete", "clear"]);

function place(access: MapAccess): string {
  return `${access.file}:${access.line} ${access.operation}`;
}
