import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareFunctions } from "../../src/analysis/asm/compare.js";
import { conclusionsOn } from "../../src/analysis/asm/conclusions.js";
import { type FunctionView, viewOf } from "../../src/analysis/asm/function-view.js";
import { asmSchema, type FunctionJson } from "../../src/document/asm-schema.js";
import {
  asInJson,
  binaryView,
  functionView,
  type GivenFunction,
  shownCode,
} from "../../src/document/asm-view.js";
import { loadInstructionDecoder } from "../../src/golang/instructions/decoder.js";
import { ProgramFunctions } from "../../src/golang/instructions/functions.js";
import { type AsmDocument, asmJson } from "../../src/report/json/asm.js";
import { functionLines } from "../../src/report/text/asm.js";
import { coloursOf } from "../../src/report/text/colours.js";
import { machineCode, madeProgram, writerProgram } from "../support/made-code.js";

const binary = { file: "/home/me/server", goVersion: "go1.23", mapImplementation: "classic" } as const;

async function writer(): Promise<FunctionView> {
  const symbols = writerProgram();
  const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
  return viewOf(functions.of(symbols.functionsNamed("runtime.mapassign_fast64")[0]!)!, functions, symbols);
}

async function other(): Promise<FunctionView> {
  const code = machineCode("4889c3488b0500100000f048ff000f840000000090c3");
  const symbols = madeProgram([{ name: "main.other", start: 0x2000, bytes: code }]);
  const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
  return viewOf(functions.at(0x2000)!, functions, symbols);
}

function documentOf(views: readonly FunctionView[]): AsmDocument {
  const [left, right] = views;
  return {
    binaries: [binary],
    functions: views.map((view) => ({ binary: 0, view })),
    comparisons:
      left === undefined || right === undefined
        ? []
        : [{ left: 0, right: 1, comparison: compareFunctions(left, right) }],
    conclusions: conclusionsOn(views),
  };
}

function jsonOf(text: string, index: number): FunctionJson {
  return asmSchema.parse(JSON.parse(text)).functions[index]!;
}

function given(text: string, index: number): GivenFunction {
  const of = binaryView(asmSchema.parse(JSON.parse(text)), 0);
  return { view: functionView(jsonOf(text, index), of.goVersion), binary: of, program: "p" };
}

describe("a function that was read from JSON", () => {
  it("makes the same JSON again, alone and beside another one", async () => {
    const views = [await writer(), await other()];
    const one = asmJson(documentOf(views.slice(0, 1)));
    expect(asmJson(shownCode(given(one, 0), undefined).document)).toBe(one);
    const two = asmJson(documentOf(views));
    expect(asmJson(shownCode(given(two, 0), given(two, 1)).document)).toBe(two);
  });

  it("is the same as what was decoded and never was JSON", async () => {
    for (const view of [await writer(), await other()]) {
      const again = functionView(jsonOf(asmJson(documentOf([view])), 0), "go1.23");
      expect({ ...view, instructions: view.instructions.map(asInJson) }).toEqual(again);
    }
  });

  it("makes the same report", async () => {
    const view = await writer();
    const options = {
      colours: coloursOf(false),
      width: 120,
      limit: 1000,
      lines: undefined,
      workingDirectory: "/",
      readSource: () => undefined,
    };
    const again = functionView(jsonOf(asmJson(documentOf([view])), 0), "go1.23");
    expect(functionLines({ view: again, binary }, options)).toEqual(functionLines({ view, binary }, options));
  });

  it("is called by its version where it stands beside one of another program", async () => {
    const text = asmJson(documentOf([await writer()]));
    const a = given(text, 0);
    const b = { ...a, program: "q", binary: { ...a.binary, goVersion: "go1.27" } };
    const { document, comparison } = shownCode(a, b);
    expect(document.binaries).toHaveLength(2);
    expect(document.functions.map(({ binary: index }) => index)).toEqual([0, 1]);
    expect(document.conclusions.follows.join(" ")).toContain("runtime.mapassign_fast64 of go1.27");
    expect(comparison?.rows.every(({ same }) => same)).toBe(true);
  });

  it("bears indexes and runs that are not in it", async () => {
    const text = asmJson(documentOf([await writer()]));
    const json = jsonOf(text, 0);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }), fc.nat(), (live, place) => {
        const damaged = {
          ...json,
          registers: json.registers.map((register) => ({
            ...register,
            live,
            firstUse: place,
            lastUse: place,
          })),
          instructions: json.instructions.map((one) => ({ ...one, position: place })),
        };
        const view = functionView(damaged, undefined);
        expect(view.registers[0]?.live).toHaveLength(json.instructions.length);
        asmJson(documentOf([view]));
      }),
    );
  });
});
