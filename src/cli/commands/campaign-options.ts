/** The options that `maptrap run` and `maptrap test` share. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { parseDuration } from "../durations.js";
import { htmlText } from "./html-option.js";
import { parseSize } from "../sizes.js";

/** The shared options, as they come out of the command line. */
export type CampaignFlags = {
  readonly go?: string | undefined;
  readonly runs?: number | undefined;
  /** The one way of looking that is wanted; both when not given. */
  readonly only?: "order" | "trap" | undefined;
  /** Bytes. */
  readonly maxSize?: number | undefined;
  /** Nanoseconds. */
  readonly budget?: number | undefined;
  /** Nanoseconds. */
  readonly timeout?: number | undefined;
  readonly seed?: number | undefined;
  readonly halt?: true | undefined;
  readonly tags?: string | undefined;
  readonly race?: true | undefined;
  readonly buildFlag?: readonly string[] | undefined;
  readonly json?: true | undefined;
  readonly output?: string | undefined;
  readonly html?: string | undefined;
  readonly keep?: true | undefined;
};

/** Makes a command with the shared options. */
export function campaignCommand(name: string): Command<[], CampaignFlags> {
  return new Command(name)
    .option("--go <path>", "go command or GOROOT folder (default: go on PATH)")
    .addOption(
      new Option("--runs <n>", "how many runs at the most (default: 3, with --only order 1)").argParser(
        parseCount,
      ),
    )
    .addOption(
      new Option(
        "--only <way>",
        "only observe what orders accesses, or only trap them (default: both)",
      ).choices(["order", "trap"] as const),
    )
    .option(
      "--max-size <size>",
      "how large the order events of one process may become, for example 8G (default: 2G)",
      parseSize,
    )
    .option(
      "--budget <time>",
      "how long one process may be delayed (default: its own time, at least 2s)",
      parseDuration,
    )
    .option("--timeout <time>", "end a run after this time", parseDuration)
    .option("--seed <n>", "start of the random delays (default: random, shown at the end)", parseSeed)
    .option("--halt", "end the program at the first conflict")
    .option("--tags <list>", "build tags, as for go build")
    .option("--race", "build with the race detector too")
    .option("--build-flag <flag>", "one more flag for the build, may be repeated", collect)
    .option("--json", "print the case file; the program's own output goes to stderr")
    .option("--output <file>", "write the case file to a file too")
    .option("--html <file>", htmlText)
    .option("--keep", "keep binaries and event files, and say where");
}

/** How many runs are made at the most. */
export function runsOf({ runs, only }: Pick<CampaignFlags, "runs" | "only">): number {
  return runs ?? (only === "order" ? 1 : 3);
}

/** The build flags in all three forms. */
export function buildFlags(flags: Pick<CampaignFlags, "tags" | "race" | "buildFlag">): string[] {
  return [
    ...(flags.tags === undefined ? [] : [`-tags=${flags.tags}`]),
    ...(flags.race === undefined ? [] : ["-race"]),
    ...(flags.buildFlag ?? []),
  ];
}

/** Takes one more value of an option that may be repeated. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** Reads a number of runs. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError("Write a number from 1 to 9999.");
  }
  return Number(text);
}

function parseSeed(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffff_ffff) {
    throw new InvalidArgumentError("Write a number from 0 to 4294967295.");
  }
  return Number(text);
}
