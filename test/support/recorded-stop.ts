/**
 * A stop as a file: everything that the analysis asked of a program when it stood still, with the answers. Replayed, it answers the
 * same questions again, and nothing else: a question that was not asked then is an error, or "not known" where that is an answer.
 */
import type {
  CodeFacts,
  StopReason,
  StoppedProgram,
  StoppedSymbols,
} from "../../src/evidence/stopped/stopped-program.js";
import type { Memory } from "../../src/golang/memory.js";

type Answers = Record<string, unknown>;

/** What is in the file. */
export interface RecordedStop {
  /** How it was made: Go version and scenario. */
  readonly goVersion: string;
  readonly scenario: string;
  /** What the program printed: the address of the map that its two goroutines share. */
  readonly map: string;
  readonly reason: StopReason;
  readonly threads: unknown;
  readonly goroutines: unknown;
  readonly answers: Answers;
}

/** Big numbers as text, undefined as a mark of its own; the rest as JSON has it. */
function replacer(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return `bytes ${Buffer.from(value).toString("hex")}`;
  }
  return typeof value === "bigint" ? `${value}n` : value === undefined ? "undefined" : value;
}

function reviver(_: string, value: unknown): unknown {
  if (typeof value === "string" && /^bytes [\da-f]*$/.test(value)) {
    return Uint8Array.from(Buffer.from(value.slice(6), "hex"));
  }
  return typeof value === "string" && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}

/** Answers of `undefined` come back as such. Whoever asked knows the type of the answer. */
function plain(value: unknown): never {
  return (value === "undefined" ? undefined : value) as never;
}

/** Wraps a program so that what is asked of it is remembered. */
export function recording(program: StoppedProgram): { program: StoppedProgram; answers: Answers } {
  const answers: Answers = {};
  const keep = <T>(key: string, value: T): T => {
    answers[key] = value;
    return value;
  };
  const { code, symbols } = program;
  return {
    answers,
    program: {
      ...program,
      symbols: {
        functionAt: (pc) => keep(`functionAt ${pc}`, symbols.functionAt(pc)),
        framesAt: (pc) => keep(`framesAt ${pc}`, symbols.framesAt(pc)),
        framesBefore: (pc) => keep(`framesBefore ${pc}`, symbols.framesBefore(pc)),
      },
      code: {
        places: (range, pc, moment, register) =>
          keep(`places ${pc} ${moment} ${register}`, code.places(range, pc, moment, register)),
        callArgument: (range, pc, register) =>
          keep(`callArgument ${pc} ${register}`, code.callArgument(range, pc, register)),
        phase: (range, pc, moment) => keep(`phase ${pc} ${moment}`, code.phase(range, pc, moment)),
        hasJustBegun: (range, pc, moment) =>
          keep(`hasJustBegun ${pc} ${moment}`, code.hasJustBegun(range, pc, moment)),
        wayFrom: (range, from, to) => keep(`wayFrom ${from} ${to}`, code.wayFrom(range, from, to)),
        mapCalls: (range) => keep(`mapCalls ${range.start}`, code.mapCalls(range)),
      },
      memory: {
        read: (address, length) => {
          const bytes = program.memory.read(address, length);
          keep(
            `read ${address} ${length}`,
            bytes === undefined ? undefined : Buffer.from(bytes).toString("hex"),
          );
          return bytes;
        },
      },
      stackOf: (goroutine) => keep(`stackOf ${goroutine.id}`, program.stackOf(goroutine)),
      decodeMap: (address, type) => keep(`decodeMap ${address} ${type}`, program.decodeMap(address, type)),
    },
  };
}

/** The text of a recorded stop. */
export function encodeStop(stop: RecordedStop): string {
  return `${JSON.stringify(stop, replacer)}\n`;
}

/** Reads one. */
export function decodeStop(text: string): RecordedStop {
  return JSON.parse(text, reviver) as RecordedStop;
}

/** The program of a recorded stop, with answers changed or added. */
export function replayed(stop: RecordedStop, changes: Answers = {}): StoppedProgram {
  const answers: Answers = { ...stop.answers, ...changes };
  const ask = (key: string): never => {
    if (!(key in answers)) {
      throw new Error(`nobody asked this when the stop was recorded: ${key}`);
    }
    return withoutMarks(answers[key]) as never;
  };
  const symbols: StoppedSymbols = {
    functionAt: (pc) => ask(`functionAt ${pc}`),
    framesAt: (pc) => ask(`framesAt ${pc}`),
    framesBefore: (pc) => ask(`framesBefore ${pc}`),
  };
  const code: CodeFacts = {
    places: (_, pc, moment, register) => ask(`places ${pc} ${moment} ${register}`),
    callArgument: (_, pc, register) => plain(answers[`callArgument ${pc} ${register}`]),
    phase: (_, pc, moment) => ask(`phase ${pc} ${moment}`),
    hasJustBegun: (_, pc, moment) => ask(`hasJustBegun ${pc} ${moment}`),
    wayFrom: (_, from, to) => ask(`wayFrom ${from} ${to}`),
    mapCalls: (range) => ask(`mapCalls ${range.start}`),
  };
  const memory: Memory = {
    read(address, length) {
      const hex = answers[`read ${address} ${length}`];
      return typeof hex === "string" && hex !== "undefined"
        ? Uint8Array.from(Buffer.from(hex, "hex"))
        : undefined;
    },
  };
  return {
    symbols,
    code,
    memory,
    threads: withoutMarks(stop.threads) as StoppedProgram["threads"],
    goroutines: withoutMarks(stop.goroutines) as StoppedProgram["goroutines"],
    problems: [],
    stackOf: (goroutine) => ask(`stackOf ${goroutine.id}`),
    decodeMap: (address, type) => plain(withoutMarks(answers[`decodeMap ${address} ${type}`])),
  };
}

/** Turns the marks of `undefined` back, at any depth. */
function withoutMarks(value: unknown): unknown {
  if (value === "undefined") {
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map(withoutMarks);
  }
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutMarks(one)]));
  }
  return value;
}
