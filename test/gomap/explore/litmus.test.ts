import { describe, expect, test } from "vitest";
import { outcomes } from "./support.js";

const SB = "var x var y\na: x=1; r=y\nb: y=1; r=x";
const IRIW = "var x var y\na: x=1\nb: y=1\nc: r=x; s=y\nd: r=y; s=x";

describe("litmus tests", () => {
  test("store buffering: both read 0 under TSO, and under nothing else", () => {
    expect(outcomes(SB, "sc")).toEqual(["0|1", "1|0", "1|1"]);
    expect(outcomes(SB, "tso")).toEqual(["0|0", "0|1", "1|0", "1|1"]);
  });

  test("store buffering with fences is as under sequential consistency", () => {
    expect(outcomes(SB.replaceAll("=1;", "=1; fence;"), "tso")).toEqual(["0|1", "1|0", "1|1"]);
  });

  test("one fence is not enough", () => {
    expect(outcomes(SB.replace("x=1;", "x=1; fence;"), "tso")).toContain("0|0");
  });

  test("an atomic store is a fence, an atomic load is none", () => {
    expect(outcomes("var x var y\na: atomic x=1; r=y\nb: atomic y=1; r=x", "tso")).not.toContain("0|0");
    expect(outcomes("var x var y\na: x=1; r=atomic y\nb: y=1; r=atomic x", "tso")).toContain("0|0");
  });

  test("message passing: who sees the flag sees the message", () => {
    const text = "var x var y\na: x=1; y=1\nb: r=y; s=x";
    for (const memory of ["sc", "tso"] as const) {
      expect(outcomes(text, memory)).toEqual(["|0,0", "|0,1", "|1,1"]);
    }
  });

  test("load buffering: not both read 1", () => {
    const text = "var x var y\na: r=x; y=1\nb: r=y; x=1";
    for (const memory of ["sc", "tso"] as const) {
      expect(outcomes(text, memory)).toEqual(["0|0", "0|1", "1|0"]);
    }
  });

  test("IRIW: two readers agree about the order of two writes", () => {
    for (const memory of ["sc", "tso"] as const) {
      const found = outcomes(IRIW, memory);
      expect(found).toHaveLength(15);
      expect(found).not.toContain("||1,0|1,0");
    }
  });

  test("a goroutine reads its own store before others do", () => {
    const text = "var x var y\na: x=1; r=x; s=y\nb: y=1; r=y; s=x";
    expect(outcomes(text, "sc")).not.toContain("1,0|1,0");
    expect(outcomes(text, "tso")).toEqual(["1,0|1,0", "1,0|1,1", "1,1|1,0", "1,1|1,1"]);
  });

  test("2+2W and R: stores of one goroutine reach memory in their order", () => {
    const text = "var x var y\na: x=1; y=1\nb: y=2; x=2\nc: r=x; s=y";
    expect(outcomes(text, "tso")).toEqual(outcomes(text, "sc"));
  });
});
