/**
 * Where a map lives.
 *
 * Functions know a map by many names: parameters, results, local variables. What a lock must stand beside is the field or
 * package variable that keeps it, or, where nothing keeps it, the local variable that it was made for. It is found against
 * the flows, from the name that the detecting side uses.
 */
import type { MapAccess, MapFlow, MapVariable } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";
import type { FactsIndex } from "../facts-index.js";

/** The home of a map, and how it gets from there to the two sides. */
export interface Home {
  readonly index: number;
  readonly variable: MapVariable;
  /** The flows from the home to the variable of the detecting side. */
  readonly toDetector: readonly MapFlow[];
  /** The flows from the home to the variable of the other side. */
  readonly toChange: readonly MapFlow[];
  /** The flows by which the home got the map from somebody who goes on to use it: the other side. */
  readonly into: readonly MapFlow[];
  /** The flows from where `into` begins to the variable of the other side. */
  readonly beside: readonly MapFlow[];
}

/** How far it is looked for beyond what the two sides have in common. */
const maxSteps = 12;

/**
 * Finds the home.
 *
 * @param from the variable of the detecting side
 * @param way the flows between it and the other side's variable: first against the flows, then with them
 */
export function homeOf(index: FactsIndex, from: number, way: readonly MapFlow[]): Home | undefined {
  const back: MapFlow[] = [];
  let at = from;
  for (const flow of way) {
    if (flow.to !== at || back.includes(flow)) {
      break;
    }
    back.push(flow);
    at = flow.from;
  }
  const forth = way.slice(back.length);
  const further = upstream(index, at, new Set([from, ...way.flatMap((flow) => [flow.from, flow.to])]));
  const chain = [from, ...[...back, ...further].map((flow) => flow.from)];
  const kept = chain.findLastIndex((one) => isKept(index, one));
  const chosen = kept === -1 ? chain.length - 1 : kept;
  const found = chain[chosen];
  const variable = found === undefined ? undefined : index.variable(found);
  if (found === undefined || variable === undefined) {
    return undefined;
  }
  const down = [...back, ...further].slice(0, chosen).toReversed();
  // Where the home lies beyond the place at which the ways part, both sides share the first part of the way.
  const isAbove = chosen >= back.length;
  return {
    index: found,
    variable,
    toDetector: down,
    toChange: isAbove ? [...down.slice(0, chosen - back.length), ...forth] : [],
    into: isAbove ? [] : back.slice(chosen).toReversed(),
    beside: isAbove ? [] : forth,
  };
}

/** The way further against the flows, as long as there is only one, or only one that leads to something that keeps maps. */
function upstream(index: FactsIndex, start: number, known: ReadonlySet<number>): MapFlow[] {
  const way: MapFlow[] = [];
  const seen = new Set(known);
  let at = start;
  while (way.length < maxSteps && !(isKept(index, at) && isChanged(index, at))) {
    const flows = index.flowsInto(at).filter((flow) => !seen.has(flow.from) && !isChannel(index, flow.from));
    const froms = new Map(flows.map((flow) => [flow.from, flow]));
    const keeping = [...froms.values()].filter((flow) => isKept(index, flow.from));
    const next = froms.size === 1 ? flows[0] : keeping.length === 1 ? keeping[0] : undefined;
    if (next === undefined) {
      break;
    }
    way.push(next);
    seen.add(next.from);
    at = next.from;
  }
  return way;
}

function isChanged(index: FactsIndex, variable: number): boolean {
  return index.accessesTo(variable).some((access) => !access.unshared && isChange(access.operation));
}

/** Whether something keeps maps beyond the run of one function, and is declared in this source. */
function isKept(index: FactsIndex, at: number): boolean {
  const variable = index.variable(at);
  if (variable === undefined || !isInSource(variable)) {
    return false;
  }
  return (
    variable.kind === "field" ||
    variable.kind === "global" ||
    (variable.kind === "element" &&
      /^(?:element of )+(?:field|global) /.test(variable.key) &&
      !isChannel(index, at))
  );
}

/** Whether a variable stands for what is sent over a channel: that keeps no map, it hands it over. */
function isChannel(index: FactsIndex, at: number): boolean {
  const variable = index.variable(at);
  return variable !== undefined && /^(?:<-)?chan\b/.test(containerType(index, variable) ?? "");
}

/** The type of what holds the maps that an element stands for; null where there is no such thing. */
export function containerType(index: FactsIndex, { key, kind }: MapVariable): string | null {
  return kind === "element" ? (index.variableOf(key.replace(/^element of /, ""))?.type ?? null) : null;
}

/** Whether a variable is declared in the source that was read, not in a library. */
export function isInSource({ file }: MapVariable): boolean {
  return file !== null && !file.startsWith("known:");
}

/** What keeps the maps that this variable stands for: the container of elements, else the variable. */
export function holderName({ kind, name }: MapVariable): string {
  return kind === "element" ? name.replace(/^(?:element of )+/, "") : name;
}

/** ` (cache.go:12)`; empty where the declaration is not in the source. */
export function declaredAt(variable: MapVariable): string {
  return isInSource(variable) && variable.file !== null && variable.line !== null
    ? ` (${variable.file}:${variable.line})`
    : "";
}

/** The struct that a field belongs to, as in its key: `example.com/shop.Cache`; null for what is no field. */
export function ownerOfField(key: string): string | null {
  const field = /^(?:element of )*field (.+)$/.exec(key)?.[1];
  const dot = field?.lastIndexOf(".") ?? -1;
  return field === undefined || dot === -1 ? null : field.slice(0, dot);
}

/** The struct whose method an access is in. */
export function receiverOf(index: FactsIndex, { function: at }: MapAccess): string | null {
  let found = index.function(at);
  while (found !== undefined && found.receiver === null && found.enclosing !== null) {
    found = index.function(found.enclosing);
  }
  return found?.receiver === null || found === undefined ? null : `${found.package}.${found.receiver.type}`;
}
