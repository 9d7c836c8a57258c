/**
 * Where values go: a graph of variables.
 *
 * A **node** is something that holds a value: a variable, parameter, result or field (one for all instances of its type),
 * the elements of what a node holds, or a place without a name. An **edge** says that what one node holds goes to another.
 * A **token** is a value that matters for who is called: a function, or a value of a declared type that has methods.
 *
 * When a reference to something with elements goes from one node to another, the elements are the same on both sides; the
 * edges between element nodes are made when both exist or one of them is needed.
 */
import { type MapFlow } from "../facts.js";
import { type VarObject } from "../types/object.js";

/** What a node is. */
export type NodeOrigin =
  | { readonly kind: "variable"; readonly variable: VarObject }
  | { readonly kind: "result"; readonly function: number; readonly index: number }
  | { readonly kind: "element"; readonly of: number }
  /** Something that has no name of its own: a literal, the result of a dynamic call. */
  | { readonly kind: "unnamed"; readonly name: string }
  /** Something that is no variable but has a name for people: what contexts hold under a key. */
  | { readonly kind: "holder"; readonly key: string; readonly name: string };

/** A place in the source: the number of a file and an offset. */
export interface EdgePlace {
  readonly file: number;
  readonly pos: number;
  readonly site: number | null;
}

/** A value goes from a node to another. */
export interface ValueEdge extends EdgePlace {
  readonly from: number;
  readonly to: number;
  readonly how: MapFlow["how"];
}

/** A value that matters for who is called. */
export interface Token {
  readonly kind: "function" | "type";
  /** Index of the function; index of the type among those that were seen. */
  readonly id: number;
  /** The site at which it was given to another function as an argument, when it was. */
  readonly given: number | null;
}

/** More tokens than this at one node say nothing. */
const mostTokens = 48;
/** Elements of elements of …: deeper ones are not kept apart. */
const deepestElement = 2;
/** All steps of the search together. */
const mostSteps = 3_000_000;

/** Collects edges and finds out which functions get where. */
export class ValueGraph {
  readonly nodes: NodeOrigin[] = [];
  readonly edges: ValueEdge[] = [];
  readonly #variables = new Map<VarObject, number>();
  readonly #named = new Map<string, number>();
  readonly #elements: (number | undefined)[] = [];
  readonly #depths: number[] = [];
  /** Edges out of each node, and (for elements) into it. */
  readonly #out: number[][] = [];
  readonly #in: number[][] = [];
  readonly #seen = new Set<string>();
  readonly #reused = new Set<number>();
  readonly #tokens: (Map<number, Token> | undefined)[] = [];
  readonly #listeners: (((token: Token) => void)[] | undefined)[] = [];
  readonly #waiting: [node: number, token: Token][] = [];

  ofVariable(variable: VarObject): number {
    const known = this.#variables.get(variable.origin);
    if (known !== undefined) {
      return known;
    }
    const node = this.#add({ kind: "variable", variable: variable.origin }, 0);
    this.#variables.set(variable.origin, node);
    return node;
  }

