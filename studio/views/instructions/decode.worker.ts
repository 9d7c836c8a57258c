/** Reads Go programs and decodes their functions, by the same functions as `maptrap asm`. The decoder is fetched with the first program. */
import { type AsmProgram, asmProgram, viewIn } from "../../../src/analysis/asm/asm-program.js";
import { findFunctions, mapFunctions, namesHolding } from "../../../src/analysis/asm/find-functions.js";
import { MaptrapError } from "../../../src/base/errors.js";
import { asInJson } from "../../../src/document/asm-view.js";
import { readProgram } from "../../../src/evidence/binary/program.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { serveCalls } from "../../parts/workers.js";
import { byteSource } from "./byte-sources.js";
import type { DecodingCalls } from "./decoding.js";

/** So many instructions go to the page at a time. */
const together = 1000;

const programs = new Map<string, AsmProgram>();

function opened(key: string): AsmProgram {
  const found = programs.get(key);
  if (found === undefined) {
    throw new MaptrapError("this program is not open");
  }
  return found;
}

serveCalls<DecodingCalls>("decode", {
  open: async ({ program: key, name, bytes }, { news }) => {
    const known = programs.get(key);
    if (known === undefined) {
      news({ text: `reading ${name}` });
      const program = readProgram(await byteSource(name, bytes), 0);
      news({ text: "fetching the decoder" });
      programs.set(key, asmProgram(program, name, await loadInstructionDecoder()));
    }
    const { program } = opened(key);
    return {
      goVersion: program.goVersion ?? null,
      mapImplementation: program.mapImplementation,
      functionCount: program.binary.functionCount,
      mapFunctions: mapFunctions(program).map((range) => range.name),
    };
  },
  find: ({ program, text, most }) => {
    const found = namesHolding(opened(program).program, text);
    return { names: found.slice(0, most), count: found.length };
  },
  decode: ({ program: key, name }, { news }) => {
    const program = opened(key);
    const { functions, similar } = findFunctions(program.program, name);
    const [range] = functions;
    if (range === undefined) {
      return { found: null, similar };
    }
    const { instructions, ...view } = viewIn(program, range, "by name");
    for (let from = 0; from < instructions.length; from += together) {
      news(instructions.slice(from, from + together).map(asInJson));
    }
    return { found: { view, binary: program.view }, similar };
  },
});
