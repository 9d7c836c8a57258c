/** `maptrap gdb park`: holds one writer right after it has set its map's mark, and lets the rest run. */
import path from "node:path";
import { buildStoppedCase } from "../analysis/stopped/build-stopped-case.js";
import { observeStop } from "../analysis/stopped/observe.js";
import { CancelledError, UsageError } from "../base/errors.js";
import type { GdbSessionEvidence, StoppedObservation } from "../case/case.js";
import { findFlagStores } from "../evidence/gdb/map-code/flag-stores.js";
import { type MapCall, mapCallsAt, parseSourceLine } from "../evidence/gdb/map-code/map-calls.js";
import { type Hold, park, type ParkEnd, type ParkResult } from "../evidence/gdb/park/park.js";
import type { GdbSession } from "../evidence/gdb/session.js";
import type { LiveProcess } from "../evidence/process/process.js";
import { withStarted } from "./gdb-started.js";
import { letDie, livedOn } from "../evidence/stopped/let-die.js";
import { stillProgram } from "../evidence/stopped/still-program.js";
import { CheckPoints } from "../evidence/stopped/stop-at-check.js";
import type { StopReason } from "../evidence/stopped/stopped-program.js";
import { findFatalSites } from "../golang/fatal-sites.js";
import { loadInstructionDecoder } from "../golang/instructions/decoder.js";
import { ProgramFunctions } from "../golang/instructions/functions.js";
import { readGoroutines } from "../golang/runtime/goroutines.js";
import { trappedStatus } from "./case-output.js";
import type { CommandContext } from "./context.js";
import type { GdbFlags } from "./commands/gdb-options.js";
import { findProgram } from "./gdb-words.js";
import { showStops, stopFiles, withCatching } from "./gdb-output.js";

/** The options, as they come out of the command line. */
export type ParkFlags = GdbFlags & {
  readonly at: string;
  readonly hold: number;
  readonly hit: number;
  readonly times: number;
  readonly timeout?: number | undefined;
};

/**
 * Holds writers, shows what came of it, and sets the exit status.
 *
 * @throws MaptrapError
 */
export async function gdbPark(
  binary: string,
  args: readonly string[],
  flags: ParkFlags,
  context: CommandContext,
): Promise<void> {
  if (parseSourceLine(flags.at) === undefined) {
    throw new UsageError(`${flags.at} names no line`, "write a file and a line: --at cache.go:40");
  }
  const program = findProgram(binary, context);
  const words = [...args, ...context.wordsAfterDashes];
  const files = await stopFiles(flags, context.workingDirectory);
  await withCatching(async ({ signal, progress }) => {
    progress.say("starting the program under GDB");
    const parked = await new ParkCommand({ program, words, context, flags, signal }).run((text, stays) =>
      stays === true ? progress.note(text) : progress.say(text),
    );
    progress.clear();
    const { evidence, observation, modulePath } = parked;
    await showStops(
      buildStoppedCase({
        command: context.call,
        workingDirectory: context.workingDirectory,
        sessions: [{ evidence, observation }],
        modulePath,
      }),
      flags,
      files,
    );
    process.exitCode = statusOf(parked);
  });
}

/** What came of it. */
interface Parked {
  readonly evidence: GdbSessionEvidence;
  readonly observation: StoppedObservation | undefined;
  readonly modulePath: string | undefined;
  readonly signal: string | undefined;
}

function statusOf({ evidence, observation, signal }: Parked): number {
  if ((observation?.conflict ?? null) !== null) {
    return trappedStatus;
  }
  if (evidence.ending === "interrupted") {
    return 130;
  }
  return evidence.ending === "exited" ? (evidence.exitStatus ?? (signal === undefined ? 0 : 1)) : 0;
}

interface ParkSettings {
  readonly program: string;
  readonly words: readonly string[];
  readonly context: CommandContext;
  readonly flags: ParkFlags;
  readonly signal: AbortSignal;
}

type Say = (text: string, stays?: boolean) => void;

/** One run of the command. */
class ParkCommand {
  readonly #notes: string[] = [];

  constructor(private readonly settings: ParkSettings) {}

  async run(say: Say): Promise<Parked> {
    const { program, words, context, flags, signal } = this.settings;
    const options = {
      program,
      args: words,
      workingDirectory: context.workingDirectory,
      environment: context.environment,
      gdb: flags.gdb,
      logFile: flags.logMi,
      nonStop: true,
      signal,
    };
    return withStarted(options, async (session, live) => this.#park(session, live, say));
  }

  async #park(session: GdbSession, live: LiveProcess, say: Say): Promise<Parked> {
    const { flags } = this.settings;
    const symbols = live.program;
    const line = parseSourceLine(flags.at);
    const calls = line === undefined ? [] : mapCallsAt(symbols, line);
    const stores = findFlagStores(symbols, await loadInstructionDecoder());
    const sites = findFatalSites(symbols, live.memory);
    const checks = await CheckPoints.set({ session, symbols, sites, memory: live.memory });
    say(`waiting for a writer at ${flags.at}`);
    let result: ParkResult;
    try {
      result = await park(session, {
        symbols,
        stores,
        calls,
        checks,
        hold: flags.hold / 1e6,
        hit: flags.hit,
        times: flags.times,
        timeout: flags.timeout === undefined ? Infinity : flags.timeout / 1e6,
        onLetGo: (hold) => {
          const text = letGoText(hold, calls, live);
          this.#notes.push(text);
          say(text, true);
        },
      });
    } catch (error) {
      if (error instanceof CancelledError) {
        return this.#parked(session, live, { ending: "interrupted" });
      }
      throw error;
    }
    return this.#conclude(session, live, { result, calls, say });
  }

