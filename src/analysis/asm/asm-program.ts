/** A program whose functions are looked at as instructions. */
import { MaptrapError } from "../../base/errors.js";
import { sanitizeLine } from "../../base/text.js";
import type { Program } from "../../evidence/binary/program.js";
import type { InstructionDecoder } from "../../golang/instructions/decoder.js";
import { ProgramFunctions } from "../../golang/instructions/functions.js";
import type { CodeRange } from "../../golang/program-symbols.js";
import { type BinaryView, type FunctionView, type Labelled, viewOf } from "./function-view.js";

/** A program that is open. */
export interface AsmProgram {
  readonly program: Program;
  readonly functions: ProgramFunctions;
  readonly view: BinaryView;
}

/**
 * Makes a program ready for its functions to be looked at.
 *
 * @param file what it is called
 * @throws MaptrapError when it is not one for linux/amd64
 */
export function asmProgram(program: Program, file: string, decoder: InstructionDecoder): AsmProgram {
  const { architecture, format } = program.binary;
  if (architecture !== "amd64") {
    throw new MaptrapError(`${sanitizeLine(file)} is for ${architecture}: only code for amd64 can be shown`, {
      wayOut: "build the program with GOARCH=amd64",
    });
  }
  if (format !== "ELF") {
    throw new MaptrapError(
      `${sanitizeLine(file)} is a ${format} file: only code of Linux programs can be shown`,
      { wayOut: "build the program with GOOS=linux" },
    );
  }
  return {
    program,
    functions: new ProgramFunctions(program, decoder),
    view: { file, goVersion: program.goVersion, mapImplementation: program.mapImplementation },
  };
}

/**
 * Makes the view of one of its functions.
 *
 * @throws MaptrapError when its code is not in the file
 */
export function viewIn(
  { program, functions }: AsmProgram,
  range: CodeRange,
  labelled: Labelled,
): FunctionView {
  const code = functions.of(range);
  if (code === undefined) {
    throw new MaptrapError(`the code of ${sanitizeLine(range.name)} is not in the file`);
  }
  return viewOf(code, functions, program, labelled);
}
