/**
 * Names for values that are not known: two places that hold one name hold equal values.
 *
 * A value is a base and a number that is added to it. The base is what cannot be taken apart: what a register held when
 * the function was entered, what an instruction made, what met where ways come together.
 *
 * ```text
 *     mov  %rbx,%rcx          rcx: entry rbx
 *     lea  0x8(%rcx),%rdx     rdx: entry rbx + 8
 *     call f                  rax: result of this call in rax
 * ```
 */
import type { Address } from "../memory.js";

/** What a base is. */
export type ValueBase =
  /** What a register held on entry to the function. */
  | { readonly kind: "entry register"; readonly register: number }
  /** What a word of the stack held on entry; counted from the stack pointer then. */
  | { readonly kind: "entry slot"; readonly offset: number }
  /** The stack pointer on entry; it points to the return address. */
  | { readonly kind: "stack" }
  /** Zero: a number is this and itself. */
  | { readonly kind: "number" }
  /** What a load brought. Memory may have changed since. */
  | { readonly kind: "loaded"; readonly at: Address }
  /** What a call left in a register. */
  | { readonly kind: "result"; readonly at: Address; readonly register: number }
  /** What an instruction made in any other way. */
  | { readonly kind: "made"; readonly at: Address; readonly register: number }
  /** What different ways brought to a block in the same place. */
  | { readonly kind: "joined"; readonly block: number; readonly location: number };

/** A base's index in its table, and the same for values. */
export type BaseId = number;
export type ValueId = number;

/** Names of values of one function. */
export class ValueTable {
  readonly #bases: ValueBase[] = [];
  readonly #baseIds = new Map<string, BaseId>();
  readonly #values: { readonly base: BaseId; readonly addend: number }[] = [];
  readonly #valueIds = new Map<string, ValueId>();

  /** The value that is a base and nothing more. */
  of(base: ValueBase): ValueId {
    return this.#value(this.#base(base), 0);
  }

  /** A value and a number added; undefined when the number is too large to be exact. */
  plus(value: ValueId, addend: number): ValueId | undefined {
    const { base, addend: before } = this.#at(value);
    const sum = before + addend;
    return Number.isSafeInteger(sum) ? this.#value(base, sum) : undefined;
  }

  base(value: ValueId): ValueBase {
    return this.#bases[this.#at(value).base] ?? { kind: "number" };
  }

  baseId(value: ValueId): BaseId {
    return this.#at(value).base;
  }

  addend(value: ValueId): number {
    return this.#at(value).addend;
  }

  #at(value: ValueId): { readonly base: BaseId; readonly addend: number } {
    return this.#values[value] ?? { base: 0, addend: 0 };
  }

  #base(base: ValueBase): BaseId {
    const key = keyOf(base);
    let id = this.#baseIds.get(key);
    if (id === undefined) {
      id = this.#bases.push(base) - 1;
      this.#baseIds.set(key, id);
    }
    return id;
  }

  #value(base: BaseId, addend: number): ValueId {
    const key = `${base}:${addend}`;
    let id = this.#valueIds.get(key);
    if (id === undefined) {
      id = this.#values.push({ base, addend }) - 1;
      this.#valueIds.set(key, id);
    }
    return id;
  }
}

/** What makes two bases one. */
function keyOf(base: ValueBase): string {
  switch (base.kind) {
    case "entry register":
      return `r${base.register}`;
    case "entry slot":
      return `s${base.offset}`;
    case "stack":
    case "number":
      return base.kind;
    case "loaded":
      return `l${base.at}`;
    case "result":
    case "made":
      return `m${base.at}:${base.register}`;
    case "joined":
      return `j${base.block}:${base.location}`;
    default:
      return base satisfies never;
  }
}
