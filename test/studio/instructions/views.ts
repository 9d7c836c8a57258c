/** Functions for the tests of the view: the made one that writes a map, and code as it is given. */
import { type FunctionView, viewOf } from "../../../src/analysis/asm/function-view.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { ProgramFunctions } from "../../../src/golang/instructions/functions.js";
import { machineCode, madeProgram, writerProgram } from "../../support/made-code.js";

/** A small map function with a window. */
export async function writerView(): Promise<FunctionView> {
  const symbols = writerProgram();
  const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
  return viewOf(functions.of(symbols.functionsNamed("runtime.mapassign_fast64")[0]!)!, functions, symbols);
}

/** A function of these bytes, in hexadecimal. */
export async function codeView(bytes: string): Promise<FunctionView> {
  const symbols = madeProgram([
    { name: "main.f", start: 0x1000, bytes: machineCode(bytes.replaceAll(" ", "")) },
  ]);
  const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
  return viewOf(functions.at(0x1000)!, functions, symbols);
}
