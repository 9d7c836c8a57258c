/**
 * Names of functions by variant, where Go has the same function several times.
 */
import { type Variant } from "./layout.js";

const suffixes: Readonly<Record<Variant, string>> = {
  "": "",
  fast32: "Fast32",
  fast64: "Fast64",
  fast64ptr: "FastPtr",
  faststr: "FastStr",
};

/** Something for each variant, made from the suffix that methods of Map and table have: `putSlotSmall` + `Fast64`. */
export function forMethods<T>(make: (suffix: string) => T): Readonly<Record<Variant, T>> {
  return {
    "": make(suffixes[""]),
    fast32: make(suffixes.fast32),
    fast64: make(suffixes.fast64),
    fast64ptr: make(suffixes.fast64ptr),
    faststr: make(suffixes.faststr),
  };
}

/** Something for each variant, made from the suffix that functions of package runtime have: `mapassign` + `_fast64`. */
export function forFunctions<T>(make: (suffix: string) => T): Readonly<Record<Variant, T>> {
  return {
    "": make(""),
    fast32: make("_fast32"),
    fast64: make("_fast64"),
    fast64ptr: make("_fast64ptr"),
    faststr: make("_faststr"),
  };
}

/** Whether keys are compared by a call, so that a value loaded before is loaded anew behind it. */
export function comparesByCall(variant: Variant): boolean {
  return variant === "" || variant === "faststr";
}
