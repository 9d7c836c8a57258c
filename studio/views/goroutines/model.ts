/** What the view shows now: which goroutines, what is looked for, and what is selected; all of it stands in the address. */
import type { GoroutineMark, GoroutineSource } from "../../../src/document/goroutines/sources.js";
import {
  type GoroutineMatches,
  GoroutineSearch,
  StackMembers,
} from "../../../src/document/goroutines/search.js";

/** One source with what searching it needs. */
export interface OpenSource {
  readonly source: GoroutineSource;
  readonly search: GoroutineSearch;
  readonly members: StackMembers;
}

/** Opens a source; takes a moment for 200,000 goroutines. */
export function openSource(source: GoroutineSource): OpenSource {
  // Sides first, then all others that share the map.
  const marked = [...source.marks]
    .toSorted(([, one], [, other]) => rank(one) - rank(other))
    .map(([id]) => id);
  return {
    source,
    search: new GoroutineSearch(source.list, marked),
    members: new StackMembers(source.list),
  };
}

function rank(marks: readonly GoroutineMark[]): number {
  return Math.min(...marks.map(({ side }) => (side === "A" ? 0 : side === "B" ? 1 : 2)));
}

/** What the address says. */
export interface GoroutineParams {
  readonly text: string;
  readonly state: string;
  readonly own: boolean;
  /** Only those that share the map. */
  readonly shared: boolean;
  /** `g7`, or `s3` for the third stack where no id is known. */
  readonly select: string;
}

/** Reads it. */
export function goroutineParams(params: Readonly<Record<string, string>>): GoroutineParams {
  return {
    text: params["q"] ?? "",
    state: params["state"] ?? "",
    own: params["own"] === "1",
    shared: params["shared"] === "1",
    select: params["select"] ?? "",
  };
}

/** Searches. */
export function find({ source, search }: OpenSource, params: GoroutineParams): GoroutineMatches {
  const only = params.shared ? new Set(source.marks.keys()) : undefined;
  return search.find({ text: params.text, state: params.state, own: params.own, only });
}

/** What is selected. */
export interface Selected {
  readonly stack: number;
  /** Index in the list; undefined where a stack is selected as a whole. */
  readonly goroutine: number | undefined;
}

/** What the address names, else the first that was found; undefined where there is nothing. */
export function selected(
  { source, search }: OpenSource,
  matches: GoroutineMatches,
  select: string,
): Selected | undefined {
  const [, letter, digits] = /^([gs])(\d{1,15})$/.exec(select) ?? [];
  if (letter === "g") {
    const goroutine = search.goroutineOf(Number(digits));
    const stack = goroutine === undefined ? undefined : source.list.stackOf[goroutine];
    if (stack !== undefined) {
      return { stack, goroutine };
    }
  }
  if (letter === "s" && Number(digits) < source.list.stackCount) {
    return { stack: Number(digits), goroutine: undefined };
  }
  const [first] = matches.stacks;
  return first === undefined ? undefined : { stack: first, goroutine: undefined };
}

/** How a stack is named in the address: by its first goroutine, where that has an id, and only this stack. */
export function nameOfStack({ source, members, search }: OpenSource, stack: number): string {
  const [first] = members.of(stack);
  const id = first === undefined ? -1 : (source.list.ids[first] ?? -1);
  return id >= 0 && search.goroutineOf(id) === first ? `g${id}` : `s${stack}`;
}

/** The marks of the goroutines of a stack, as far as these are looked through. */
export function marksOfStack({ source, members }: OpenSource, stack: number): readonly MarkedGoroutine[] {
  if (source.marks.size === 0) {
    return [];
  }
  return [...members.of(stack).subarray(0, mostLookedAt)].flatMap((goroutine) => {
    const id = source.list.ids[goroutine] ?? -1;
    return (source.marks.get(id) ?? []).map((mark) => ({ id, mark }));
  });
}

const mostLookedAt = 2000;

/** A goroutine that shares the map, and how. */
export interface MarkedGoroutine {
  readonly id: number;
  readonly mark: GoroutineMark;
}
