/** Writes down where maps go, between the variables that the accesses are about. */
import { type MapFlow } from "../facts.js";
import { type Type, underlying } from "../types/type.js";
import { type Model } from "./model.js";
import { type NodeOrigin, type ValueEdge } from "./value-graph.js";

/** Ways over nodes without a name are put together, unless they would become too many. */
const mostThroughUnnamed = 400;
const mostUnnamedInARow = 6;

/** The flows, and the variable of each access. */
export interface EmittedFlows {
  readonly flows: readonly MapFlow[];
  readonly variables: readonly number[];
}

/** Makes the flows that may matter for an access. */
export function emitFlows(model: Model): EmittedFlows {
  const emitter = new FlowEmitter(model);
  return { flows: emitter.emit(), variables: emitter.variables };
}

class FlowEmitter {
  readonly #model: Model;
  readonly #variables: (number | null | undefined)[] = [];
  readonly #wanted: ReadonlySet<number>;
  /** For each access its variable: what its call takes the map from, when that has a name. */
  readonly variables: readonly number[];

  constructor(model: Model) {
    this.#model = model;
    this.variables = model.accesses.map(({ variable }, access) => {
      const source = model.accessSources.get(access);
      return (source === undefined ? null : this.#variableOf(source)) ?? variable;
    });
    this.#wanted = new Set(this.variables);
  }

  emit(): MapFlow[] {
    const flows: MapFlow[] = [];
    const seen = new Set<string>();
    for (const edge of this.#connected()) {
      const { origin } = { origin: this.#model.graph.nodes[edge.from] };
      if (origin === undefined || origin.kind === "unnamed" || this.#isUnnamed(edge.from)) {
        continue;
      }
      for (const { to, site } of this.#named(edge)) {
        const flow = this.#flow(edge, to, site);
        const key =
          flow === null ? "" : `${flow.from} ${flow.to} ${flow.site ?? ""} ${flow.file} ${flow.line}`;
        if (flow !== null && !seen.has(key)) {
          seen.add(key);
          flows.push(flow);
        }
      }
    }
    return flows;
  }

  #flow(edge: ValueEdge, to: number, site: number | null): MapFlow | null {
    const from = this.#variableOf(edge.from);
    const target = this.#variableOf(to);
    const file = this.#model.files[edge.file];
    if (from === null || target === null || from === target || file === undefined) {
      return null;
    }
    return { from, to: target, how: edge.how, file: file.path, line: file.position(edge.pos).line, site };
  }

  /** The named nodes that an edge leads to, over nodes without a name. */
  #named(start: ValueEdge): { to: number; site: number | null }[] {
    const found: { to: number; site: number | null }[] = [];
    const seen = new Set<number>([start.to]);
    let level: { to: number; site: number | null }[] = [{ to: start.to, site: start.site }];
    for (let depth = 0; level.length > 0 && depth < mostUnnamedInARow; depth += 1) {
      const next: typeof level = [];
      for (const at of level) {
        if (!this.#isUnnamed(at.to)) {
          found.push(at);
          continue;
        }
        for (const edge of this.#model.graph.outOf(at.to)) {
          if (!seen.has(edge.to) && seen.size < mostThroughUnnamed) {
            seen.add(edge.to);
            next.push({ to: edge.to, site: edge.site ?? at.site });
          }
        }
      }
      level = next;
    }
    return found;
  }

  #isUnnamed(node: number): boolean {
    const origin = this.#model.graph.nodes[node];
    return origin?.kind === "unnamed" || (origin?.kind === "element" && this.#isUnnamed(origin.of));
  }

  /** The edges between nodes that hang together with the variable of an access. */
  #connected(): ValueEdge[] {
    const { graph } = this.#model;
    const reached = new Uint8Array(graph.nodes.length);
    const waiting: number[] = [];
    const reach = (node: number): void => {
      if (reached[node] === 0 && this.#mayHoldMap(node)) {
        reached[node] = 1;
        waiting.push(node);
      }
    };
    for (const node of graph.nodes.keys()) {
      if (this.#isWanted(node)) {
        reach(node);
      }
    }
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (const edge of graph.outOf(node)) {
        reach(edge.to);
      }
      for (const edge of graph.into(node)) {
        reach(edge.from);
      }
    }
    return graph.edges.filter((edge) => reached[edge.from] === 1 && reached[edge.to] === 1);
  }

  /** Whether an access is about this node. Asking must not add variables that nobody wants. */
  #isWanted(node: number): boolean {
    const type = this.#typeOf(node);
    if (type === null || underlying(type).kind === "Basic") {
      return false;
    }
    const { kind } = underlying(type);
    if (
      kind !== "Map" &&
      kind !== "Interface" &&
      kind !== "TypeParam" &&
      kind !== "Pointer" &&
      kind !== "Unknown" &&
      kind !== "Struct"
    ) {
      return false;
    }
    const variable = this.#variableOf(node);
    return variable !== null && this.#wanted.has(variable);
  }

  #mayHoldMap(node: number): boolean {
    const type = this.#typeOf(node);
    return type === null || underlying(type).kind !== "Signature";
  }

  #typeOf(node: number): Type | null {
    const origin: NodeOrigin | undefined = this.#model.graph.nodes[node];
    switch (origin?.kind) {
      case "variable":
        return origin.variable.type;
      case "result":
        return this.#model.infos[origin.function]?.results[origin.index]?.type ?? null;
      case "element": {
        const container = this.#typeOf(origin.of);
        return container === null ? null : elementType(container);
      }
      default:
        return null;
    }
  }

  #variableOf(node: number): number | null {
    const known = this.#variables[node];
    if (known !== undefined) {
      return known;
    }
    const found = this.#find(node);
    this.#variables[node] = found;
    return found;
  }

  #find(node: number): number | null {
    const { variables } = this.#model.program;
    const origin = this.#model.graph.nodes[node];
    switch (origin?.kind) {
      case "variable":
        return variables.ofObject(origin.variable);
      case "result":
        return variables.ofResult(origin.function, origin.index);
      case "element": {
        const container = this.#variableOf(origin.of);
        return container === null ? null : variables.elementOf(container);
      }
      case "holder":
        return variables.ofHolder(origin.key, origin.name);
      default:
        return null;
    }
  }
}

function elementType(container: Type): Type | null {
  const under = underlying(container);
  switch (under.kind) {
    case "Map":
    case "Slice":
    case "Array":
    case "Chan":
      return under.element;
    case "Pointer":
      return elementType(under.element);
    default:
      return null;
  }
}
