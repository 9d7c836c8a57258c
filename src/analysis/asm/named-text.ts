/** An instruction's text with Go's names in the place of addresses. */
import type { Instruction } from "../../golang/instructions/instruction.js";
import type { CodeRange, ProgramSymbols } from "../../golang/program-symbols.js";

/**
 * Puts names into an instruction's text: `call runtime.hashGrow`, `je +0x57` within the function, `cmpl $0x0,runtime.writeBarrier`.
 *
 * @param range the function that the instruction is of
 */
export function namedText(
  instruction: Instruction,
  range: CodeRange,
  symbols: Pick<ProgramSymbols, "functionAt" | "variableAt">,
): string {
  const { target } = instruction;
  if (target !== undefined) {
    return replaced(instruction.text, target, targetName(target, range, symbols));
  }
  const place = instruction.operands.find(
    (operand) =>
      operand.kind === "memory" &&
      operand.memory.base === undefined &&
      operand.memory.index === undefined &&
      operand.memory.segment === undefined,
  );
  if (place?.kind !== "memory") {
    return instruction.text;
  }
  const address = Number(place.memory.displacement);
  const name = dataName(address, symbols);
  return name === undefined ? instruction.text : replaced(instruction.text, address, name);
}

function targetName(
  target: number,
  range: CodeRange,
  symbols: Pick<ProgramSymbols, "functionAt">,
): string | undefined {
  if (target > range.start && target < range.end) {
    return `+0x${(target - range.start).toString(16)}`;
  }
  const found = symbols.functionAt(target);
  return found === undefined ? undefined : withOffset(found.name, target - found.start);
}

function dataName(
  address: number,
  symbols: Pick<ProgramSymbols, "functionAt" | "variableAt">,
): string | undefined {
  const variable = symbols.variableAt(address);
  if (variable !== undefined) {
    return withOffset(variable.name, address - variable.start);
  }
  const code = symbols.functionAt(address);
  return code === undefined ? undefined : withOffset(code.name, address - code.start);
}

function withOffset(name: string, offset: number): string {
  return offset === 0 ? name : `${name}+0x${offset.toString(16)}`;
}

function replaced(text: string, address: number, name: string | undefined): string {
  return name === undefined ? text : text.replace(`0x${address.toString(16)}`, () => name);
}
