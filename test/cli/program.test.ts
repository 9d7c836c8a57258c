import { describe, expect, it } from "vitest";
import { maptrapProgram } from "../../src/cli/program.js";

const program = maptrapProgram({
  wordsAfterDashes: [],
  call: ["maptrap"],
  environment: {},
  workingDirectory: "/",
});

describe("the command line as a whole", () => {
  it.each([
    ["read", "--debug", "no-such-file"],
    ["--debug", "read", "no-such-file"],
    ["gdb", "core", "--debug", "no-such-file"],
  ])("takes --debug before and behind a command's name: %s %s %s", async (...args) => {
    await expect(program.parseAsync(args, { from: "user" })).rejects.toThrow(/no-such-file/);
  });
});
