/** `maptrap watch`: follows what the probe records while the process runs. */
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { UsageError } from "../base/errors.js";
import { sanitizeTerminal } from "../base/text.js";
import { openGoBinary } from "../evidence/binary/open.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { coloursOf } from "../report/text/colours.js";
import { openSymbols } from "./binary-symbols.js";
import { trappedStatus, wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { withInterruption } from "./interruption.js";
import { moduleAbove } from "./module-above.js";
import { type Progress, progressOn } from "./progress.js";
import { sourceReader } from "./source-reader.js";
import { hostAndPort, isLoopback, type ListenAddress, parseListenAddress } from "./watch-address.js";
import { NamedFiles, type WatchedFiles } from "./watch-files.js";
import { jsonLines, textLines, WatchOutput } from "./watch-output.js";
import { serveMetrics } from "./watch-server.js";
import { Watching } from "./watching.js";

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

interface WatchFlags {
  readonly exe?: string | undefined;
  readonly json?: true | undefined;
  readonly interval: number;
  readonly metrics?: ListenAddress | undefined;
  readonly once?: true | undefined;
}

type Surroundings = Pick<CommandContext, "call" | "environment" | "workingDirectory">;

/** Makes the command. Its action sets the process's exit status and throws MaptrapErrors. */
export function watchCommand(context: Surroundings) {
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
    .action((name, flags) => watch(name, flags, context));
}

function parseInterval(text: string): number {
  const milliseconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(milliseconds >= shortestInterval && milliseconds <= longestInterval)) {
    throw new InvalidArgumentError(`Write milliseconds from ${shortestInterval} to ${longestInterval}.`);
  }
  return milliseconds;
}

async function watch(name: string, flags: WatchFlags, context: Surroundings): Promise<void> {
  if (flags.once === true && flags.metrics !== undefined) {
    throw new UsageError(
      "--once and --metrics exclude each other",
      "metrics are served while something is watched",
    );
  }
  const files = new NamedFiles(name, { all: flags.once === true });
  const progress = progressOn(process.stderr);
  const watching = new Watching(files, {
    output: outputOf(flags, context, files, () => progress.clear()),
    note: (text) => {
      progress.clear();
      process.stderr.write(`maptrap: ${sanitizeTerminal(text)}\n`);
    },
    json: flags.json === true,
    binary: flags.exe === undefined ? undefined : namedBinary(flags.exe),
    openSymbols,
    call: context.call,
    workingDirectory: context.workingDirectory,
    onConflict: () => {
      // Set at once: whoever reads the output may go away before the end.
      process.exitCode = trappedStatus;
    },
  });
  if (files.leftOut > 0) {
    watching.note(leftOutText(files.leftOut));
  }
  await withInterruption(async ({ stop }) => {
    const server = flags.metrics === undefined ? undefined : await serve(flags.metrics, watching);
    try {
      if (flags.once === true) {
        watching.lookOnce(name);
      } else {
        await follow(watching, name, { interval: flags.interval, stop, say: statusLine(progress) });
      }
    } finally {
      progress.clear();
      watching.end();
      await server?.close();
    }
  });
  process.exitCode = watching.conflicts > 0 ? trappedStatus : 0;
}

function leftOutText(count: number): string {
  return count === 1
    ? "1 event file is of a process that has ended, and is left out; maptrap read shows it"
    : `${count} event files are of processes that have ended, and are left out; maptrap read shows them`;
}

interface FollowOptions {
  /** How often to look when little happens, milliseconds. */
  readonly interval: number;
  readonly stop: AbortSignal;
  /** Shows what is going on. */
  readonly say: (text: string) => void;
}

/** Looks again and again, until there is nothing more to come or the person has seen enough. */
async function follow(
  watching: Watching,
  name: string,
  { interval, stop, say }: FollowOptions,
): Promise<void> {
  let told = false;
  while (!stop.aborted && watching.look()) {
    if (!told && watching.isWaiting) {
      watching.note(`waiting for ${name}`);
      told = true;
    }
    if (!watching.isWaiting) {
      say(watching.status());
    }
    await sleep(watching.pause(interval), undefined, { signal: stop }).catch(() => undefined);
  }
}

/** A line below those that were printed, where both go to a terminal. */
function statusLine(progress: Progress): (text: string) => void {
  let shown = "";
  return (text) => {
    if (process.stdout.isTTY && text !== shown) {
      shown = text;
      progress.say(text);
    }
  };
}

function namedBinary(exe: string): Symbolizer | undefined {
  const symbols = openSymbols(exe);
  if (symbols === undefined) {
    // It was named, so why it cannot be read is worth an error; this says it.
    openGoBinary(exe);
  }
  return symbols;
}

function outputOf(
  { json }: WatchFlags,
  { environment, workingDirectory }: Surroundings,
  files: WatchedFiles,
  before: () => void,
): WatchOutput {
  if (json === true) {
    return new WatchOutput(process.stdout, jsonLines, before);
  }
  const module = moduleAbove(workingDirectory);
  const drawing = {
    colours: coloursOf(wantsColour(process.stdout, environment)),
    folder: workingDirectory,
    readSource: sourceReader(module === undefined ? [] : [module]),
    get several() {
      return files.several;
    },
  };
  return new WatchOutput(process.stdout, textLines(drawing), before);
}

async function serve(address: ListenAddress, watching: Watching) {
  const server = await serveMetrics(address, () => watching.metrics());
  if (!isLoopback(address.host)) {
    watching.note(
      `${address.host} may be reached from other machines; whoever reaches it can read the metrics`,
    );
  }
  watching.note(`metrics are at http://${hostAndPort(server.address)}/metrics`);
  return server;
}
