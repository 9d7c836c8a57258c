/** Options that the commands under `maptrap gdb` share. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { htmlText } from "./html-option.js";

/** The options that all of them have. */
export type GdbFlags = {
  readonly json?: true | undefined;
  readonly case?: string | undefined;
  readonly html?: string | undefined;
  readonly gdb?: string | undefined;
  readonly logMi?: string | undefined;
};

/** Makes a command with the common options. */
export function gdbSubcommand(name: string): Command<[], GdbFlags> {
  return new Command(name)
    .option("--json", "print the case file to standard output")
    .option("--case <file>", "write the case file there too")
    .option("--html <file>", htmlText)
    .option("--gdb <path>", "the GDB to use")
    .option("--log-mi <file>", "write there what GDB is told and says");
}

/** A positive whole number. */
export function parseTimes(text: string): number {
  const times = Number(text);
  if (!/^\d{1,6}$/.test(text) || times < 1) {
    throw new InvalidArgumentError("Write a number of times, 1 or more.");
  }
  return times;
}
