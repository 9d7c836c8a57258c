import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import { grammarLines } from "../../../studio/views/model/grammar.js";
import { piecesOf, rangeOf } from "../../../studio/views/model/places.js";

const texts = shippedPrograms.flatMap(({ programs }) => programs.map(({ text }) => text));

describe("statements in a program's text", () => {
  it("are found where they stand", () => {
    for (const text of texts) {
      const program = parseProgram(text);
      for (const statement of program.statements) {
        const [start, end] = rangeOf(text, statement);
        expect(text.slice(start, end).replaceAll(/\s+/g, " ").trim()).toBe(statement.text.trim());
      }
    }
  });

  it("are found when there is white space of any kind in them", () => {
    const text = "map m {1: 10}\n\na:   m[ 1 ]\t=   11 ;  x  =  m[1]\nb: for i<2 {\n  m[i]  =\t5 }\n";
    const program = parseProgram(text);
    for (const statement of program.statements) {
      const [start, end] = rangeOf(text, statement);
      expect(text.slice(start, end).replaceAll(/\s+/g, " ").trim()).toBe(statement.text.trim());
    }
  });

  it("are marked in pieces that are the text again, whatever is next", () => {
    const all = texts.map((text) => parseProgram(text));
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.array(fc.option(fc.nat(6), { nil: undefined }), { maxLength: 4 }),
        (program, next) => {
          const pieces = piecesOf(program, next);
          expect(pieces.map(({ text }) => text).join("")).toBe(program.text);
        },
      ),
    );
  });

  it("belong to their goroutines", () => {
    const program = parseProgram("a: m[1]=1; x=m[1]\nb: _=m[1]");
    expect(piecesOf(program, [1, 2]).filter(({ goroutine }) => goroutine !== undefined)).toEqual([
      { text: "x=m[1]", goroutine: 0 },
      { text: "_=m[1]", goroutine: 1 },
    ]);
  });
});

describe("the short grammar", () => {
  it.each(grammarLines.map(({ text, program }) => [text, program]))("is understood: %s", (text, program) => {
    expect(program).toContain(text.replace(/^a: /, ""));
    expect(parseProgram(program).goroutines.length).toBeGreaterThan(0);
  });
});
