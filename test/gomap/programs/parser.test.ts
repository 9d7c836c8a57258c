import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MaptrapError } from "../../../src/base/errors.js";
import { scheduleOf, TokenError, tokenOf } from "../../../src/gomap/explore/schedule.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import { ProgramSyntaxError } from "../../../src/gomap/programs/syntax.js";

function problem(text: string): string {
  try {
    parseProgram(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramSyntaxError);
    return error instanceof Error ? error.message : "";
  }
  return "none";
}

describe("the text form of programs", () => {
  test("the article's example on one line", () => {
    const program = parseProgram("a: for i<1000 m[i]=i*2 | b: for i<1000 _=m[i]");
    expect(program.goroutines.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(program.maps).toEqual([{ name: "m", key: "int", hint: 0, entries: [] }]);
    expect(program.statements.map(({ text }) => text)).toEqual([
      "for i<1000 m[i]=i*2",
      "m[i]=i*2",
      "for i<1000 _=m[i]",
      "_=m[i]",
    ]);
  });

  test("all statements", () => {
    const program = parseProgram(`
      map m hint 9 {1: 10, 2..3}   # a comment
      map s[string] {"tea": 1}
      mutex mu  rwmutex rw  waitgroup wg = 2  chan c 1  var x = 5
      a: m[1]=2; m[1]+=3; m[1]++; v, ok := m[1]; delete(m, 1); delete m[2]; n=len(m); clear(m); clone m
      b: for k, v = range m { s["tea"] = v; if v == 1 { x = 1 } else { r = x } }; range s; for range m { fence }
      c1: mu.Lock(); wg.Done(); mu.Unlock(); rw.RLock(); rw.RUnlock(); c<-1; y=<-c; <-c; close(c); wg.Wait(); go d
      d: atomic x = 1; r = atomic x; z = (r + 1) * 2 % 3`);
    expect(program.goroutines.map(({ started }) => started)).toEqual([false, false, false, true]);
    expect(program.maps[0]?.entries).toEqual([
      { key: 1, value: 10 },
      { key: 2, value: 21 },
      { key: 3, value: 31 },
    ]);
  });

  test.each([
    ["a: m[1", "line 1, column 7: ] is wanted after the key, not the end of the text"],
    ["a: m[1]=2\nb: x=n[1]", "line 2, column 4: n is not declared; write `map n`"],
    ["a: x=1; m[q]=1", "line 1, column 11: q has no value here"],
    ["mutex mu\na: mu.Unlock()", "line 2, column 4: this goroutine has not called mu.Lock before"],
    ["mutex mu\na: mu.RLock()", "line 2, column 4: a mutex has no RLock"],
    ["a: m[1]=2 $", 'line 1, column 11: "$" is not part of the language'],
    ["map m {1: 2}", "line 1, column 1: there is no goroutine; write one as `a: m[1]=2`"],
    ["a: for i m[i]=1", "line 1, column 10: < is wanted after i: a loop is written for i<3, not m"],
    ["a: go b; go b\nb: m[1]=1", "line 1, column 10: a goroutine is started once; b is started more often"],
    ["var x\na: m[x]=1", "line 2, column 6: x is shared: read it first, as in `r = x`"],
  ])("%j is refused with its place", (text, message) => {
    expect(problem(text).split("\n")[0]).toBe(message);
  });

  test("the place is marked", () => {
    expect(problem("a: m[1]=2\nb: x=n[1]").split("\n").slice(1)).toEqual(["  b: x=n[1]", "     ^"]);
  });

  test("any text is a program or an error that says where", () => {
    const words = fc.constantFrom(
      "a",
      ":",
      "m",
      "[",
      "]",
      "=",
      "1",
      "for",
      "i",
      "<",
      "range",
      "{",
      "}",
      "(",
      ";",
      "\n",
      "map",
      "go",
      '"k"',
      "<-",
      ",",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join(" ")),
        ),
        (text) => {
          try {
            parseProgram(text);
          } catch (error) {
            expect(error).toBeInstanceOf(MaptrapError);
          }
        },
      ),
    );
  });

  test("deep nesting is refused", () => {
    expect(problem(`a: x=${"(".repeat(5000)}1`)).toContain("nested deeper");
    expect(problem(`a: ${"if 1 ".repeat(5000)} fence`)).toContain("nested deeper");
  });

  test("the shipped programs are programs", () => {
    const texts = shippedPrograms.flatMap(({ programs }) => programs.map(({ text }) => text));
    expect(texts.length).toBeGreaterThan(30);
    texts.forEach((text) => parseProgram(text));
  });
});

describe("tokens", () => {
  const schedules = fc.uint8Array({ max: 20, maxLength: 300 });

  test("give their schedule again", () => {
    fc.assert(
      fc.property(schedules, fc.string(), (schedule, bound) => {
        expect(scheduleOf(tokenOf(schedule, bound), bound)).toEqual(schedule);
      }),
    );
  });

  test("are refused for another program, and when damaged", () => {
    const token = tokenOf(Uint8Array.from([0, 0, 1, 0]), "this");
    expect(() => scheduleOf(token, "that")).toThrow(TokenError);
    expect(() => scheduleOf(token.replace("mt1", "mt2"), "this")).toThrow("version 2");
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom("A", "z", "_"), (at, letter) => {
        const damaged = token.slice(0, at) + letter + token.slice(at + 1);
        if (damaged !== token) {
          try {
            // The last letter has bits that mean nothing.
            expect(scheduleOf(damaged, "this")).toEqual(Uint8Array.from([0, 0, 1, 0]));
          } catch (error) {
            expect(error).toBeInstanceOf(TokenError);
          }
        }
      }),
    );
  });
});
