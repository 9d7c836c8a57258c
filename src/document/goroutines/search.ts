/** Finds goroutines by words of their stacks and by their handles, and by state and whose code is on them. */
import type { GoroutineList } from "./goroutine-list.js";

/** What is looked for. */
export interface GoroutineQuery {
  /** Words, of which all have to be on a goroutine: parts of functions, files and states, `main.go:12`, `g7`. */
  readonly text: string;
  /** Only goroutines in this state; empty for all. */
  readonly state: string;
  /** Only goroutines that run the program's own code. */
  readonly own: boolean;
  /** Only goroutines with these ids; undefined for all. */
  readonly only: ReadonlySet<number> | undefined;
}

/** What was found. */
export interface GoroutineMatches {
  /** Stacks, those that matter first. */
  readonly stacks: Uint32Array;
  /** How many goroutines have these stacks, of which those that were asked for by their handle count alone. */
  readonly goroutines: number;
}

/** So many words of a query are looked at. */
const mostWords = 8;

/** Searches one list, however long; what it needs is made once. */
export class GoroutineSearch {
  /** The stacks in the order in which they are shown. */
  readonly #order: Uint32Array;
  #text: string | undefined;
  #begins = new Uint32Array(0);
  #words: ReturnType<GoroutineList["words"]> | undefined;
  readonly #goroutineOfId = new Map<number, number>();
  readonly #states = new Map<string, number>();

  /** @param first ids of goroutines whose stacks come first */
  constructor(
    private readonly list: GoroutineList,
    first: readonly number[] = [],
  ) {
    for (let goroutine = 0; goroutine < list.count; goroutine += 1) {
      const id = list.ids[goroutine] ?? -1;
      if (id >= 0 && !this.#goroutineOfId.has(id)) {
        this.#goroutineOfId.set(id, goroutine);
      }
    }
    const rank = new Float64Array(list.stackCount);
    for (let stack = 0; stack < list.stackCount; stack += 1) {
      const count = list.countOf(stack);
      rank[stack] = -count;
      const state = list.stateOf(stack);
      this.#states.set(state, (this.#states.get(state) ?? 0) + count);
    }
    first.forEach((id, index) => {
      const goroutine = this.#goroutineOfId.get(id);
      const stack = goroutine === undefined ? undefined : list.stackOf[goroutine];
      if (stack !== undefined && (rank[stack] ?? 0) > -Number.MAX_SAFE_INTEGER / 2) {
        rank[stack] = index - Number.MAX_SAFE_INTEGER;
      }
    });
    this.#order = Uint32Array.from({ length: list.stackCount }, (_, stack) => stack).toSorted(
      (one, other) => (rank[one] ?? 0) - (rank[other] ?? 0) || one - other,
    );
  }

  /** States with how many goroutines are in each, the most frequent first. */
  states(): { readonly state: string; readonly count: number }[] {
    return [...this.#states]
      .map(([state, count]) => ({ state, count }))
      .toSorted((one, other) => other.count - one.count || (one.state < other.state ? -1 : 1));
  }

  /** The goroutine with an id; undefined where it is not listed. */
  goroutineOf(id: number): number | undefined {
    return this.#goroutineOfId.get(id);
  }

  /** Makes what searching texts needs; the first search does it too. */
  prepare(): void {
    if (this.#words !== undefined) {
      return;
    }
    const words = this.list.words();
    this.#words = words;
    this.#text = `${words.texts.join("\n")}\n`;
    this.#begins = new Uint32Array(words.texts.length + 1);
    let at = 0;
    words.texts.forEach((text, index) => {
      at += text.length + 1;
      this.#begins[index + 1] = at;
    });
  }

  /** Searches. */
  find(query: GoroutineQuery): GoroutineMatches {
    const { list } = this;
    const keep = new Uint8Array(list.stackCount).fill(1);
    let asked: number | undefined;
    for (const word of wordsIn(query.text)) {
      const goroutine = this.#goroutineNamed(word);
      if (goroutine !== undefined) {
        const stack = list.stackOf[goroutine] ?? -1;
        for (let other = 0; other < keep.length; other += 1) {
          keep[other] = other === stack ? (keep[other] ?? 0) : 0;
        }
        asked = goroutine;
      } else {
        this.#keepWith(word, keep);
      }
    }
    if (query.only !== undefined) {
      this.#keepOnly(query.only, keep);
    }
    const stacks = this.#order.filter(
      (stack) =>
        keep[stack] === 1 &&
        (query.state === "" || list.stateOf(stack) === query.state) &&
        (!query.own || list.isOwn(stack)),
    );
    const goroutines =
      asked === undefined ? stacks.reduce((sum, stack) => sum + list.countOf(stack), 0) : stacks.length;
    return { stacks, goroutines };
  }

  /** `g7` names a goroutine, where there is one; else it is a word like others. */
  #goroutineNamed(word: string): number | undefined {
    const id = /^g(\d{1,15})$/.exec(word)?.[1];
    return id === undefined ? undefined : this.#goroutineOfId.get(Number(id));
  }

  #keepOnly(only: ReadonlySet<number>, keep: Uint8Array): void {
    const wanted = new Set([...only].map((id) => this.list.stackOf[this.#goroutineOfId.get(id) ?? -1]));
    for (let stack = 0; stack < keep.length; stack += 1) {
      if (!wanted.has(stack)) {
        keep[stack] = 0;
      }
    }
  }

  /** Leaves those stacks that have a text with this word. A number is an id too. */
  #keepWith(word: string, keep: Uint8Array): void {
    this.prepare();
    const words = this.#words;
    if (words === undefined) {
      return;
    }
    const has = this.#textsWith(word, words.texts.length);
    const byId = /^\d{1,15}$/.test(word) ? this.#goroutineOfId.get(Number(word)) : undefined;
    const stackById = byId === undefined ? -1 : (this.list.stackOf[byId] ?? -1);
    const { begins, list } = words;
    for (let stack = 0; stack < keep.length; stack += 1) {
      if (keep[stack] === 0 || stack === stackById) {
        continue;
      }
      const end = begins[stack + 1] ?? 0;
      let at = begins[stack] ?? 0;
      while (at < end && has[list[at] ?? 0] !== 1) {
        at += 1;
      }
      if (at >= end) {
        keep[stack] = 0;
      }
    }
  }

  /** Which texts have a word: all texts are one, and where it is found there, the text is looked up by its place. */
  #textsWith(word: string, count: number): Uint8Array {
    const has = new Uint8Array(count);
    const text = this.#text ?? "";
    const begins = this.#begins;
    let index = 0;
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, begins[index + 1] ?? text.length)) {
      index = lastAtOrBefore(begins, at, index);
      if (index >= count) {
        break;
      }
      has[index] = 1;
    }
    return has;
  }
}

