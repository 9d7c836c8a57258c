/** Reads Go programs and decodes their functions, by the same functions as `maptrap asm`. The decoder is fetched with the first program. */
import { type AsmProgram, asmProgram, viewIn } from "../../../src/analysis/asm/asm-program.js";
import { conclusionsOn } from "../../../src/analysis/asm/conclusions.js";
import { findFunctions, mapFunctions, namesHolding } from "../../../src/analysis/asm/find-functions.js";
import { MaptrapError } from "../../../src/base/errors.js";
import { readProgram } from "../../../src/evidence/binary/program.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { asmJson } from "../../../src/report/json/asm.js";
import { serveCalls } from "../../parts/workers.js";
import { byteSource } from "./byte-sources.js";
import type { DecodingCalls } from "./decoding.js";

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
  decode: ({ program: key, name }) => {
    const program = opened(key);
    const { functions, similar } = findFunctions(program.program, name);
    const [range] = functions;
    if (range === undefined) {
      return { text: null, similar };
    }
    const view = viewIn(program, range, "by name");
    return {
      text: asmJson({
        binaries: [program.view],
        functions: [{ binary: 0, view }],
        comparisons: [],
        conclusions: conclusionsOn([view]),
      }),
      similar,
    };
  },
});
