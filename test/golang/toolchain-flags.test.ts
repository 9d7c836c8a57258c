import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinFlags, splitFlags, takeFlag } from "../../src/golang/goflags.js";

describe("splitFlags and joinFlags", () => {
  it.each([
    ["", true, []],
    ["  -race \t -tags=a,b\n", true, ["-race", "-tags=a,b"]],
    ["'-overlay=/a b/o.json' -race", true, ["-overlay=/a b/o.json", "-race"]],
    [`"-ldflags=-X 'a=b'"`, true, ["-ldflags=-X 'a=b'"]],
    ["-overlay='/a'", true, ["-overlay='/a'"]],
    ["'-a b'", false, ["'-a", "b'"]],
  ] as const)("reads %j", (text, quoting, flags) => {
    expect(splitFlags(text, quoting)).toEqual(flags);
  });

  it("refuses a quote that is not closed", () => {
    expect(() => splitFlags("'-a b", true)).toThrow("a quote is not closed");
  });

  it("says why Go 1.19 cannot take a blank", () => {
    expect(() => joinFlags(["-overlay=/a b"], false)).toThrow("cannot be given");
    expect(() => joinFlags([`-x=a'b"c d`], true)).toThrow("cannot be given");
  });

  it("reads back what it wrote", () => {
    const flag = fc.string({ unit: fc.constantFrom("a", "-", "=", " ", "'", '"', "\t", "ä") });
    fc.assert(
      fc.property(fc.array(flag), fc.boolean(), (flags, quoting) => {
        let text: string;
        try {
          text = joinFlags(flags, quoting);
        } catch {
          // What cannot be written is refused; that is tested above.
          return;
        }
        expect(splitFlags(text, quoting)).toEqual(flags);
      }),
    );
  });
});

describe("takeFlag", () => {
  it.each([
    [["-exec=a b", "-v"], "a b", ["-v"]],
    [["--exec", "a", "-v"], "a", ["-v"]],
    [["-exec=a", "-exec=b=c"], "b=c", []],
    [["-v", "-executable=x"], undefined, ["-v", "-executable=x"]],
    [["-v", "-args", "-exec=a"], undefined, ["-v", "-args", "-exec=a"]],
    [["-exec"], undefined, []],
  ])("takes it out of %j", (args, value, rest) => {
    expect(takeFlag(args, "exec")).toEqual({ value, rest });
  });
});
