import { describe, expect, it } from "vitest";
import { parseDuration } from "../../src/cli/durations.js";

describe("parseDuration", () => {
  it.each([
    ["2s", 2e9],
    ["500ms", 5e8],
    ["1m30s", 90e9],
    ["1.5h", 5400e9],
    ["3us", 3000],
    ["3µs", 3000],
    ["1ns", 1],
  ])("reads %s", (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each(["", "2", "s", "-1s", "0s", "1s x", "x1s", "1s 1s", "1e9s", "99999999999999h", "1.s"])(
    "refuses %j",
    (text) => {
      expect(() => parseDuration(text)).toThrow("2s, 500ms or 1m30s");
    },
  );
});
