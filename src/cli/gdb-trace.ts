/** `maptrap gdb trace`: what happens to a map, step by step. */
import { Timeline } from "../analysis/gdb-trace/timeline.js";
import { traceReport } from "../analysis/gdb-trace/trace-report.js";
import { mapAtFatal } from "../analysis/stopped/map-at-fatal.js";
import { CancelledError, MaptrapError, UsageError } from "../base/errors.js";
import { traceSchema } from "../document/trace-schema.js";
import { NoMapFunctionsError } from "../evidence/gdb/errors.js";
import { findFlagStores } from "../evidence/gdb/map-code/flag-stores.js";
import type { GdbSession } from "../evidence/gdb/session.js";
import { chooseByVariable, chooseByWrite, type ChooseOptions } from "../evidence/gdb/trace/choose.js";
import { type MapChoice, parseMapChoice } from "../evidence/gdb/trace/map-choice.js";
import type { MapFilter } from "../evidence/gdb/trace/map-filter.js";
import { tracePoints } from "../evidence/gdb/trace/points.js";
import { type FatalStop, trace, type TraceEnd, type TraceWay } from "../evidence/gdb/trace/trace.js";
import type { LiveProcess } from "../evidence/process/process.js";
import { stillProgram } from "../evidence/stopped/still-program.js";
import { messageIsOfMap } from "../golang/fatal-sites.js";
import { withStarted } from "./gdb-started.js";
import { loadInstructionDecoder } from "../golang/instructions/decoder.js";
import { ProgramFunctions } from "../golang/instructions/functions.js";
import { layoutFor } from "../golang/runtime/choose-layout.js";
import { renderTraceJson } from "../report/json/gdb-trace.js";
import { renderTrace } from "../report/text/gdb-trace.js";
import { trappedStatus, wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { findProgram } from "./gdb-words.js";
import { documentOf, HtmlFile, titleOf } from "./html-file.js";
import { TextFile } from "./output-file.js";
import { withCatching } from "./gdb-output.js";

/** The options, as they come out of the command line. */
export type TraceFlags = {
  readonly map?: string | undefined;
  readonly events: number;
  readonly time?: number | undefined;
  readonly fast?: true | undefined;
  readonly watch?: true | undefined;
  readonly json?: true | undefined;
  readonly out?: string | undefined;
  readonly html?: string | undefined;
  readonly gdb?: string | undefined;
  readonly logMi?: string | undefined;
};

/**
 * Traces, shows what came of it, and sets the exit status.
 *
 * @throws MaptrapError
 */
export async function gdbTrace(
  binary: string,
  args: readonly string[],
  flags: TraceFlags,
  context: CommandContext,
): Promise<void> {
  const choice = flags.map === undefined ? undefined : parseMapChoice(flags.map);
  if (flags.watch === true && (choice === undefined || flags.fast === true)) {
    throw new UsageError(
      "--watch is for one map, and not with --fast",
      "name the map with --map; all maps are traced without --watch",
    );
  }
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const out = await TextFile.at(flags.out, context.workingDirectory, { what: "the trace", option: "--out" });
  await withCatching(async ({ signal, progress }) => {
    const words = [...args, ...context.wordsAfterDashes];
    progress.say("starting the program under GDB");
    const tracing = new TraceCommand(findProgram(binary, context), words, {
      context,
      flags,
      choice,
      html,
      out,
      signal,
    });
    const status = await tracing.run((text) => progress.say(text));
    process.exitCode = status;
  });
}

/** What a trace is made with. */
interface TraceSettings {
  readonly context: CommandContext;
  readonly flags: TraceFlags;
  readonly choice: MapChoice | undefined;
  readonly html: HtmlFile | undefined;
  readonly out: TextFile | undefined;
  readonly signal: AbortSignal;
}

/** One run of the command. */
class TraceCommand {
  constructor(
    private readonly program: string,
    private readonly args: readonly string[],
    private readonly settings: TraceSettings,
  ) {}

  /** Traces, shows what came of it, and gives the exit status. */
  async run(say: (text: string) => void): Promise<number> {
    const { context, flags, choice, signal } = this.settings;
    const options = {
      program: this.program,
      args: this.args,
      workingDirectory: context.workingDirectory,
      environment: context.environment,
      gdb: flags.gdb,
      logFile: flags.logMi,
      symbols: choice?.kind === "local",
      signal,
    };
    return withStarted(options, async (session, live) => this.#trace(session, live, say));
  }

  async #trace(session: GdbSession, live: LiveProcess, say: (text: string) => void): Promise<number> {
    const { flags, choice, signal } = this.settings;
    const decoder = await loadInstructionDecoder();
    const symbols = live.program;
    const points = tracePoints(symbols, findFlagStores(symbols, decoder));
    if (points.length === 0) {
      throw new NoMapFunctionsError(live.executable);
    }
    const context = {
      implementation: symbols.mapImplementation,
      goroutineId: layoutFor(symbols.goVersion).layout.g.id,
    };
    const memory = {
      read: (address: number, length: number) => live.memory.read(address, length),
      invalidate: () => live.invalidate(),
    };
    const time = flags.time === undefined ? undefined : flags.time / 1e6;
    const timeline = new Timeline(symbols, points);
    const way: TraceWay = flags.fast === true ? "python" : flags.watch === true ? "watch" : "console";
    say("tracing");
    const filter = await this.#filter({ session, symbols, memory, decoder, points, context, time }, timeline);
    const fatalEntries = ["runtime.fatal", "internal/runtime/maps.fatal", "runtime.throw"].flatMap((name) =>
      symbols.functionsNamed(name).map(({ start }) => start),
    );
    const limits = { events: flags.events, time };
    const onRow = timeline.add.bind(timeline);
    const functions = new ProgramFunctions(symbols, decoder);
    const onFatal = (fatal: FatalStop, seconds: number): void => {
      const map =
        fatal.message !== undefined && messageIsOfMap(fatal.message)
          ? mapAtFatal(
              stillProgram({ symbols, functions, memory: live.memory, threads: [fatal.thread] }),
              fatal.thread.id,
            )
          : undefined;
      timeline.addFatal(fatal, seconds, map);
    };
    const end = await orInterrupted(
      trace({
        session,
        symbols,
        memory,
        points,
        context,
        filter,
        way,
        fatalEntries,
        ...limits,
        onRow,
        onFatal,
      }),
      signal,
      timeline,
    );
    const { goVersion, mapImplementation } = symbols;
    const chosen = choice === undefined ? "all maps" : choice.text;
    await this.#show(
      traceReport(
        { program: this.program, goVersion: goVersion ?? null, mapImplementation, chosen, way },
        timeline,
        end,
      ),
    );
    return statusOf(timeline, end);
  }

  /** Which map it is; for a line, the program runs until it gets there. */
  async #filter(options: ChooseOptions, timeline: Timeline): Promise<MapFilter> {
    const { choice, flags } = this.settings;
    if (choice === undefined) {
      return { kind: "all" };
    }
    if (choice.kind === "address") {
      return choice;
    }
    if (choice.kind === "variable") {
      const address = options.symbols.variable(choice.name);
      if (address === undefined) {
        throw new MaptrapError(`there is no variable ${choice.name} in this program's symbols`, {
          wayOut:
            "write it as PACKAGE.NAME (main.cache), or name a line where the map is written (cache.go:40), which works without symbols too",
        });
      }
      if (flags.watch === true) {
        throw new UsageError(
          "--watch needs a map that is there already",
          "name a line where it is written: --map cache.go:40",
        );
      }
      return { kind: "variable", address };
    }
    const chosen =
      choice.kind === "written"
        ? await chooseByWrite(choice.line, options)
        : await chooseByVariable(choice.line, choice.name, options);
    if (chosen.row !== undefined && flags.watch !== true) {
      timeline.add(chosen.row, 0);
    }
    return { kind: "address", address: chosen.address };
  }

  async #show(report: Parameters<typeof renderTrace>[0]): Promise<void> {
    const { context, flags, html, out } = this.settings;
    await out?.write(renderTraceJson(report));
    if (flags.json === true) {
      process.stdout.write(renderTraceJson(report));
    } else {
      process.stderr.write(renderTrace(report, { colour: wantsColour(process.stderr, context.environment) }));
    }
    // What the page gets is what a file with the same trace would give it.
    await html?.write([
      documentOf(titleOf(context.call), { trace: traceSchema.parse(JSON.parse(renderTraceJson(report))) }),
    ]);
  }
}

/** Ctrl-C ends a trace, and what was seen until then is shown. */
async function orInterrupted(
  work: Promise<TraceEnd>,
  signal: AbortSignal,
  timeline: Timeline,
): Promise<TraceEnd> {
  const start = Date.now();
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CancelledError) || !signal.aborted) {
      throw error;
    }
    const rows = timeline.events.length + timeline.repeated;
    return {
      why: "interrupted",
      status: undefined,
      signal: undefined,
      seconds: (Date.now() - start) / 1000,
      rows,
      lost: 0,
    };
  }
}

function statusOf(timeline: Timeline, end: TraceEnd): number {
  if (timeline.events.some((event) => event.kind === "fatal" && isOfMap(event.message))) {
    return trappedStatus;
  }
  if (end.why === "interrupted") {
    return 130;
  }
  return end.why === "exited" ? (end.status ?? 1) : 0;
}

function isOfMap(message: string | null): boolean {
  return message !== null && message.startsWith("concurrent map");
}
