/** The probe's code that goes in with the option "order" only; what it calls in package runtime is always there. */
import type { Piece } from "../pieces.js";
import { atomicPieces } from "./atomics.js";

/**
 * The pieces of the option.
 * @param minor the NN of Go 1.NN
 */
export function orderPieces(minor: number): Piece[] {
  const stop = minor < 21 ? "order_stop_go119" : minor < 22 ? "order_stop_go121" : "order_stop_go122";
  return [
    ...["order_hooks", "order_channels", "order_collected", stop].map((name) => ({
      file: `runtime/${name}.go`,
      into: "runtime/proc.go",
    })),
    { file: "race/order.go", into: "internal/race/norace.go" },
    ...atomicPieces(minor),
  ];
}

/** In their place without the option. */
export function noOrderPieces(): Piece[] {
  return [{ file: "runtime/order_nohooks.go", into: "runtime/proc.go" }];
}
