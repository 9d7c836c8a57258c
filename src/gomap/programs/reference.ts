/** What a program may show: all that some order of its whole operations gives. */
import { type Pieces, toEnd } from "../../base/pieces.js";
import { EndStates } from "../explore/end-states.js";
import { Execution } from "../explore/execution.js";
import { type Observation } from "../explore/model-goroutine.js";
import { Reduction } from "../explore/reduction.js";
import { lowest } from "../explore/search.js";
import { compile, type CompileOptions } from "./compiled.js";
import { OutcomeTeller, type Results } from "./outcome.js";
import { type Program } from "./syntax.js";

/** How many steps the exploration of the orders of whole operations may take. */
const mostSteps = 1_000_000;
/** Programs with longer runs have too many orders, and take long to find that out. */
const longestRun = 3000;
/** How many steps or ends a piece of it has. */
const stepsAtOnce = 100;

/** See the file's comment. */
export class Reference {
  readonly #signatures = new Set<string>();
  /** For each goroutine, place in its row of observations and statement: what may be seen there. */
  readonly #seen = new Map<string, Set<string>>();
  /** For each map and key: what may be found at the end. */
  readonly #found = new Map<string, Set<string>>();
  readonly #lengths = new Map<string, Set<number>>();
  /** For each range: in how many runs it was, and the elements that it gave. */
  readonly #ranges = new Map<
    string,
    { runs: number; readonly elements: Map<number | string, SeenElement> }
  >();

  private constructor(private readonly program: Program) {}

  /**
   * Explores the program with a mutex around each operation.
   *
   * @returns undefined when it has too many orders
   */
  static explore(program: Program, options: Omit<CompileOptions, "policy">): Reference | undefined {
    return toEnd(Reference.exploring(program, options));
  }

  /** The same in pieces. */
  static *exploring(
    program: Program,
    options: Omit<CompileOptions, "policy">,
  ): Pieces<Reference | undefined> {
    const compiled = compile(program, { ...options, policy: "lock-always" });
    const teller = new OutcomeTeller(compiled, undefined);
    const reference = new Reference(program);
    const ends = new EndStates((execution) => teller.results(execution), false);
    const first = new Execution(compiled.start("sc", true));
    for (let enabled = first.enabled(); enabled !== 0; enabled = first.enabled()) {
      first.execute(lowest(enabled));
      if (first.depth > longestRun) {
        return undefined;
      }
      if (first.depth % stepsAtOnce === 0) {
        yield;
      }
    }
    const search = new Reduction(new Execution(compiled.start("sc", false)), ends);
    while (!search.advance(stepsAtOnce)) {
      if (search.progress().steps >= mostSteps) {
        return undefined;
      }
      yield;
    }
    let added = 0;
    for (const { told } of ends) {
      reference.#add(told);
      if (++added % stepsAtOnce === 0) {
        yield;
      }
    }
    return reference;
  }

  /** Whether an order of whole operations gives exactly this. */
  has(signature: string): boolean {
    return this.#signatures.has(signature);
  }

  /** How many different results there are. */
  get size(): number {
    return this.#signatures.size;
  }

  #add({ observations, contents, signature }: Results): void {
    this.#signatures.add(signature);
    observations.forEach((row, goroutine) => {
      row.forEach((observation, index) => {
        const key = `${goroutine}:${index}:${observation.statement}`;
        if (observation.entries === undefined) {
          addTo(this.#seen, key, String(observation.value));
        } else {
          this.#addRange(key, observation.entries);
        }
      });
    });
    for (const [name, { found, length }] of contents) {
      const lengths = this.#lengths.get(name) ?? new Set();
      this.#lengths.set(name, lengths.add(length));
      for (const [key, value] of found) {
        addTo(this.#found, `${name}[${key}]`, String(value));
      }
    }
  }

  #addRange(key: string, entries: readonly (readonly [number | string, number])[]): void {
    const range = this.#ranges.get(key) ?? { runs: 0, elements: new Map<number | string, SeenElement>() };
    range.runs++;
    this.#ranges.set(key, range);
    for (const [entry, value] of entries) {
      const element = range.elements.get(entry) ?? { runs: 0, values: new Set<number>() };
      element.runs++;
      element.values.add(value);
      range.elements.set(entry, element);
    }
  }

