/** What a function does with its registers, with what they hold on entry. */
import type { Address } from "../../golang/memory.js";
import type { CodeGraph } from "../../golang/instructions/control-flow.js";
import type { FunctionCode, ProgramFunctions } from "../../golang/instructions/functions.js";
import { mapArguments } from "../../golang/instructions/map-arguments.js";
import {
  preparedRegisters,
  type RegisterUse,
  registerUse,
  wantedOnEntry,
} from "../../golang/instructions/register-use.js";
import { argumentRegisters, fixedRegisters, generalRegisters } from "../../golang/instructions/registers.js";

/** One register. */
export interface RegisterView extends RegisterUse {
  /** By Go's register calling convention; undefined for registers that hold nothing for this function. */
  readonly onEntry: string | undefined;
}

/** The registers that a function uses: arguments first, then the others in the order of their numbers, vector registers last. */
export function registerViews(code: FunctionCode, functions: ProgramFunctions): readonly RegisterView[] {
  const wanted = wantedOnEntry(code.graph);
  const needs = new Map<Address, readonly string[] | undefined>();
  const uses = registerUse(code.graph, {
    call: (index) => {
      const target = code.graph.instructions[index]?.target;
      if (target !== undefined && !needs.has(target)) {
        needs.set(target, wantedBy(functions.at(target)?.graph));
      }
      const known = target === undefined ? undefined : needs.get(target);
      return known ?? preparedRegisters(code.graph, index);
    },
    result: (index) => preparedRegisters(code.graph, index),
  });
  return uses
    .map((use) => ({ ...use, onEntry: onEntry(code.range.name, use, wanted) }))
    .toSorted((a, b) => order(a.register) - order(b.register));
}

/** The registers that a called function wants; a call whose needs are not known hands over what was prepared. */
function wantedBy(callee: CodeGraph | undefined): readonly string[] | undefined {
  return callee === undefined ? undefined : wantedOnEntry(callee);
}

function onEntry(name: string, use: RegisterUse, wanted: readonly string[]): string | undefined {
  const { register } = use;
  const role = mapArguments(name)?.find((argument) => argument.register === register)?.role;
  if (role !== undefined) {
    return role;
  }
  if (register === "rdx") {
    return use.live[0] === 1 ? fixedRegisters.get(register) : undefined;
  }
  const number = argumentRegisters.findIndex((argument) => argument === register);
  if (number !== -1 && wanted.includes(register)) {
    return `argument ${number + 1}`;
  }
  return fixedRegisters.get(register);
}

function order(register: string): number {
  const names: readonly string[] = [...argumentRegisters, ...generalRegisters];
  const at = names.indexOf(register);
  return at === -1 ? names.length + Number(register.replace(/\D/g, "")) : at;
}
