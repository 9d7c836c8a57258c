/** What GDB's shell does with a program, without GDB: the same text goes to the same shell. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  absoluteProgram,
  execWrapper,
  gdbEnvironment,
  launchVariables,
} from "../../../src/evidence/gdb/launch.js";

let folder = "";
const script = `#!${process.execPath}
process.stdout.write(JSON.stringify({ args: process.argv.slice(2), env: process.env }));
`;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'launch it\'s "here" $(x) '));
  writeFileSync(path.join(folder, "tell me"), script, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("arguments of any kind and the whole environment arrive as they are, and nothing more", () => {
  const program = path.join(folder, "tell me");
  const args = [
    "",
    "a b",
    "it's",
    '"q"',
    "$(touch x)",
    "`id`",
    "line\nbreak\r\n",
    "*",
    "~",
    "é€𝄞",
    "-n",
    "A=B",
    "\\",
    "\t",
  ];
  const environment = {
    PATH: "/usr/bin",
    "not a name": "x y",
    EMPTY: "",
    LINES: "7",
    SHELL: "/bin/zsh",
    _: "u",
    "a.b": "\n",
  };
  const start = { program, args, environment };
  // As GDB does it: exec, the wrapper, the program in quotes.
  const text = `exec ${execWrapper} '/the/program'`;
  const nothing = openSync("/dev/null", "r");
  const result = spawnSync("/bin/sh", ["-c", text], {
    env: {
      ...gdbEnvironment({ PATH: "/usr/bin", DEBUGINFOD_URLS: "https://example.org" }, start),
      LINES: "24",
      COLUMNS: "80",
    },
    stdio: ["ignore", "ignore", "pipe", nothing, "pipe", "pipe"],
    cwd: folder,
  });
  closeSync(nothing);
  const told: unknown = JSON.parse(String(result.output[4]));
  expect(told).toEqual({ args, env: environment });
});

test("the user's settings do not reach GDB itself", () => {
  const environment = gdbEnvironment(
    { PATH: "/bin", DEBUGINFOD_URLS: "x", PYTHONPATH: "/evil", LC_ALL: "de_DE", SHELL: "/bin/zsh" },
    undefined,
  );
  expect(environment).toEqual({
    PATH: "/bin",
    HOME: undefined,
    TMPDIR: undefined,
    LD_LIBRARY_PATH: undefined,
    LC_ALL: "C.UTF-8",
    TERM: "dumb",
    SHELL: "/bin/sh",
  });
});

test("what cannot be started is named before GDB is", () => {
  expect(() => absoluteProgram("nothing-here", folder)).toThrow("there is no such file");
  expect(() => absoluteProgram(".", folder)).toThrow("it is no file");
  expect(() => launchVariables({ program: "/a=b", args: [], environment: {} })).toThrow("equals sign");
  expect(() => launchVariables({ program: "/a", args: ["x".repeat(200_000)], environment: {} })).toThrow(
    "128 KiB",
  );
  expect(() => launchVariables({ program: "/a", args: ["x\0"], environment: {} })).toThrow("NUL byte");
});
