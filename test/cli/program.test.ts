import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { afterEach, describe, expect, it, vi } from "vitest";
import { maptrapProgram } from "../../src/cli/program.js";

const makeProgram = () =>
  maptrapProgram({
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
    await expect(makeProgram().parseAsync(args, { from: "user" })).rejects.toThrow(/no-such-file/);
  });
});

/** All commands with the words that call them. */
function commandsOf(
  command: CommandUnknownOpts,
  words: readonly string[] = [],
): [string, CommandUnknownOpts][] {
  return command.commands.flatMap((one) => {
    const call = [...words, one.name()];
    return [[call.join(" "), one], ...commandsOf(one, call)] satisfies [string, CommandUnknownOpts][];
  });
}

describe("the help of each command", () => {
  afterEach(() => vi.restoreAllMocks());

  const commands = commandsOf(makeProgram());

  it("is there for all of them", () => {
    const groups = {
      alone: "run test compare overlay read watch explain",
      gdb: "run attach core trace park",
      memory: "map asm",
      model: "run explore replay compare list",
    };
    const under = (group: "gdb" | "model"): string[] => [
      group,
      ...groups[group].split(" ").map((name) => `${group} ${name}`),
    ];
    const { alone, memory } = groups;
    expect(commands.map(([call]) => call)).toEqual([
      ...alone.split(" "),
      ...under("gdb"),
      ...memory.split(" "),
      ...under("model"),
      "studio",
    ]);
  });

  it.each(commands)("%s --help: usage, what it does, and each option with a text", async (call, command) => {
    let printed = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    const parsed = makeProgram().parseAsync([...call.split(" "), "--help"], { from: "user" });
    await expect(parsed).rejects.toMatchObject({ code: "commander.helpDisplayed", exitCode: 0 });
    const oneLine = printed.replace(/\s+/g, " ");
    expect(oneLine).toContain(`Usage: maptrap ${call} `);
    expect(oneLine).toContain(command.description());
    expect(command.description()).not.toBe("");
    for (const option of command.options.filter(({ hidden }) => !hidden)) {
      expect(oneLine).toContain(`${option.flags} ${option.description}`);
      expect(option.description).not.toBe("");
    }
    for (const argument of command.registeredArguments) {
      expect(oneLine).toContain(`${argument.name()} `);
    }
  });

  it.each(commands)("%s --no-such-option: says so and ends with an error", async (call) => {
    let printed = "";
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    const parsed = makeProgram().parseAsync([...call.split(" "), "--no-such-option"], { from: "user" });
    await expect(parsed).rejects.toMatchObject({ exitCode: 1 });
    // An option that has to be there is missed first.
    expect(printed).toMatch(/^error: (unknown option '--no-such-option'|required option '--at )/);
  });
});
