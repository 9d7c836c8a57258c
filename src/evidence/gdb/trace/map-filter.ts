/** Which map is traced. */
import type { Address } from "../../../golang/memory.js";

/** All maps; the one at an address; or the one that a variable points to at that moment. */
export type MapFilter =
  | { readonly kind: "all" }
  | { readonly kind: "address"; readonly address: Address }
  | { readonly kind: "variable"; readonly address: Address };

/** The filter as an expression for GDB; undefined when every map is wanted. */
export function filterExpression(filter: MapFilter, map: string): string | undefined {
  switch (filter.kind) {
    case "all":
      return undefined;
    case "address":
      return `${map} == 0x${filter.address.toString(16)}UL`;
    case "variable":
      return `${map} == *(unsigned long *)0x${filter.address.toString(16)}UL`;
    default:
      return filter satisfies never;
  }
}
