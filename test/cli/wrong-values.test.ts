/** What the command line names and is not there, or is not what it has to be, ends every command in the same way. */
import { expect, test } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import { maptrapProgram } from "../../src/cli/program.js";

const eventFile = "fixtures/article/article.maptrap";
const text = "package.json";
const missing = "/nonexistent/file";
/** Larger than Linux ever gives. */
const noProcess = String(2 ** 22 + 1);

const calls: readonly (readonly string[])[] = [
  ["read", missing],
  ["read", text],
  ["read", eventFile, "--exe", missing],
  ["read", eventFile, "--exe", text],
  ["read", eventFile, "--exe", "."],
  ["watch", eventFile, "--once", "--exe", missing],
  ["watch", eventFile, "--once", "--exe", text],
  ["studio", missing],
  ["studio", eventFile, "--exe", missing],
  ["studio", eventFile, "--exe", text],
  ["studio", eventFile, "--source", missing],
  ["studio", eventFile, "--source", text],
  ["explain", text, "--source", missing],
  ["explain", text, "--source", text],
  ["asm", missing],
  ["asm", text],
  ["gdb", "core", missing],
  ["gdb", "core", text],
  ["gdb", "run", missing],
  ["gdb", "run", text],
  ["map", "main.cache", "--core", missing],
  ["map", "main.cache", "--core", text],
  ["map", "main.cache", "--pid", noProcess],
  ["run", missing],
  ["run", "missing.go"],
  ["run", "--go", missing],
  ["run", "--go", text],
];

test.each(calls.map((call) => [call.join(" "), call] as const))(
  "maptrap %s ends with status 2",
  async (name, call) => {
    const program = maptrapProgram({
      wordsAfterDashes: [],
      call: ["maptrap", ...call],
      environment: { PATH: process.env["PATH"] },
      workingDirectory: process.cwd(),
    });
    const error: unknown = await program.parseAsync([...call], { from: "user" }).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error, name).toBeInstanceOf(MaptrapError);
    expect(error).toMatchObject({ exitStatus: 2 });
  },
);
