/**
 * Asks GDB for types of variables and places of fields, which it takes from the executable's debug information. The program itself is
 * not touched: GDB gets the file only.
 */
import { type ProcessResult, ProcessStartError, runProcess } from "../../base/processes.js";
import { gdbEnvironment } from "./launch.js";

/** What GDB says of a variable or a part of it. */
export interface AskedType {
  /** The type's name as debug information has it: `main.shop *`. */
  readonly type: string;
  /** The address, offset or size that was asked for, in bytes; undefined when GDB gave none. */
  readonly number: number | undefined;
}

/** GDB loads the debug information of large programs for seconds. */
const patience = 60_000;

/** More than GDB's answer to two questions has, in bytes. */
const longestAnswer = 1 << 20;

/** Names of variables and types: what is in none of them could end the quotes. */
const soundName = /^[^'"\\\p{Cc}\p{Zl}\p{Zp}]{1,1024}$/u;

/** How GDB is to be run. */
export interface AskOptions {
  /** Absolute path of the executable. */
  readonly executable: string;
  readonly gdb?: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** The type of a variable, with its size; undefined when the executable does not say, or GDB is not there. */
export function askVariable(name: string, options: AskOptions): Promise<AskedType | undefined> {
  return soundName.test(name) ? ask(`'${name}'`, `sizeof('${name}')`, options) : Promise.resolve(undefined);
}

/**
 * The type of a field, with its offset.
 *
 * @param type of the struct, as GDB writes it
 */
export function askField(type: string, field: string, options: AskOptions): Promise<AskedType | undefined> {
  const isSound = soundName.test(type) && /^[\p{L}_][\p{L}\p{Nd}_]{0,255}$/u.test(field);
  const part = `(('${type}' *) 0)->${field}`;
  return isSound ? ask(part, `(unsigned long) &${part}`, options) : Promise.resolve(undefined);
}

/** The size of a type, as GDB writes it, in bytes. */
export async function askSize(type: string, options: AskOptions): Promise<number | undefined> {
  const asked = soundName.test(type) ? await ask(`'${type}'`, `sizeof('${type}')`, options) : undefined;
  return asked?.number;
}

async function ask(expression: string, number: string, options: AskOptions): Promise<AskedType | undefined> {
  const { executable, environment } = options;
  const command = options.gdb ?? "gdb";
  const settings = ["set auto-load off", "set index-cache enabled off", "set debuginfod enabled off"];
  const args = ["-nx", "-nh", "-batch", ...settings.flatMap((setting) => ["-iex", setting])];
  const questions = ["set language c", `whatis ${expression}`, `print/x ${number}`];
  const asked = questions.flatMap((question) => ["-ex", question]);
  const result = await run(command, [...args, ...asked, executable], environment);
  const type = /^type = (.+)$/m.exec(result?.stdout ?? "")?.[1];
  const digits = /^\$1 = 0x([0-9a-f]{1,12})$/m.exec(result?.stdout ?? "")?.[1];
  return type === undefined
    ? undefined
    : { type, number: digits === undefined ? undefined : Number.parseInt(digits, 16) };
}

/** Runs GDB; undefined where there is none. Debug information is a help here, never a need. */
async function run(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ProcessResult | undefined> {
  try {
    return await runProcess(command, args, {
      env: gdbEnvironment(environment, undefined),
      maxOutputBytes: longestAnswer,
      ownGroup: true,
      signal: AbortSignal.timeout(patience),
    });
  } catch (error) {
    if (error instanceof ProcessStartError) {
      return undefined;
    }
    throw error;
  }
}