/** The words of a query. */
function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, mostWords);
}

/** The last index whose value is at most so much, at or after `from`: it is often near. */
function lastAtOrBefore(values: Uint32Array, wanted: number, from: number): number {
  let step = 1;
  while (from + step < values.length && (values[from + step] ?? 0) <= wanted) {
    step *= 2;
  }
  let low = from + Math.floor(step / 2);
  let high = Math.min(values.length - 1, from + step);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((values[middle] ?? 0) <= wanted) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** The goroutines of each stack, in the order of the list. */
export class StackMembers {
  readonly #begins: Uint32Array;
  readonly #members: Uint32Array;

  constructor({ count, stackCount, stackOf }: Pick<GoroutineList, "count" | "stackCount" | "stackOf">) {
    const begins = new Uint32Array(stackCount + 1);
    for (let goroutine = 0; goroutine < count; goroutine += 1) {
      const stack = stackOf[goroutine] ?? -1;
      if (stack >= 0 && stack < stackCount) {
        begins[stack + 1] = (begins[stack + 1] ?? 0) + 1;
      }
    }
    for (let stack = 0; stack < stackCount; stack += 1) {
      begins[stack + 1] = (begins[stack + 1] ?? 0) + (begins[stack] ?? 0);
    }
    const next = begins.slice();
    const members = new Uint32Array(begins[stackCount] ?? 0);
    for (let goroutine = 0; goroutine < count; goroutine += 1) {
      const stack = stackOf[goroutine] ?? -1;
      if (stack >= 0 && stack < stackCount) {
        members[next[stack] ?? 0] = goroutine;
        next[stack] = (next[stack] ?? 0) + 1;
      }
    }
    this.#begins = begins;
    this.#members = members;
  }

  /** The goroutines of a stack. */
  of(stack: number): Uint32Array {
    return this.#members.subarray(this.#begins[stack] ?? 0, this.#begins[stack + 1] ?? 0);
  }
}
