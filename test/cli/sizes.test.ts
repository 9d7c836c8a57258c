import { describe, expect, it } from "vitest";
import { parseSize } from "../../src/cli/sizes.js";

describe("parseSize", () => {
  it.each([
    ["2G", 2 * 2 ** 30],
    ["512m", 512 * 2 ** 20],
    ["1.5GiB", 1.5 * 2 ** 30],
    ["1 TB".replace(" ", ""), 2 ** 40],
    ["2048K", 2 ** 21],
    ["1048576", 2 ** 20],
  ])("reads %s", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(["", "G", "2X", "-1G", "1e9", "1,5G", "1023K", "99999999T", "2 G 1"])("refuses %j", (text) => {
    expect(() => parseSize(text)).toThrow("such as 512M or 2G");
  });
});