  ofResult(func: number, index: number): number {
    return this.#intern(`result ${func} ${index}`, () => ({
      kind: "result",
      function: func,
      index,
    }));
  }

  unnamed(name: string): number {
    return this.#intern(name, () => ({ kind: "unnamed", name }));
  }

  holder(key: string, name: string): number {
    return this.#intern(key, () => ({ kind: "holder", key, name }));
  }

  elementOf(container: number): number {
    const known = this.#elements[container];
    if (known !== undefined) {
      return known;
    }
    const depth = (this.#depths[container] ?? 0) + 1;
    if (depth > deepestElement) {
      return container;
    }
    const node = this.#add({ kind: "element", of: container }, depth);
    this.#elements[container] = node;
    for (const edge of [...(this.#out[container] ?? []), ...(this.#in[container] ?? [])]) {
      this.#shareElements(edge);
    }
    return node;
  }

  /** The edges that end at a node. */
  into(node: number): ValueEdge[] {
    return this.#edgesOf(this.#in[node]);
  }

  /** The edges that begin at a node. */
  outOf(node: number): ValueEdge[] {
    return this.#edgesOf(this.#out[node]);
  }

  #edgesOf(indices: readonly number[] | undefined): ValueEdge[] {
    return (indices ?? []).flatMap((index) => this.edges[index] ?? []);
  }

  /** A value goes from a node to another one; the same twice counts once. */
  flow(from: number, to: number, how: MapFlow["how"], place: EdgePlace): void {
    if (from === to) {
      this.#reused.add(from);
      return;
    }
    const key = `${from} ${to} ${place.site ?? ""}`;
    if (this.#seen.has(key)) {
      return;
    }
    this.#seen.add(key);
    const index = this.edges.push({ from, to, how, ...place }) - 1;
    this.#out[from]?.push(index);
    this.#in[to]?.push(index);
    for (const token of this.#tokens[from]?.values() ?? []) {
      this.#pass(token, { to, how, site: place.site });
    }
    this.#shareElements(index);
  }

  /** What a field of one instance holds was put into the same field of another one. */
  isReused(node: number): boolean {
    return this.#reused.has(node);
  }

  /** Both ends of an edge hold the same elements, as far as anybody asked for them. */
  #shareElements(index: number): void {
    const edge = this.edges[index];
    if (edge === undefined || edge.how === "range") {
      return;
    }
    const { from, to, how, file, pos, site } = edge;
    if (this.#elements[from] === undefined && this.#elements[to] === undefined) {
      return;
    }
    const source = this.elementOf(from);
    const target = this.elementOf(to);
    if (source !== from && target !== to) {
      this.flow(source, target, how, { file, pos, site });
      this.flow(target, source, how, { file, pos, site });
    }
  }

  /** A function or type gets to a node by itself. */
  put(node: number, token: Token): void {
    this.#give(node, token);
  }

  /** Calls `listener` for all tokens that are at a node or get there later. */
  listen(node: number, listener: (token: Token) => void): void {
    (this.#listeners[node] ??= []).push(listener);
    for (const token of this.tokensAt(node)) {
      listener(token);
    }
  }

  /** The tokens at a node. */
  tokensAt(node: number): Token[] {
    return [...(this.#tokens[node]?.values() ?? [])];
  }

  /** Takes tokens along the edges until nothing moves. False when that was too much work. */
  settle(): boolean {
    let steps = 0;
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      steps += 1;
      if (steps > mostSteps) {
        this.#waiting.length = 0;
        return false;
      }
      const [node, token] = next;
      for (const edge of this.outOf(node)) {
        this.#pass(token, edge);
      }
      for (const listener of this.#listeners[node] ?? []) {
        listener(token);
      }
    }
    return true;
  }

  /** The site of the last argument that a function passes on its way stays with it. */
  #pass(token: Token, { to, how, site }: Pick<ValueEdge, "to" | "how" | "site">): void {
    const isGiven = token.kind === "function" && how === "argument" && site !== null && site !== token.given;
    this.#give(to, isGiven ? { ...token, given: site } : token);
  }

  #give(node: number, token: Token): void {
    const tokens = (this.#tokens[node] ??= new Map());
    const key = (token.id * 2 + Number(token.kind === "type")) * 1_048_576 + ((token.given ?? -1) + 1);
    if (!tokens.has(key) && tokens.size < mostTokens) {
      tokens.set(key, token);
      this.#waiting.push([node, token]);
    }
  }

  #intern(name: string, origin: () => NodeOrigin): number {
    const known = this.#named.get(name);
    if (known !== undefined) {
      return known;
    }
    const node = this.#add(origin(), 0);
    this.#named.set(name, node);
    return node;
  }

  #add(origin: NodeOrigin, depth: number): number {
    const node = this.nodes.push(origin) - 1;
    this.#depths[node] = depth;
    this.#out[node] = [];
    this.#in[node] = [];
    return node;
  }
}
