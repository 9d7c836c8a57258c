/**
 * Which variables may hold the same map.
 *
 * Two variables may hold one map when it came to both from the same place: so the search goes from a variable against the
 * flows to where its map may come from, and from each of these with the flows to where it may have gone. Never down into a
 * parameter and then up to another caller: that would be that caller's map.
 *
 * Where the text shows through which calls the map came to a parameter, only these are followed.
 */
import type { MapFlow } from "../../evidence/source/facts.js";
import type { FactsIndex } from "./facts-index.js";

/** A variable that may hold the map. */
export interface Alias {
  readonly variable: number;
  /** The flows between it and the variable that was asked for, in the order of the search. */
  readonly way: readonly MapFlow[];
  /** Whether the way goes back to where the map came from and from there to another holder. */
  readonly turned: boolean;
}

/** A call that the text's stack shows: a place in the source. */
export interface KnownCall {
  readonly file: string;
  readonly line: number;
}

/** How far the search goes, in flows. */
const maxDistance = 8;
/** How many variables it looks at. */
const maxVariables = 2000;

/**
 * The variables that may hold the same map as one of them, itself first, the nearest first.
 *
 * @param calls the calls on the detector's stack, innermost first
 */
export function aliasesOf(index: FactsIndex, variable: number, calls: readonly KnownCall[]): Alias[] {
  const found = new Map<number, Alias>([[variable, { variable, way: [], turned: false }]]);
  const sources = search(found, [...found.values()], (at) => comingFrom(index, at, calls));
  search(found, sources, (at) =>
    index.flowsOutOf(at.variable).map((flow) => ({
      variable: flow.to,
      way: [...at.way, flow],
      turned: at.turned || at.way.length > 0,
    })),
  );
  return [...found.values()].toSorted((one, other) => one.way.length - other.way.length);
}

function comingFrom(index: FactsIndex, at: Alias, calls: readonly KnownCall[]): Alias[] {
  const flows = index.flowsInto(at.variable);
  const known = flows.filter(
    (flow) =>
      flow.how === "argument" && calls.some((call) => call.file === flow.file && call.line === flow.line),
  );
  const followed = known.length === 0 ? flows : [...known, ...flows.filter(({ how }) => how !== "argument")];
  return followed.map((flow) => ({ variable: flow.from, way: [...at.way, flow], turned: false }));
}

/** Widens what was found, the nearest first; gives all that can be stood on: the start and what was reached. */
function search(found: Map<number, Alias>, start: readonly Alias[], next: (at: Alias) => Alias[]): Alias[] {
  const reached = [...start];
  for (let position = 0; position < reached.length; position += 1) {
    const at = reached[position];
    if (at === undefined || at.way.length >= maxDistance) {
      continue;
    }
    for (const alias of next(at)) {
      if (found.size < maxVariables && !found.has(alias.variable)) {
        found.set(alias.variable, alias);
        reached.push(alias);
      }
    }
  }
  return reached;
}
