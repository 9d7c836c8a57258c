/**
 * The window in which another core finds the mark of a map: from the instruction that sets it to the one that clears it.
 */
import type { CodeGraph } from "./control-flow.js";
import type { MarkUse } from "./map-mark.js";

/** A way through the window. */
export interface MarkWay {
  /** How many instructions lie between the one that sets and the one that clears, and how many bytes they take. */
  readonly instructions: number;
  readonly bytes: number;
  /** How many of them are calls: the called functions' time is in the window, too. */
  readonly calls: number;
}

/** What lies between setting and clearing. */
export interface MarkWindow {
  /** Index of the instruction that sets the mark, and of those that clear it. */
  readonly set: number;
  readonly clears: readonly number[];
  /** Indexes of all instructions at which the mark is set, in the order of addresses. */
  readonly within: readonly number[];
  readonly shortest: MarkWay;
  /** The longest way that comes to no instruction twice. */
  readonly longest: MarkWay;
}

const nothing: MarkWay = { instructions: 0, bytes: 0, calls: 0 };

/**
 * Finds the windows of a function: one for each instruction that sets the mark.
 *
 * @param endless whether an instruction, by its index, is a call that ends the process: no way leads on from there
 */
export function markWindows(
  graph: CodeGraph,
  use: MarkUse,
  endless: (index: number) => boolean,
): readonly MarkWindow[] {
  const clears = use.accesses.filter(({ kind }) => kind === "clear").map(({ index }) => index);
  const sets = use.accesses.filter(({ kind }) => kind === "set").map(({ index }) => index);
  return sets.flatMap((set) => {
    const ways = new Ways(graph, new Set(clears), endless);
    const found = ways.from(set + 1);
    if (found === undefined) {
      return [];
    }
    const within = use.phases.flatMap((phase, index) => (phase === "set" && index !== set ? [index] : []));
    return [{ set, clears, within, ...found }];
  });
}

/** The shortest and the longest way from a place to one of the ends. */
interface Extremes {
  readonly shortest: MarkWay;
  readonly longest: MarkWay;
}

/** A run of instructions up to the end of its block, or up to one of the ends. */
interface Run {
  readonly way: MarkWay;
  readonly ends: boolean;
  readonly successors: readonly number[];
}

/** Ways over the instructions of a function. */
class Ways {
  readonly #graph: CodeGraph;
  readonly #ends: ReadonlySet<number>;
  readonly #endless: (index: number) => boolean;

  constructor(graph: CodeGraph, ends: ReadonlySet<number>, endless: (index: number) => boolean) {
    this.#graph = graph;
    this.#ends = ends;
    this.#endless = endless;
  }

  /** Undefined when no way leads to an end. */
  from(start: number): Extremes | undefined {
    const run = this.#run(start);
    if (run.ends) {
      return { shortest: run.way, longest: run.way };
    }
    const shortest = this.#shortest(run);
    const longest = this.#longest(run);
    return shortest === undefined || longest === undefined ? undefined : { shortest, longest };
  }

  /** Takes the nearest block first, so each is reached by its shortest way. */
  #shortest(start: Run): MarkWay | undefined {
    const waiting: { readonly block: number; readonly way: MarkWay }[] = start.successors.map((block) => ({
      block,
      way: start.way,
    }));
    const done = new Set<number>();
    for (let next = takeNearest(waiting); next !== undefined; next = takeNearest(waiting)) {
      if (next.block === theEnd) {
        return next.way;
      }
      if (!done.has(next.block)) {
        done.add(next.block);
        const run = this.#runOf(next.block);
        const way = sum(next.way, run.way);
        (run.ends ? [theEnd] : run.successors).forEach((block) => waiting.push({ block, way }));
      }
    }
    return undefined;
  }

  /** The longest way in the graph without the edges that lead back to where the way has been. */
  #longest(start: Run): MarkWay | undefined {
    const known = new Map<number, MarkWay | undefined>();
    const onWay = new Set<number>();
    const longestFrom = (run: Run): MarkWay | undefined => {
      if (run.ends) {
        return run.way;
      }
      const rest = run.successors.map(fromBlock).filter((way) => way !== undefined);
      const [first, ...others] = rest;
      return first === undefined
        ? undefined
        : sum(
            run.way,
            others.reduce((a, b) => (b.instructions > a.instructions ? b : a), first),
          );
    };
    const fromBlock = (block: number): MarkWay | undefined => {
      if (onWay.has(block)) {
        return undefined;
      }
      if (!known.has(block)) {
        onWay.add(block);
        const way = longestFrom(this.#runOf(block));
        onWay.delete(block);
        known.set(block, way);
      }
      return known.get(block);
    };
    return longestFrom(start);
  }

  #runOf(block: number): Run {
    return this.#run(this.#graph.blocks[block]?.first ?? 0);
  }

  #run(start: number): Run {
    const { end, successors } = this.#graph.blocks[this.#graph.blockOf(start)] ?? {
      end: start,
      successors: [],
    };
    let way = nothing;
    for (let index = start; index < end; index++) {
      if (this.#ends.has(index)) {
        return { way, ends: true, successors: [] };
      }
      if (this.#endless(index)) {
        return { way, ends: false, successors: [] };
      }
      way = sum(way, this.#one(index));
    }
    return { way, ends: false, successors };
  }

  #one(index: number): MarkWay {
    const instruction = this.#graph.instructions[index];
    const calls = instruction?.flow === "call" || instruction?.flow === "indirect call";
    return { instructions: 1, bytes: instruction?.length ?? 0, calls: calls ? 1 : 0 };
  }
}

/** Stands for the end of a way among the blocks. */
const theEnd = -1;

/** Takes the one with the fewest instructions out of a list. */
function takeNearest<T extends { readonly way: MarkWay }>(waiting: T[]): T | undefined {
  const [first, ...others] = waiting;
  if (first === undefined) {
    return undefined;
  }
  const nearest = others.reduce((a, b) => (b.way.instructions < a.way.instructions ? b : a), first);
  waiting.splice(waiting.indexOf(nearest), 1);
  return nearest;
}

function sum(a: MarkWay, b: MarkWay): MarkWay {
  return {
    instructions: a.instructions + b.instructions,
    bytes: a.bytes + b.bytes,
    calls: a.calls + b.calls,
  };
}
