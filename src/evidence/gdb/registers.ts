/** Registers as GDB gives them. */
import { generalRegisters } from "../../golang/instructions/registers.js";
import type { Registers } from "../../golang/runtime/goroutine.js";
import { itemsOf, type MiTuple, textOf, valueOf } from "./record.js";

/** Which of GDB's numbers are the registers that we want. */
export interface RegisterNumbers {
  readonly names: ReadonlyMap<string, string>;
  /** The numbers, as parameters of a request. */
  readonly parameters: readonly string[];
}

const wanted: ReadonlySet<string> = new Set([...generalRegisters, "rip", "eflags", "fs_base"]);

/** Reads the answer to `-data-list-register-names`. */
export function readRegisterNumbers(results: MiTuple): RegisterNumbers {
  const names = new Map<string, string>();
  itemsOf(valueOf(results, "register-names")).forEach((name, index) => {
    if (typeof name === "string" && wanted.has(name)) {
      names.set(String(index), name);
    }
  });
  return { names, parameters: [...names.keys()] };
}

/**
 * Reads the answer to `-data-list-register-values x`.
 *
 * @returns undefined when one of those that every thread has is missing
 */
export function readRegisters(results: MiTuple, numbers: RegisterNumbers): Registers | undefined {
  const found = new Map<string, bigint>();
  for (const item of itemsOf(valueOf(results, "register-values"))) {
    const name = numbers.names.get(textOf(item, "number") ?? "");
    const text = textOf(item, "value") ?? "";
    if (name !== undefined && /^0x[0-9a-f]{1,16}$/i.test(text)) {
      found.set(name, BigInt(text));
    }
  }
  const values: Record<string, bigint> = {};
  for (const name of generalRegisters) {
    const value = found.get(name);
    if (value === undefined) {
      return undefined;
    }
    values[name] = value;
  }
  const rip = found.get("rip");
  if (rip === undefined) {
    return undefined;
  }
  return {
    rip: Number(rip),
    rsp: Number(values["rsp"]),
    rbp: Number(values["rbp"]),
    values,
    fsBase: found.get("fs_base"),
  };
}