  /** What is not right about results that no order of whole operations gives. */
  differences({ observations, contents }: Results): { readonly kind: string; readonly sentence: string }[] {
    const damage: { kind: string; sentence: string }[] = [];
    for (const [name, final] of contents) {
      for (const [key, value] of final.found) {
        const allowed = this.#found.get(`${name}[${key}]`) ?? new Set();
        if (!allowed.has(String(value))) {
          damage.push(finalDamage(`${name}[${key}]`, value, allowed));
        }
      }
      if (final.ranged === undefined) {
        damage.push({
          kind: "endless loop",
          sentence: `a range over ${name} afterwards does not come to an end`,
        });
      } else if (new Set(final.ranged.map(([key]) => key)).size < final.ranged.length) {
        damage.push({ kind: "element twice", sentence: `${name} has a key twice at the end` });
      }
      const lengths = this.#lengths.get(name) ?? new Set();
      if (!lengths.has(final.length)) {
        const sentence = `len(${name}) is ${final.length} at the end; it can be ${[...lengths].join(" or ")}`;
        damage.push({ kind: "count wrong", sentence });
      }
    }
    observations.forEach((row, goroutine) => {
      const who = this.program.goroutines[goroutine]?.name ?? "";
      row.forEach((observation, index) => {
        const key = `${goroutine}:${index}:${observation.statement}`;
        damage.push(...this.#observed(who, key, observation));
      });
    });
    if (damage.length === 0) {
      damage.push({
        kind: "impossible order",
        sentence: "each result is possible, but no order of the operations gives all of them",
      });
    }
    return damage;
  }

  #observed(who: string, key: string, observation: Observation): { kind: string; sentence: string }[] {
    const { entries, value, kind } = observation;
    const text = this.program.statements[observation.statement]?.text ?? "";
    const at = observation.key === undefined ? text : `${text} with key ${observation.key}`;
    if (entries !== undefined) {
      return this.#ranged(`${who}: ${text}`, key, entries);
    }
    const allowed = this.#seen.get(key);
    // Where no order comes to this operation at all, an earlier result has led here.
    if (allowed === undefined || allowed.has(String(value)) || kind === "set") {
      return [];
    }
    const can = [...allowed].map((one) => (one === "undefined" ? "not there" : one)).join(" or ");
    if (value === undefined) {
      return [{ kind: "key missed", sentence: `${who}: ${at} did not find the key; it can be ${can}` }];
    }
    const what = kind === "len" ? "count wrong" : value === 0 ? "zero value read" : "stale value read";
    return [{ kind: what, sentence: `${who}: ${at} gave ${value}; it can be ${can}` }];
  }

  #ranged(
    who: string,
    key: string,
    entries: readonly (readonly [number | string, number])[],
  ): { kind: string; sentence: string }[] {
    const damage: { kind: string; sentence: string }[] = [];
    const seen = new Set<number | string>();
    const range = this.#ranges.get(key);
    for (const [entry, value] of entries) {
      if (seen.has(entry)) {
        damage.push({ kind: "element seen twice", sentence: `${who} saw key ${entry} twice` });
      }
      seen.add(entry);
      const values = range?.elements.get(entry)?.values;
      if (range !== undefined && values?.has(value) !== true) {
        const kind = value === 0 ? "zero value read" : "stale value read";
        const can = values === undefined ? "not there" : [...values].join(" or ");
        damage.push({ kind, sentence: `${who} saw key ${entry} with ${value}; it can be ${can}` });
      }
    }
    for (const [entry, { runs }] of range?.elements ?? []) {
      if (runs === range?.runs && !seen.has(entry)) {
        const sentence = `${who} did not see key ${entry}, which was there all the time`;
        damage.push({ kind: "element never seen", sentence });
      }
    }
    return damage;
  }
}

interface SeenElement {
  runs: number;
  readonly values: Set<number>;
}

function finalDamage(
  element: string,
  value: number | undefined | null,
  allowed: ReadonlySet<string>,
): { kind: string; sentence: string } {
  const can = [...allowed].map((one) => (one === "undefined" ? "not there" : one)).join(" or ");
  if (value === null) {
    return {
      kind: "lost update",
      sentence: `a look-up of ${element} at the end does not come to an end, or reads outside`,
    };
  }
  const is = value === undefined ? "not there" : `${value}`;
  const kind =
    value !== undefined && [...allowed].every((one) => one === "undefined")
      ? "element not removed"
      : "lost update";
  return { kind, sentence: `${element} is ${is} at the end; it can be ${can}` };
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(value));
}
