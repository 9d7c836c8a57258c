/**
 * How a run has ended, as a person would say it.
 *
 * What is right is what some order of whole operations could give: the same program with a mutex around each operation,
 * explored completely, is the measure. A run whose results and final contents none of these orders gives is _damaged_,
 * even when nothing was noticed.
 */
import { type Execution } from "../explore/execution.js";
import { type Observation } from "../explore/model-goroutine.js";
import { END, ENDLESS, FATAL, FAULT, isTerminal, PANIC } from "../explore/operations.js";
import { siteAt } from "../machine/sites.js";
import { type CompiledProgram } from "./compiled.js";
import { EndMemory, type FinalContents } from "./end-memory.js";
import { type Reference } from "./reference.js";

/** From the one that takes precedence down. */
export const outcomeGroups = [
  "nothing",
  "fatal error",
  "panic",
  "read outside",
  "endless loop",
  "deadlock",
  "silent damage",
] as const;

export type OutcomeGroup = (typeof outcomeGroups)[number];

/** Kinds of damage; a run with several of them is counted under the first. */
const damageKinds = [
  "read outside",
  "element seen twice",
  "element never seen",
  "key missed",
  "zero value read",
  "stale value read",
  "lost update",
  "element not removed",
  "element twice",
  "count wrong",
  "broken invariant",
  "endless loop",
  "impossible order",
];

function rankOf(kind: string): number {
  return damageKinds.indexOf(kind);
}

/** A goroutine that was stopped. */
export interface StoppedSide {
  readonly goroutine: string;
  /** `concurrent map writes` */
  readonly message: string;
  /** The map function: `mapassign_fast64`. */
  readonly function: string;
  /** What it was about to do. */
  readonly step: string;
}

/** How a run has ended. */
export interface Outcome {
  readonly group: OutcomeGroup;
  /** The kinds of damage, or the message: what the table of outcomes has a line for. */
  readonly kinds: readonly string[];
  /** A sentence for each thing that is wrong. */
  readonly details: readonly string[];
  readonly stopped: readonly StoppedSide[];
  /** How often Go's check has fired without effect. */
  readonly ignored: number;
}

/** What a run showed, before it is judged. */
export interface Results {
  readonly observations: readonly (readonly Observation[])[];
  readonly contents: ReadonlyMap<string, FinalContents>;
  /** What the goroutines saw, and what is in the maps: equal for runs that nobody can tell apart. */
  readonly signature: string;
}

/** Tells how runs of a program have ended. */
export class OutcomeTeller {
  readonly #left: EndMemory;
  readonly #keys: ReadonlySet<number | string>;

  constructor(
    private readonly compiled: CompiledProgram,
    /** What is right; undefined when there is nothing to measure by. */
    public reference: Reference | undefined,
  ) {
    this.#left = new EndMemory(compiled);
    this.#keys = keysOf(compiled);
  }

  /** What a run showed. */
  results(execution: Execution): Results {
    const { histories, shared } = this.compiled;
    const observations = Array.from(execution.node, (node) => histories.detail(node).observations);
    this.#left.load(execution);
    const contents = new Map<string, FinalContents>();
    for (const [name, map] of shared.maps) {
      const keys = [...this.#keys].filter((key) => (typeof key === "string") === (map.key === "string"));
      contents.set(name, this.#left.contents(map, keys));
    }
    return { observations, contents, signature: signatureOf(observations, contents) };
  }

  /** How a run has ended. */
  tell(execution: Execution): Outcome {
    const stopped = this.#stopped(execution);
    const { histories } = this.compiled;
    const ignored = Array.from(execution.node).reduce((sum, node) => sum + histories.detail(node).ignored, 0);
    if (stopped.length > 0) {
      return this.#stop(stopped, ignored);
    }
    const waiting = this.#waiting(execution);
    if (waiting.length > 0) {
      const details = [`${waiting.join(" and ")} wait for ever`];
      return { group: "deadlock", kinds: ["deadlock"], details, stopped, ignored };
    }
    const results = this.results(execution);
    const damage = this.#damage(execution, results);
    const kinds = [...new Set(damage.map(({ kind }) => kind))].toSorted((a, b) => rankOf(a) - rankOf(b));
    return {
      group:
        kinds.length === 0 ? "nothing" : kinds.includes("read outside") ? "read outside" : "silent damage",
      kinds,
      details: damage.map(({ sentence }) => sentence),
      stopped,
      ignored,
    };
  }

  #stopped(execution: Execution): (StoppedSide & { readonly kind: number })[] {
    const { histories, program } = this.compiled;
    const sides: (StoppedSide & { readonly kind: number })[] = [];
    execution.node.forEach((node, goroutine) => {
      const kind = histories.kind[node] ?? END;
      if (kind !== END && isTerminal(kind)) {
        const { function: name, text } = siteAt(histories.site[node] ?? 0);
        const message = kind === FAULT ? faultMessage(histories.size[node] ?? 0) : histories.message(node);
        sides.push({
          kind,
          goroutine: program.goroutines[goroutine]?.name ?? String(goroutine),
          message: kind === ENDLESS ? this.#endless(node) : message,
          function: name,
          step: text,
        });
      }
    });
    return sides;
  }

  #endless(node: number): string {
    const { histories } = this.compiled;
    return histories.isExhausted(node)
      ? "needs more memory than the model has"
      : `does not come to an end within ${histories.longest.toLocaleString("en-US")} steps`;
  }

