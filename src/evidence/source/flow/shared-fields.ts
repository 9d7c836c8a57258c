/**
 * Fields whose map may be the same in several instances of their struct: it came from a global variable, from a field, or was
 * given to two instances. A lock in each instance does not guard such a map.
 */
import { type Model } from "./model.js";

const mostNodes = 60;

/** Answers by the key of a field, and remembers. */
export class SharedFields {
  readonly #known = new Map<string, boolean>();
  readonly #nodes = new Map<string, number>();
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    for (const [node, origin] of model.graph.nodes.entries()) {
      if (origin.kind === "variable" && origin.variable.role === "field") {
        this.#nodes.set(model.program.keyOf(origin.variable), node);
      }
    }
  }

  /** Whether a field's map may be in several instances. */
  isShared(field: string): boolean {
    const known = this.#known.get(field);
    if (known !== undefined) {
      return known;
    }
    const node = this.#nodes.get(field);
    const shared = node !== undefined && this.#find(node);
    this.#known.set(field, shared);
    return shared;
  }

  #find(field: number): boolean {
    const { graph } = this.#model;
    if (graph.isReused(field)) {
      return true;
    }
    const seen = new Set([field]);
    for (const node of seen) {
      if (seen.size > mostNodes) {
        break;
      }
      const origin = graph.nodes[node];
      const isSource = node !== field && origin?.kind === "variable";
      if (isSource && (origin.variable.role === "global" || origin.variable.role === "field")) {
        return true;
      }
      const ways = graph.outOf(node).filter((edge) => edge.to !== node && seen.has(edge.to));
      const sites = new Set(ways.map((edge) => edge.site));
      if (isSource && origin.variable.role === "local" && sites.size > 1) {
        return true;
      }
      for (const edge of graph.into(node)) {
        seen.add(edge.from);
      }
    }
    return false;
  }
}
