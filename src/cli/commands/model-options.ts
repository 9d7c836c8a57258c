/** The options that the commands of `maptrap model` share. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { policies, type Policy } from "../../gomap/programs/policies.js";
import type { CommandContext } from "../context.js";
import { htmlText } from "./html-option.js";

/** Of what a command is called with, that which it takes to find a program. */
export type ModelContext = Pick<CommandContext, "workingDirectory">;

/** The options, as they come out of the command line. */
export type ModelFlags = {
  readonly map?: "classic" | "swiss" | undefined;
  readonly go?: number | undefined;
  readonly memory: "sc" | "tso";
  readonly policy: Policy;
  readonly seed: number;
  readonly afterFatal: "stop" | "continue";
  readonly json?: true | undefined;
  readonly html?: string | undefined;
};

/** Makes a command with the options that say under which conditions a program is looked at. */
export function modelSubcommand(name: string): Command<[], ModelFlags> {
  return new Command(name)
    .addOption(
      new Option("--map <kind>", "which map: classic (Go 1.19 to 1.23) or swiss (Go 1.24 to 1.27)").choices([
        "classic",
        "swiss",
      ] as const),
    )
    .option(
      "--go <version>",
      "Go version, for example 1.23 (default: 1.23 for classic, 1.27 for swiss)",
      parseGo,
    )
    .addOption(
      new Option("--memory <model>", "sc: sequentially consistent; tso: x86 with store buffers")
        .choices(["sc", "tso"] as const)
        .default("sc" as const),
    )
    .addOption(
      new Option("--policy <policy>", "what is done about accesses at the same time")
        .choices(policies)
        .default("panic" as const),
    )
    .addOption(
      new Option("--after-fatal <what>", "whether the other goroutines stop with the first that is stopped")
        .choices(["stop", "continue"] as const)
        .default("stop" as const),
    )
    .option("--seed <n>", "seed of hashes and of random choices", parseNatural, 1)
    .option("--json", "print JSON")
    .option("--html <file>", htmlText);
}

function parseGo(text: string): number {
  const minor = /^(?:go)?1\.(?<minor>\d{1,3})(?:\.\d{1,3})?$/.exec(text)?.groups?.["minor"];
  if (minor === undefined) {
    throw new InvalidArgumentError("a Go version looks like 1.23");
  }
  return Number(minor);
}

/** A whole number from 0 on. */
export function parseNatural(text: string): number {
  if (!/^\d{1,12}$/.test(text)) {
    throw new InvalidArgumentError("a whole number is wanted");
  }
  return Number(text);
}
