/** Which types of map are accessed where: names by the ids of stacks. */
import { Buffer } from "node:buffer";

/** So many places with a name are kept; more than a real program has. */
const mostTypes = 0x1_0000;

/** Names of types by the id of a stack of an access. */
export class MapTypes {
  readonly #names = new Map<number, string>();
  /** Names by innermost PCs, null where there are several, and how many stacks these are of. */
  readonly #byPlace = new Map<number, string | null>();
  #placed = 0;
  /** Equal names are kept once. */
  readonly #known = new Map<string, string>();

  /** Takes in the name of a type, as UTF-8; what is not UTF-8 is replaced. */
  add(stack: number, bytes: Uint8Array): void {
    if (stack === 0 || this.#names.size >= mostTypes || this.#names.has(stack)) {
      return;
    }
    const name = Buffer.from(bytes).toString("utf8");
    const known = this.#known.get(name) ?? name;
    this.#known.set(known, known);
    this.#names.set(stack, known);
  }

  /**
   * The name of the type of map that is accessed at a stack, or at all others that have one and whose innermost PC is the same; null
   * when it is not known.
   *
   * @param innermost gives the innermost PC of a stack; undefined when the stack is not known
   */
  get(stack: number, innermost: (stack: number) => number | undefined): string | null {
    const known = this.#names.get(stack);
    if (known !== undefined) {
      return known;
    }
    if (this.#placed < this.#names.size) {
      this.#placed = this.#names.size;
      this.#byPlace.clear();
      for (const [id, name] of this.#names) {
        const place = innermost(id) ?? 0;
        const other = this.#byPlace.get(place);
        this.#byPlace.set(place, other === undefined || other === name ? name : null);
      }
    }
    return this.#byPlace.get(innermost(stack) ?? -1) ?? null;
  }
}