  async #conclude(
    session: GdbSession,
    live: LiveProcess,
    {
      result,
      calls,
      say,
    }: { readonly result: ParkResult; readonly calls: readonly MapCall[]; readonly say: Say },
  ): Promise<Parked> {
    const { end, hits } = result;
    if (hits === 0 && end.kind !== "fatal") {
      this.#notes.push(`Nobody came by ${this.settings.flags.at}: nothing was held.`);
    }
    switch (end.kind) {
      case "fatal":
        say("reading the goroutines");
        return this.#caught(session, live, { end, calls });
      case "exited":
        return this.#parked(session, live, { ending: "exited", status: end.status, signal: end.signal });
      case "exec":
        this.#notes.push("The program became another one (exec), where nothing is held; it was ended.");
        return this.#parked(session, live, { ending: "time limit" });
      case "nobody came":
        this.#notes.push(nobodyText(result.letGo.length));
        return this.#parked(session, live, { ending: "time limit" });
      case "timeout":
        return this.#parked(session, live, { ending: "time limit" });
      default:
        return end satisfies never;
    }
  }

  async #caught(
    session: GdbSession,
    live: LiveProcess,
    {
      end,
      calls,
    }: { readonly end: Extract<ParkEnd, { readonly kind: "fatal" }>; readonly calls: readonly MapCall[] },
  ): Promise<Parked> {
    const observation = await this.#observe(session, live, end.reason);
    const { holding } = end;
    this.#notes.push(
      holding === undefined
        ? "Go's check stopped the program while nobody was held."
        : `${writerText(holding, calls, live)} had been held for ${holding.held.toFixed(1)} ms right after it had set the map's mark (${holding.hit === 1 ? "the first time that the line was passed" : `the line was passed ${holding.hit} times`}).`,
    );
    const death = await letDie(session);
    if (death === "lives on") {
      this.#notes.push(livedOn);
    }
    const ended = typeof death === "object" ? death : {};
    return this.#parked(session, live, { ending: "stopped", observation, ...ended });
  }

  async #observe(session: GdbSession, live: LiveProcess, reason: StopReason): Promise<StoppedObservation> {
    live.invalidate();
    const threads = await session.threads();
    const functions = new ProgramFunctions(live.program, await loadInstructionDecoder());
    const program = stillProgram({ symbols: live.program, functions, memory: live.memory, threads });
    this.#notes.push(...program.problems);
    return observeStop({ program, reason, now: undefined, handle: "o0", evidence: "e0" });
  }

  #parked(
    session: GdbSession,
    live: LiveProcess,
    what: {
      readonly ending: GdbSessionEvidence["ending"];
      readonly observation?: StoppedObservation;
      readonly status?: number | undefined;
      readonly signal?: string | undefined;
    },
  ): Parked {
    const { program } = live;
    return {
      evidence: {
        kind: "gdb-session",
        handle: "e0",
        path: live.executable,
        how: "run",
        core: null,
        processId: session.processId,
        run: null,
        goVersion: program.goVersion ?? null,
        platform: "linux/amd64",
        mapImplementation: program.mapImplementation,
        debugger: null,
        ending: what.ending,
        exitStatus: what.status ?? null,
        stripped: !program.hasSymbolTable,
        notes: this.#notes,
      },
      observation: what.observation,
      modulePath: program.binary.modulePath,
      signal: what.signal,
    };
  }
}

/** `Goroutine 18 at cache.go:40` */
function writerText(hold: Hold, calls: readonly MapCall[], live: LiveProcess): string {
  const all = readGoroutines(live.memory, live.program, []).goroutines;
  const goroutine = all.find(({ address }) => address === hold.goroutine)?.id;
  const site = calls[0]?.site;
  const place = site === undefined ? "" : ` at ${path.basename(site.file)}:${site.line}`;
  return goroutine === undefined ? `A writer${place}` : `Goroutine ${goroutine}${place}`;
}

/** What is said of a writer to whom nobody came, while it is still held. */
function letGoText(hold: Hold, calls: readonly MapCall[], live: LiveProcess): string {
  live.invalidate();
  const { goroutines } = readGoroutines(live.memory, live.program, []);
  const waiting = goroutines.filter(
    ({ status, waitReason }) => status === "waiting" && waitReason?.startsWith("sync.") === true,
  ).length;
  const locks =
    waiting === 0
      ? ""
      : ` Meanwhile ${waiting === 1 ? "one goroutine was" : `${waiting} goroutines were`} waiting for a lock or a group: if the writer holds that lock, it keeps them away from the map.`;
  return `${writerText(hold, calls, live)} was held for ${(hold.held / 1000).toFixed(1)} s, nobody came, and it was let go.${locks}`;
}

function nobodyText(times: number): string {
  return (
    `${times === 1 ? "One writer was" : `${times} writers were`} held, and nobody came to the map meanwhile. Either nobody uses it at the same time, or a lock keeps them ` +
    "away, or the held thread has the program's only processor (GOMAXPROCS=1). --hold makes it wait longer, --hit chooses a later moment."
  );
}
