/** Blocks of names, one inside the other. */
import { type GoObject } from "../types/object.js";

/** A block. */
export class Scope {
  readonly #names = new Map<string, GoObject>();

  constructor(readonly parent: Scope | null) {}

  /** Declares a name; the blank name declares nothing. */
  declare(name: string, object: GoObject): void {
    if (name !== "_") {
      this.#names.set(name, object);
    }
  }

  /** What a name means in this very block. */
  own(name: string): GoObject | undefined {
    return this.#names.get(name);
  }

  /** What a name means here. */
  find(name: string): GoObject | undefined {
    // Blocks are nested no deeper than the tree is.
    return this.#names.get(name) ?? this.parent?.find(name);
  }
}
