/** Finds the map that a person means by a line of the source: the first one written there, or the one that a variable holds there. */
import { MaptrapError } from "../../../base/errors.js";
import type { InstructionDecoder } from "../../../golang/instructions/decoder.js";
import { ProgramFunctions } from "../../../golang/instructions/functions.js";
import type { Address, Memory } from "../../../golang/memory.js";
import type { ProgramSymbols } from "../../../golang/program-symbols.js";
import { GdbRefusedError } from "../errors.js";
import { flagLayout } from "../map-code/flag-stores.js";
import { fileMatches, mapCallsAt, type SourceLine } from "../map-code/map-calls.js";
import { setsTheMarkFor } from "../park/condition.js";
import { textOf } from "../record.js";
import type { GdbSession } from "../session.js";
import type { ExpressionContext } from "./expressions.js";
import type { TracePoint } from "./points.js";
import { readPoint } from "./read-point.js";
import type { TraceRow } from "./row.js";

/** What is needed to choose. */
export interface ChooseOptions {
  readonly session: GdbSession;
  readonly symbols: ProgramSymbols;
  readonly memory: Memory & { readonly invalidate?: () => void };
  readonly decoder: InstructionDecoder;
  readonly points: readonly TracePoint[];
  readonly context: ExpressionContext;
  /** Milliseconds; undefined for ever. */
  readonly time: number | undefined;
}

/** The map, and the row of the point at which its writer stands. */
export interface ChosenMap {
  readonly address: Address;
  readonly row: TraceRow | undefined;
}

/** The map could not be chosen. */
export class NoSuchMapError extends MaptrapError {}

/** How often a line may be passed before its variable holds a map. */
const mostVisits = 1000;

/** The first map that is written at a line. Its writer stands at the store that sets the mark. */
export async function chooseByWrite(line: SourceLine, options: ChooseOptions): Promise<ChosenMap> {
  const { session, symbols, points } = options;
  const callers = mapCallsAt(symbols, line).map(({ returnAddress }) => returnAddress);
  const { writing } = flagLayout(symbols.mapImplementation);
  const set = new Map<number, number>();
  for (const [index, point] of points.entries()) {
    if (point.kind === "store" && !point.store.or) {
      const condition = setsTheMarkFor(point.store, writing, callers, 3);
      set.set(await session.breakAt(point.address, { condition }), index);
    }
  }
  const stop = await waitFor(new Set(set.keys()), `a map was written at ${line.file}:${line.line}`, options);
  const index = set.get(stop.breakpoint) ?? 0;
  const point = points[index];
  options.memory.invalidate?.();
  const thread = await session.threadOf(stop.thread);
  const row =
    point === undefined || thread === undefined
      ? undefined
      : readPoint(index, point, { registers: thread.registers, memory: options.memory }, options.context);
  await removeAll(session, set.keys());
  if (row === undefined) {
    throw new NoSuchMapError(`the map written at ${line.file}:${line.line} could not be read`);
  }
  return { address: row.map, row };
}

/** The map that a local variable holds at a line; GDB must have read the program's DWARF. */
export async function chooseByVariable(
  line: SourceLine,
  name: string,
  options: ChooseOptions,
): Promise<ChosenMap> {
  const { session } = options;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new NoSuchMapError(`${name} is not a variable's name`);
  }
  const addresses = beginningsOf(line, options);
  if (addresses.length === 0) {
    throw new NoSuchMapError(`there is no code at ${line.file}:${line.line}`, {
      wayOut: "name a line of the program with a statement on it",
    });
  }
  const set = new Set<number>();
  for (const address of addresses) {
    set.add(await session.breakAt(address));
  }
  let said = "it held no map";
  for (let visit = 0; visit < mostVisits; visit++) {
    const stop = await waitFor(set, `${line.file}:${line.line} was reached with a map in ${name}`, options);
    const found = await evaluate(session, stop.thread, name);
    if (typeof found === "number" && found > 0) {
      await removeAll(session, set);
      return { address: found, row: undefined };
    }
    said = typeof found === "string" ? found : said;
    if (typeof found === "string") {
      break;
    }
  }
  throw new NoSuchMapError(`the variable ${name} at ${line.file}:${line.line} is not known: ${said}`, {
    wayOut: `leave out the name: --map '${line.file}:${line.line}' takes the first map that is written there`,
  });
}

/** The value of a variable; GDB's words when there is none. */
async function evaluate(session: GdbSession, thread: number, name: string): Promise<number | string> {
  let said = "";
  // A variable that outlives its function is on the heap, and DWARF then knows its address by the name &NAME.
  for (const expression of [`(unsigned long)${name}`, `*(unsigned long *)'&${name}'`]) {
    try {
      const results = await session.connection.request("data-evaluate-expression", [
        "--thread",
        String(thread),
        "--frame",
        "0",
        expression,
      ]);
      const value = Number(textOf(results, "value"));
      if (Number.isSafeInteger(value)) {
        return value;
      }
      said = textOf(results, "value") ?? "no value";
    } catch (error) {
      if (!(error instanceof GdbRefusedError)) {
        throw error;
      }
      said = said === "" ? error.said : said;
    }
  }
  return said;
}

/** The first instruction of a line in each function that has it. */
function beginningsOf(line: SourceLine, { symbols, decoder }: ChooseOptions): Address[] {
  const functions = new ProgramFunctions(symbols, decoder);
  const found: Address[] = [];
  for (const range of symbols.functions()) {
    const [frame] = symbols.framesAt(range.start);
    if (frame === undefined || !fileMatches(frame.file, line.file) || frame.line > line.line) {
      continue;
    }
    const first = functions
      .of(range)
      ?.graph.instructions.find(({ address }) =>
        symbols
          .framesAt(address)
          .some((each) => each.line === line.line && fileMatches(each.file, line.file)),
      );
    if (first !== undefined) {
      found.push(first.address);
    }
  }
  return found;
}

/** Lets the program run until it stops at one of the breakpoints. */
async function waitFor(
  breakpoints: ReadonlySet<number>,
  what: string,
  { session, time }: ChooseOptions,
): Promise<{ readonly breakpoint: number; readonly thread: number }> {
  const until = time === undefined ? undefined : Date.now() + time;
  for (;;) {
    await session.continue();
    const event = await session.nextStop(until === undefined ? undefined : Math.max(1, until - Date.now()));
    if (event === undefined) {
      throw new NoSuchMapError(`the time was over before ${what}`, { wayOut: "give it more --time" });
    }
    if (event.kind === "exited") {
      throw new NoSuchMapError(`the program ended before ${what}`);
    }
    if (event.why === "exec") {
      throw new NoSuchMapError(`the program became another one (exec) before ${what}`);
    }
    if (event.breakpoint !== undefined && event.thread !== undefined && breakpoints.has(event.breakpoint)) {
      return { breakpoint: event.breakpoint, thread: event.thread };
    }
  }
}

async function removeAll(session: GdbSession, numbers: Iterable<number>): Promise<void> {
  for (const number of numbers) {
    await session.deleteBreakpoint(number);
  }
}
