/**
 * How GDB starts the program, so that it runs as it would have run without GDB.
 *
 * GDB starts a program through a shell. What it is told to let the shell do is constant; the program's path, its arguments and its
 * environment reach the shell as values of variables only, which the shell never reads as text of a command:
 *
 * ```text
 *   GDB  →  /bin/sh -c 'exec <&3 >&4 2>&5 … ; eval "$MAPTRAP_GDB_LAUNCH"; …'     streams of the user's own, not GDB's
 *        →  /usr/bin/env -i NAME=VALUE … PROGRAM ARGUMENT …                      exactly the environment that the user has
 *        →  PROGRAM
 * ```
 *
 * The way over `env -i` keeps what a shell would change or drop: names that are no names for it, PWD, SHLVL and `_`; and what GDB sets
 * (LINES, COLUMNS). GDB itself gets a small environment, so that no setting of the user changes what it does.
 */
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { systemErrorCode } from "../../base/errors.js";
import { ProgramStartError } from "./errors.js";

/** A program and how it is to run. */
export interface ProgramStart {
  /** Path of the executable, relative to the working directory or absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Value of `set exec-wrapper`: what stands between `exec` and the program in what GDB gives to the shell. */
export const execWrapper = '<&3 >&4 2>&5 3<&- 4>&- 5>&- ; eval "$MAPTRAP_GDB_LAUNCH"; exit 127;';

/** Reads the words back into `$@` and forgets their variables. With one execution of `env`, as GDB expects of a wrapper. */
const launchScript = `set --
maptrap_at=0
while [ "$maptrap_at" -lt "$MAPTRAP_GDB_COUNT" ]; do
  eval "set -- \\"\\$@\\" \\"\\$MAPTRAP_GDB_$maptrap_at\\""
  maptrap_at=$((maptrap_at + 1))
done
exec /usr/bin/env -i "$@"`;

/** The variables of the user that GDB itself needs to be found and to run. */
const kept = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] as const;

/** Linux refuses a single variable or argument of 128 KiB or more. */
const longestWord = 128 * 1024 - 32;

/** The environment of GDB. With a program to start, it holds what {@link execWrapper} starts. */
export function gdbEnvironment(
  environment: NodeJS.ProcessEnv,
  start: ProgramStart | undefined,
): NodeJS.ProcessEnv {
  const own = Object.fromEntries(kept.map((name) => [name, environment[name]]));
  // Octal escapes are read whatever the language; its messages are to be in one language.
  const settings = { ...own, LC_ALL: "C.UTF-8", TERM: "dumb", SHELL: "/bin/sh" };
  return start === undefined ? settings : { ...settings, ...launchVariables(start) };
}

/**
 * The variables that hold the program.
 *
 * @throws ProgramStartError for what no program can be started with
 */
export function launchVariables(start: ProgramStart): Record<string, string> {
  const variables = Object.entries(start.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const program = start.program.includes("/") ? start.program : `./${start.program}`;
  const words = [...variables, program, ...start.args];
  // `env` would take it for a variable.
  if (program.includes("=")) {
    throw new ProgramStartError(
      start.program,
      "its path holds an equals sign",
      "start it through a link whose path has none",
    );
  }
  const tooLong = words.find((word) => Buffer.byteLength(word) > longestWord);
  if (tooLong !== undefined) {
    throw new ProgramStartError(start.program, "an argument or variable is longer than 128 KiB");
  }
  if (words.some((word) => word.includes("\0"))) {
    throw new ProgramStartError(start.program, "an argument holds a NUL byte");
  }
  const numbered = Object.fromEntries(words.map((word, index) => [`MAPTRAP_GDB_${index}`, word]));
  return { ...numbered, MAPTRAP_GDB_COUNT: String(words.length), MAPTRAP_GDB_LAUNCH: launchScript };
}

/**
 * The path by which GDB itself reads the executable.
 *
 * @throws ProgramStartError when there is no such file, or none that may be executed
 */
export function absoluteProgram(program: string, workingDirectory: string): string {
  const absolute = path.resolve(workingDirectory, program);
  try {
    if (!statSync(absolute).isFile()) {
      throw new ProgramStartError(program, "it is no file");
    }
    accessSync(absolute, constants.X_OK);
  } catch (error) {
    if (error instanceof ProgramStartError) {
      throw error;
    }
    throw systemErrorCode(error) === "ENOENT"
      ? new ProgramStartError(
          program,
          "there is no such file",
          "name the executable by its path; build it first with go build",
        )
      : new ProgramStartError(program, "it may not be executed", "make it executable (chmod +x)");
  }
  return absolute;
}
