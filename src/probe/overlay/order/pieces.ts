/** The probe's code that goes in with the option "order" only; what it calls in package runtime is always there. */
import type { Piece } from "../pieces.js";

/** The pieces of the option; the same for all versions. */
export function orderPieces(): Piece[] {
  return [
    ...["order_hooks", "order_channels"].map((name) => ({
      file: `runtime/${name}.go`,
      into: "runtime/proc.go",
    })),
    { file: "race/order.go", into: "internal/race/norace.go" },
  ];
}

/** In their place without the option. */
export function noOrderPieces(): Piece[] {
  return [{ file: "runtime/order_nohooks.go", into: "runtime/proc.go" }];
}