  #stop(sides: readonly (StoppedSide & { readonly kind: number })[], ignored: number): Outcome {
    const worst =
      sides.find(({ kind }) => kind === FATAL) ?? sides.find(({ kind }) => kind !== ENDLESS) ?? sides[0];
    const kind = worst?.kind ?? FATAL;
    const group: OutcomeGroup =
      kind === FATAL
        ? "fatal error"
        : kind === PANIC
          ? "panic"
          : kind === FAULT
            ? "read outside"
            : "endless loop";
    const stopped = sides.map(({ kind: _kind, ...side }) => side);
    const alike = sides.filter((side) => side.kind === kind);
    const kinds = [...new Set(alike.map(({ message }) => message))].map((message) => {
      const names = alike.filter((side) => side.message === message).map(({ goroutine }) => goroutine);
      const who = names.join(" and ");
      return kind === FATAL ? `${message}, noticed by ${who}` : `${message} (${who})`;
    });
    const details = stopped.map(
      ({ goroutine, message, function: name, step }) => `${goroutine}: ${message}; in ${name}, at ${step}`,
    );
    return { group, kinds, details, stopped, ignored };
  }

  #waiting(execution: Execution): string[] {
    const { histories, program } = this.compiled;
    return program.goroutines
      .filter((_goroutine, index) => !isTerminal(histories.kind[execution.node[index] ?? 0] ?? END))
      .map(({ name }) => name);
  }

  #damage(execution: Execution, results: Results): { readonly kind: string; readonly sentence: string }[] {
    const { histories, program, shared } = this.compiled;
    const damage: { kind: string; sentence: string }[] = [];
    execution.node.forEach((node, goroutine) => {
      const { outside } = histories.detail(node);
      if (outside !== 0) {
        const { function: name, text } = siteAt(outside);
        const who = program.goroutines[goroutine]?.name ?? "";
        damage.push({
          kind: "read outside",
          sentence: `${who} left the object that ${text} is in, in ${name}`,
        });
      }
    });
    this.#left.load(execution);
    for (const [name, map] of shared.maps) {
      for (const { where, sentence } of map.functions.brokenInvariants?.(this.#left.memory, map.address) ??
        []) {
        damage.push({
          kind: where === "count" ? "count wrong" : "broken invariant",
          sentence: `${name}: ${where}: ${sentence}`,
        });
      }
    }
    if (this.reference !== undefined && !this.reference.has(results.signature)) {
      damage.push(...this.reference.differences(results));
    }
    return damage;
  }
}

/** A node that a missing object led to has no size; one at which the address is none of the heap has. */
function faultMessage(size: number): string {
  return size === 0 ? "access outside of all objects" : "invalid memory address or nil pointer dereference";
}

/** All keys that stand in a program or that its loops count through (the first 64). */
function keysOf({ program }: CompiledProgram): ReadonlySet<number | string> {
  const keys = new Set<number | string>();
  program.maps.forEach(({ entries }) => entries.forEach(({ key }) => keys.add(key)));
  for (const { text } of program.statements) {
    for (const word of text.match(/"[^"]*"|\b\d+\b/g) ?? []) {
      keys.add(word.startsWith('"') ? word.slice(1, -1) : Number(word));
    }
  }
  const loops = program.statements.filter(({ kind }) => kind === "for");
  if (loops.length > 0) {
    const most = Math.max(...[...keys].filter((key) => typeof key === "number"), 0);
    for (let key = 0; key < Math.min(64, most); key++) {
      keys.add(key);
    }
  }
  return new Set([...keys].slice(0, 200));
}

/** Equal for runs that differ only in the order in which a range gave its elements. */
function signatureOf(
  observations: readonly (readonly Observation[])[],
  contents: ReadonlyMap<string, FinalContents>,
): string {
  const seen = observations.map((row) =>
    row.map(({ value, entries }) => (entries === undefined ? (value ?? "-") : sorted(entries))),
  );
  const left = [...contents].map(([name, { length, ranged, found }]) => [
    name,
    length,
    ranged === undefined ? "?" : sorted(ranged),
    [...found].map(([key, value]) => [key, value === undefined ? "-" : value]),
  ]);
  return JSON.stringify([seen, left]);
}

/** Entries by key. */
export function sorted(
  entries: readonly (readonly [number | string, number])[],
): (readonly [number | string, number])[] {
  return entries.toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]));
}
