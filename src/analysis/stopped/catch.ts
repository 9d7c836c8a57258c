/**
 * One program under GDB, until Go's own check stops it or it ends: what `maptrap gdb run` and `attach` do. What is seen at the stop decides
 * who else is let go on, and is looked at again; so this stands where it is decided what was seen.
 */
import { CancelledError } from "../../base/errors.js";
import type { GdbSessionEvidence, StoppedObservation, StoppedOther } from "../../case/case.js";
import {
  isOtherSideCaught,
  observeArrival,
  observeStop,
  threadsThatMayCome,
  withArrivals,
} from "./observe.js";
import { NoMapFunctionsError } from "../../evidence/gdb/errors.js";
import { GdbSession, type SessionOptions, type StartOptions } from "../../evidence/gdb/session.js";
import { openProcess, type LiveProcess } from "../../evidence/process/process.js";
import { letCome } from "../../evidence/stopped/let-come.js";
import { type Died, letDie, livedOn } from "../../evidence/stopped/let-die.js";
import { stillProgram } from "../../evidence/stopped/still-program.js";
import { CheckPoints, type CheckEvent } from "../../evidence/stopped/stop-at-check.js";
import { isInMapFunction } from "./panics.js";
import type { StopReason } from "../../evidence/stopped/stopped-program.js";
import { findFatalSites } from "../../golang/fatal-sites.js";
import { loadInstructionDecoder } from "../../golang/instructions/decoder.js";
import { ProgramFunctions } from "../../golang/instructions/functions.js";

/** What is caught. */
export type CatchTarget =
  | {
      readonly how: "run";
      readonly program: string;
      readonly args: readonly string[];
      readonly run: number | null;
    }
  | { readonly how: "attach"; readonly processId: number };

/** How it is caught. */
export interface CatchOptions extends SessionOptions {
  readonly target: CatchTarget;
  /** Standard input, output and error of a program that is started; our own when not given. */
  readonly streams?: StartOptions["streams"];
  /** How long the program may run without a conflict; undefined for ever. */
  readonly milliseconds: number | undefined;
  /** Handle of the evidence and of the observation: `e0`, `o0`. */
  readonly evidence: string;
  readonly handle: string;
  /** Says what is being done. */
  readonly onProgress: (text: string) => void;
}

/** What came of it. */
export interface Caught {
  readonly evidence: GdbSessionEvidence;
  readonly observation: StoppedObservation | undefined;
  readonly modulePath: string | undefined;
  /** What the program ended with; undefined when it did not end by itself. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
}

/** How long one of the others may run alone. */
const aloneMilliseconds = 150;
/** How many of them are let go on, and how many that came are enough. */
const mostLetGo = 24;
const enoughArrivals = 1;

/**
 * Catches a conflict. A program that was started has ended afterwards, one that was attached to runs on.
 *
 * @throws MaptrapError when GDB is missing, may not trace, or the program is no Go program; CancelledError
 */
export async function catchConflict(options: CatchOptions): Promise<Caught> {
  const { target } = options;
  // Reading a process says better than GDB what is in the way of looking at it.
  let live = target.how === "attach" ? openProcess(target.processId) : undefined;
  let session: GdbSession | undefined;
  try {
    session =
      target.how === "run"
        ? await GdbSession.start({ ...options, program: target.program, args: target.args })
        : await GdbSession.attach(target.processId, options);
    live ??= openProcess(session.processId);
    return await new Catching(session, live, options).run();
  } finally {
    live?.close();
    await session?.close();
  }
}

class Catching {
  readonly #notes: string[] = [];

  constructor(
    private readonly session: GdbSession,
    private readonly live: LiveProcess,
    private readonly options: CatchOptions,
  ) {}

