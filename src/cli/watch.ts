/** `maptrap watch`: follows what the probe records while the process runs. */
import { setTimeout as sleep } from "node:timers/promises";
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
import { hostAndPort, isLoopback, type ListenAddress } from "./watch-address.js";
import { NamedFiles, type WatchedFiles } from "./watch-files.js";
import { jsonLines, textLines, WatchOutput } from "./watch-output.js";
import { serveMetrics } from "./watch-server.js";
import { Watching } from "./watching.js";

/** The options, as they come out of the command line. */
export interface WatchFlags {
  readonly exe?: string | undefined;
  readonly json?: true | undefined;
  readonly interval: number;
  readonly metrics?: ListenAddress | undefined;
  readonly once?: true | undefined;
}

/** Of what a command is called with, that which it takes to watch. */
export type WatchContext = Pick<CommandContext, "call" | "environment" | "workingDirectory">;

/** Follows a file or a folder until there is nothing more to come, and sets the exit status. */
export async function watch(name: string, flags: WatchFlags, context: WatchContext): Promise<void> {
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
  { environment, workingDirectory }: WatchContext,
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
