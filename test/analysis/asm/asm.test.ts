import { describe, expect, it } from "vitest";
import { compareFunctions } from "../../../src/analysis/asm/compare.js";
import { conclusionsOn } from "../../../src/analysis/asm/conclusions.js";
import { findFunctions } from "../../../src/analysis/asm/find-functions.js";
import { type FunctionView, viewOf } from "../../../src/analysis/asm/function-view.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { ProgramFunctions } from "../../../src/golang/instructions/functions.js";
import { asmJson } from "../../../src/report/json/asm.js";
import {
  type AsmOptions,
  comparisonLines,
  conclusionLines,
  functionLines,
  overviewLines,
} from "../../../src/report/text/asm.js";
import { coloursOf } from "../../../src/report/text/colours.js";
import { machineCode, madeProgram, writerProgram } from "../../support/made-code.js";

const binary = { file: "/home/me/server", goVersion: "go1.23", mapImplementation: "classic" } as const;

const options: AsmOptions = {
  colours: coloursOf(false),
  width: 120,
  limit: 1000,
  lines: undefined,
  workingDirectory: "/home/me",
  readSource: (file) => (file === "/made/made.go" ? "func writer() {\n\tfirst()\n" : undefined),
};

async function writerView(): Promise<FunctionView> {
  const symbols = writerProgram();
  const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
  return viewOf(functions.of(symbols.functionsNamed("runtime.mapassign_fast64")[0]!)!, functions, symbols);
}

describe("the view of a function", () => {
  it("puts names where addresses were", async () => {
    const texts = (await writerView()).instructions.map(({ text }) => text);
    expect(texts).toContain("call runtime.fatal");
    expect(texts).toContain("jbe +0x82");
    expect(texts.at(-1)).toBe("jmp runtime.mapassign_fast64");
    expect(texts).not.toContain("int3");
  });

  it("says where an argument comes back into a register", async () => {
    const brings = (await writerView()).instructions.flatMap(({ offset, brings: some }) =>
      some.map(({ register, argument }) => `+0x${offset.toString(16)} ${register} ${argument}`),
    );
    expect(brings).toContain("+0x32 rbx map");
    expect(brings).toContain("+0x43 rsi map");
  });
});

describe("the report", () => {
  it("shows counts, registers, the mark and the instructions between lines of source", async () => {
    const lines = functionLines({ view: await writerView(), binary }, options);
    expect(lines[0]).toBe("runtime.mapassign_fast64  go1.23  server");
    expect(lines[1]).toMatch(/^43 instructions in 160 bytes at 0x1000, the last one at \+0x9b; /);
    expect(lines.find((line) => line.startsWith("rbx"))).toMatch(
      /^rbx +map +\d+ +\d+ +\+0x13 +\+0x96 {2}[█▒·]+$/,
    );
    expect(lines.find((line) => line.startsWith("mark"))).toMatch(/T.*S=+T=+C/);
    expect(lines).toContain("made.go:1  func writer() {");
    expect(lines.some((line) => /^ +\+0x3e +mov %cl,0x8\(%rbx\) +; SETS the mark$/.test(line))).toBe(true);
    expect(lines.some((line) => /^┃ +\+0x43 /.test(line))).toBe(true);
    expect(
      lines.some((line) => line.includes("call runtime.fatal") && line.endsWith('; "concurrent map writes"')),
    ).toBe(true);
  });

  it("lists no more than asked for, and says how much it left out", async () => {
    const view = await writerView();
    const lines = functionLines({ view, binary }, { ...options, limit: 3 });
    expect(lines.at(-1)).toBe("… and 40 more instructions (--limit)");
    const some = functionLines({ view, binary }, { ...options, lines: { from: 7, to: 8 } });
    expect(some.filter((line) => /^[ ┃] +\+0x/.test(line))).toHaveLength(2);
    expect(
      functionLines({ view, binary }, { ...options, limit: 0 }).some((line) => line.includes("push")),
    ).toBe(false);
  });

  it("shows two functions beside each other", async () => {
    const view = await writerView();
    const comparison = compareFunctions(view, view);
    expect(comparison.rows.every(({ left, right, same }) => same && left === right)).toBe(true);
    const lines = comparisonLines(comparison, [binary, binary], options);
    expect(lines).toContain(
      "43 instructions the same (=), 0 with other operands (~), 0 only left (<), 0 only right (>); addresses of jumps and data",
    );
  });

  it("lists functions, one on a line", async () => {
    const [, line] = overviewLines([await writerView()]);
    expect(line).toMatch(/^runtime\.mapassign_fast64 +43 +160 +3 +0 +0 +\+0x1c \+0x58 +\+0x3e +\+0x64 +11$/);
  });

  it("makes names from outside harmless", async () => {
    const symbols = madeProgram([{ name: "main.\u001b[31mred", start: 0x1000, bytes: machineCode("c3") }]);
    const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
    const view = viewOf(functions.at(0x1000)!, functions, symbols);
    const text = [
      ...functionLines({ view, binary }, options),
      ...conclusionLines(conclusionsOn([view]), options),
    ];
    expect(text.join("\n")).not.toContain("\u001b");
    expect(text[0]).toContain("main.\\x1b[31mred");
  });

  it("is JSON, too", async () => {
    const view = await writerView();
    const document = {
      binaries: [binary],
      functions: [{ binary: 0, view }],
      comparisons: [],
      conclusions: conclusionsOn([view]),
    };
    const json = JSON.parse(asmJson(document)) as {
      readonly functions: readonly {
        readonly instructionCount: number;
        readonly registers: readonly {
          readonly register: string;
          readonly onEntry: string | null;
          readonly live: readonly (readonly number[])[];
        }[];
      }[];
    };
    const [first] = json.functions;
    expect(first?.instructionCount).toBe(43);
    expect(first?.registers.find(({ register }) => register === "rbx")).toMatchObject({ onEntry: "map" });
    expect(first?.registers.find(({ register }) => register === "rsp")?.live).toEqual([
      [0, 36],
      [37, 43],
    ]);
  });
});

