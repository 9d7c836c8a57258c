/**
 * Which stacks of accesses are at one place. Pairs of accesses are told apart by their places, not by who called them.
 *
 * The place is the first frame that is neither the runtime's nor another part of the standard library: what a library like
 * encoding/json or reflect does to a map is its caller's doing. Where all frames are Go's own, it is the first one outside the
 * runtime.
 */
import type { CaseFrame } from "../../case/case.js";
import { framesOf } from "../../evidence/ring/stacks.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";
import type { Address } from "../../evidence/ring/units.js";
import { originOf, type CodeContext } from "../origin.js";

/** Where the stacks are, and the binary that ran. */
export interface AccessPlacesInput {
  /** Address of `runtime.text` in the process. */
  readonly text: Address;
  readonly binary: Symbolizer | undefined;
  /** PCs of a stack, innermost first; empty when the id is not known. */
  readonly stack: (id: number) => readonly Address[];
}

/** Numbers places; looks up each stack once. */
export class AccessPlaces {
  readonly #input: AccessPlacesInput;
  readonly #context: CodeContext;
  readonly #byStack = new Map<number, number>();
  readonly #byPlace = new Map<string, number>();

  constructor(input: AccessPlacesInput) {
    this.#input = input;
    this.#context = { modulePath: input.binary?.modulePath ?? null, goroot: null };
  }

  /**
   * The place of a stack, as a number that is equal for stacks at one place.
   *
   * @param stack its id; the stack has been read already
   * @returns 0 when the stack is not known
   */
  of(stack: number): number {
    const known = this.#byStack.get(stack);
    if (known !== undefined) {
      return known;
    }
    const pcs = this.#input.stack(stack);
    if (pcs.length === 0) {
      // Not remembered: it may be read later.
      return 0;
    }
    const place = this.#number(this.#nameOf(pcs));
    this.#byStack.set(stack, place);
    return place;
  }

  #number(name: string): number {
    const place = this.#byPlace.get(name) ?? this.#byPlace.size + 1;
    this.#byPlace.set(name, place);
    return place;
  }

  #nameOf(pcs: readonly Address[]): string {
    const { binary, text } = this.#input;
    if (binary === undefined) {
      return `pc ${pcs[0] ?? 0}`;
    }
    let first: CaseFrame | undefined;
    // PC by PC: the place is near the top, and the stack may be deep.
    for (const pc of pcs) {
      for (const frame of framesOf({ pcs: [pc], logical: false }, text, binary)) {
        const origin = originOf(frame, this.#context);
        if (origin === "own" || origin === "dependency") {
          return nameOf(frame);
        }
        first = origin === "runtime" ? first : (first ?? frame);
      }
    }
    return first === undefined ? `pc ${pcs[0] ?? 0}` : nameOf(first);
  }
}

function nameOf({ function: name, file, line }: CaseFrame): string {
  return `${name} ${file ?? ""}:${line ?? 0}`;
}
