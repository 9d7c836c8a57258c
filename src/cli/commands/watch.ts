/** `maptrap watch`: follows what the probe records while the process runs. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { parseListenAddress } from "../watch-address.js";
import type { WatchContext } from "../watch.js";

const help = `
FILE is an event file (MAPTRAP_FILE of the program), FOLDER a folder that holds some (its MAPTRAP_DIR). What is not there yet is
waited for. A file is watched until its process ends. In a folder all processes are watched, also those that start later,
until Ctrl-C; those that had ended before are left out.

One line is printed for each thing that is new: a map that a second goroutine comes to, two places that use one map, growth
of shared maps, GC cycles, events that were lost; and both sides of each conflict. What comes too fast is counted.

--metrics serves figures for Prometheus at http://ADDRESS/metrics. A port alone means 127.0.0.1.

Exit status: 66 when a conflict was found, else 0.

Examples:
  maptrap watch /var/tmp/server.maptrap
  maptrap watch --json /var/tmp | jq 'select(.type == "conflict")'
  maptrap watch --metrics 9464 /var/lib/maptrap`;

/** How often files are looked at, milliseconds, unless told otherwise. */
const usualInterval = 250;
const shortestInterval = 10;
const longestInterval = 60_000;

/** Makes the command. Its action sets the process's exit status and throws MaptrapErrors. */
export function watchCommand(context: WatchContext) {
  return new Command("watch")
    .description("follow what the probe of a running program records")
    .argument("<file|folder>", "an event file, or a folder of event files")
    .option("--exe <binary>", "the executable that writes the event files")
    .option("--json", "print one JSON object a line")
    .addOption(
      new Option("--interval <ms>", "how often to look, in milliseconds")
        .default(usualInterval)
        .argParser(parseInterval),
    )
    .addOption(
      new Option(
        "--metrics <address>",
        "serve metrics for Prometheus there, such as 127.0.0.1:9464",
      ).argParser(parseListenAddress),
    )
    .option("--once", "show what is there now, and end")
    .addHelpText("after", help)
    .action(async (name, flags) => {
      const { watch } = await import("../watch.js");
      await watch(name, flags, context);
    });
}

function parseInterval(text: string): number {
  const milliseconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(milliseconds >= shortestInterval && milliseconds <= longestInterval)) {
    throw new InvalidArgumentError(`Write milliseconds from ${shortestInterval} to ${longestInterval}.`);
  }
  return milliseconds;
}