describe("what follows", () => {
  it("is said of the counts and places that were read", async () => {
    const { follows, doesNot } = conclusionsOn([await writerView()]);
    expect(follows[0]).toMatch(/tests the mark at \+0x1c and sets it at \+0x3e, 34 bytes of code later/);
    expect(follows.join(" ")).toContain("is 11 instructions (35 bytes) long on every way");
    expect(follows.join(" ")).toContain("has no locked instruction");
    expect(doesNot[0]).toMatch(/^No contention for registers follows\./);
    expect(doesNot.join(" ")).toContain("on entry AX is the map type, BX the map, CX the key");
  });
});

describe("functions by name", () => {
  const names = [
    "runtime.mapassign",
    "runtime.mapassign_fast64",
    "reflect.mapassign",
    "main.(*Cache).Put",
    "main.(*Cache).Get",
    "main.Max[go.shape.int]",
    "example.org/shop/stock.Sell",
  ];
  const symbols = madeProgram(
    names.map((name, index) => ({ name, start: 0x1000 + index * 16, bytes: machineCode("c3") })),
  );
  const found = (name: string): string[] => findFunctions(symbols, name).functions.map((range) => range.name);

  it("are found whole, by their end, and by a pattern", () => {
    expect(found("main.(*Cache).Put")).toEqual(["main.(*Cache).Put"]);
    expect(found("(*Cache).Put")).toEqual(["main.(*Cache).Put"]);
    expect(found("mapassign")).toEqual(["runtime.mapassign"]);
    expect(found("mapassign*")).toEqual([
      "runtime.mapassign",
      "runtime.mapassign_fast64",
      "reflect.mapassign",
    ]);
    expect(found("main.(*Cache).*")).toEqual(["main.(*Cache).Put", "main.(*Cache).Get"]);
    expect(found("main.Max[...]")).toEqual(["main.Max[go.shape.int]"]);
    expect(found("stock.Sell")).toEqual(["example.org/shop/stock.Sell"]);
  });

  it("that are not there come with names that are alike", () => {
    expect(findFunctions(symbols, "mapasign_fast64")).toEqual({
      functions: [],
      similar: ["runtime.mapassign_fast64"],
    });
    expect(findFunctions(symbols, "put").similar).toEqual(["main.(*Cache).Put"]);
    expect(found("(.*)+$")).toEqual([]);
  });
});