  async run(): Promise<Caught> {
    const { program: symbols, memory } = this.live;
    const sites = findFatalSites(symbols, memory);
    if (sites.length === 0) {
      throw new NoMapFunctionsError(this.live.executable, "with Go's check for conflicts");
    }
    const points = await CheckPoints.set({ session: this.session, symbols, sites, memory });
    this.options.onProgress("waiting for Go's check to find a conflict");
    const until =
      this.options.milliseconds === undefined ? undefined : Date.now() + this.options.milliseconds;
    let event: CheckEvent;
    try {
      do {
        event = await points.wait(until === undefined ? undefined : Math.max(1, until - Date.now()));
      } while (
        event.kind === "stopped" &&
        event.reason.at === "panic" &&
        !(await this.#isOfMap(event.reason))
      );
    } catch (error) {
      if (error instanceof CancelledError) {
        return this.#caught("interrupted", undefined, undefined);
      }
      throw error;
    }
    return this.#conclude(event);
  }

  async #conclude(event: CheckEvent): Promise<Caught> {
    switch (event.kind) {
      case "exited":
        return this.#caught("exited", undefined, event);
      case "exec":
        this.#notes.push("The program became another one (exec), which was not looked at.");
        return this.#caught("exited", undefined, await this.#letDie());
      case "time limit":
        return this.#caught("time limit", undefined, undefined);
      case "stopped": {
        this.options.onProgress("reading the goroutines");
        const observation = await this.#observe(event.reason);
        return this.#caught("stopped", observation, await this.#letGo());
      }
      default:
        return event satisfies never;
    }
  }

  async #still() {
    this.live.invalidate();
    const threads = await this.session.threads();
    const functions = new ProgramFunctions(this.live.program, await loadInstructionDecoder());
    return stillProgram({ symbols: this.live.program, functions, memory: this.live.memory, threads });
  }

  async #isOfMap(reason: StopReason): Promise<boolean> {
    return isInMapFunction(await this.#still(), reason);
  }

  async #observe(reason: StopReason): Promise<StoppedObservation> {
    const { handle, evidence } = this.options;
    const program = await this.#still();
    this.#notes.push(...program.problems);
    const observation = observeStop({
      program,
      reason,
      now: undefined,
      handle,
      evidence,
    });
    const worthIt =
      observation.detector !== null &&
      observation.conflict !== null &&
      observation.map.address !== null &&
      !isOtherSideCaught(observation);
    try {
      return worthIt ? await this.#letOthersCome(observation) : observation;
    } catch (error) {
      // What was seen before Ctrl-C is still true.
      if (error instanceof CancelledError) {
        return observation;
      }
      throw error;
    }
  }

  /** Nobody is on the map: whoever stood between two accesses is let go on, to see whether he comes. */
  async #letOthersCome(observation: StoppedObservation): Promise<StoppedObservation> {
    const arrivals: StoppedOther[] = [];
    const before = await this.#still();
    this.options.onProgress("nobody else is on the map; seeing who comes");
    await letCome({
      session: this.session,
      symbols: this.live.program,
      map: Number(observation.map.address),
      threads: threadsThatMayCome(before, observation).slice(0, mostLetGo),
      milliseconds: aloneMilliseconds,
      onArrival: async (thread) => {
        const now = await this.#still();
        const goroutine = now.goroutines.find((one) => one.thread === thread);
        const arrival = goroutine === undefined ? undefined : observeArrival(now, goroutine, observation);
        if (arrival !== undefined) {
          arrivals.push(arrival);
        }
      },
      enough: () => arrivals.length >= enoughArrivals,
    });
    return withArrivals(observation, arrivals);
  }

  /** A program that was started dies of its own error; one that was attached to is left to itself. */
  async #letGo(): Promise<Died | undefined> {
    if (this.options.target.how === "run") {
      return this.#letDie();
    }
    try {
      await this.session.detach();
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        throw error;
      }
    }
    return undefined;
  }

  async #letDie(): Promise<Died | undefined> {
    const death = await letDie(this.session);
    if (death === "lives on") {
      this.#notes.push(livedOn);
    }
    return typeof death === "object" ? death : undefined;
  }

  #caught(
    ending: GdbSessionEvidence["ending"],
    observation: StoppedObservation | undefined,
    end: { readonly status: number | undefined; readonly signal: string | undefined } | undefined,
  ): Caught {
    const { target, evidence } = this.options;
    const { program } = this.live;
    return {
      evidence: {
        kind: "gdb-session",
        handle: evidence,
        path: this.live.executable,
        how: target.how,
        core: null,
        processId: this.session.processId,
        run: target.how === "run" ? target.run : null,
        goVersion: program.goVersion ?? null,
        platform: "linux/amd64",
        mapImplementation: program.mapImplementation,
        debugger: null,
        ending,
        exitStatus: end?.status ?? null,
        stripped: !program.hasSymbolTable,
        notes: this.#notes,
      },
      observation,
      modulePath: program.binary.modulePath,
      status: end?.status,
      signal: end?.signal,
    };
  }
}
