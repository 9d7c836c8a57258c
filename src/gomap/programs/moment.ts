/** A run in its middle: where each goroutine stands, what is on its way to memory, what the mark of each map is. */
import { type Execution } from "../explore/execution.js";
import { type Observation } from "../explore/model-goroutine.js";
import { END, ENDLESS, FATAL, FAULT, isTerminal, LOAD, PANIC, STORE } from "../explore/operations.js";
import { heapBase } from "../machine/memory.js";
import { type CompiledProgram } from "./compiled.js";
import { type RunRecord } from "./run-record.js";
import { type Runs } from "./run.js";
import { nodeTexts, storedText, type StoryStep } from "./story.js";
import { type ObjectDeclaration } from "./syntax.js";

/** What a goroutine would do next. */
export type NextStep = Pick<StoryStep, "statement" | "function" | "phase" | "text" | "value">;

/** A store that has not reached memory. */
export interface BufferedStore {
  readonly text: string;
  readonly value: string;
}

/** A goroutine in the middle of a run. */
export interface GoroutineMoment {
  readonly name: string;
  /**
   * `ready`: it can do its next step. `waiting`: it cannot, for others or for its own store buffer. `ended`: it has returned. `stopped`: by a
   * fatal error, a panic or a fault, which `message` has. `halted`: another one's fatal error has ended the program.
   */
  readonly state: "ready" | "waiting" | "ended" | "stopped" | "halted";
  readonly message: string;
  readonly next: NextStep | undefined;
  /** Number of the statement that it is at; undefined when it has ended. */
  readonly statementNumber: number | undefined;
  /** Its process, and that of its store buffer (under x86-TSO), for driving the run. */
  readonly process: number;
  readonly bufferProcess: number | undefined;
  readonly canFlush: boolean;
  /** The oldest first. */
  readonly buffer: readonly BufferedStore[];
  /** What its operations have given so far; undefined where the run is too long to find out at each step. */
  readonly seen: readonly Observation[] | undefined;
}

/** What a map's mark is in memory. */
export interface MapMark {
  readonly map: string;
  /** `h.flags`, `m.writing` */
  readonly field: string;
  readonly value: number;
  readonly marked: boolean;
}

/** Something else that goroutines share, as it is in memory. */
export interface SharedValue {
  readonly kind: ObjectDeclaration["kind"] | "lock of the policy";
  readonly name: string;
  /** The two numbers that it consists of; see explore/operations.ts. */
  readonly low: number;
  readonly high: number;
}

/** See the file's comment. */
export interface Moment {
  /** How many steps were done. */
  readonly step: number;
  readonly goroutines: readonly GoroutineMoment[];
  readonly marks: readonly MapMark[];
  readonly shared: readonly SharedValue[];
  /** What the last step loaded from or stored to: address and bytes. */
  readonly touched:
    { readonly address: number; readonly size: number; readonly isStore: boolean } | undefined;
}

/** A goroutine that has done more steps is not asked what it has seen: that means to do them all again. */
const mostStepsAsked = 2000;
/** `hashWriting`, and where `hmap.flags` and `maps.Map.writing` are. */
const marks = {
  classic: { field: "h.flags", offset: 8, bits: 4 },
  swiss: { field: "m.writing", offset: 34, bits: 0xff },
} as const;

/** Goes to and fro in a recorded run. */
export class RunCursor {
  readonly execution: Execution;
  readonly #compiled: CompiledProgram;

  constructor(
    private readonly runs: Runs,
    private readonly record: RunRecord,
  ) {
    this.#compiled = runs.compiled;
    this.execution = runs.begin();
  }

  /** Goes to where so many steps are done; not beyond the ends of the run. */
  goTo(step: number): void {
    const { execution, record } = this;
    const wanted = Math.max(0, Math.min(record.length, Math.trunc(step)));
    while (execution.depth > wanted) {
      execution.undo();
    }
    while (execution.depth < wanted) {
      execution.execute(record.process[execution.depth] ?? 0);
    }
  }

  /** What is to be seen where it is. */
  moment(): Moment {
    const { execution } = this;
    const { program } = this.#compiled;
    return {
      step: execution.depth,
      goroutines: program.goroutines.map(({ name }, index) => this.#goroutine(name, index)),
      marks: this.#marks(),
      shared: this.#shared(),
      touched: this.#touched(),
    };
  }

  #goroutine(name: string, goroutine: number): GoroutineMoment {
    const { execution } = this;
    const { histories } = this.#compiled;
    const node = execution.node[goroutine] ?? 0;
    const kind = histories.kind[node] ?? END;
    const isOver = isTerminal(kind);
    const halted = this.runs.settings.afterFatal === "stop" && execution.stopped > 0;
    const isTso = execution.processes > execution.goroutines;
    return {
      name,
      state:
        kind === END
          ? "ended"
          : isOver
            ? "stopped"
            : halted
              ? "halted"
              : execution.canStep(goroutine)
                ? "ready"
                : "waiting",
      message: isOver && kind !== END ? stopMessage(this.#compiled, node) : "",
      next: isOver
        ? undefined
        : {
            ...nodeTexts(this.#compiled, node),
            value: storedText(this.#compiled, node),
          },
      statementNumber: kind === END ? undefined : (histories.statement[node] ?? 0),
      process: goroutine,
      bufferProcess: isTso ? goroutine + execution.goroutines : undefined,
      canFlush: isTso && !halted && !execution.bufferEmpty(goroutine),
      buffer: isTso
        ? Array.from(execution.buffered(goroutine), (store) => ({
            text: nodeTexts(this.#compiled, store).text,
            value: storedText(this.#compiled, store) ?? "",
          }))
        : [],
      seen: (histories.depth[node] ?? 0) > mostStepsAsked ? undefined : histories.detail(node).observations,
    };
  }

  #marks(): MapMark[] {
    const { maps } = this.#compiled.shared;
    return [...maps].map(([map, { address, functions }]) => {
      const { field, offset, bits } = marks[functions.implementation];
      const at = address - heapBase + offset;
      const value = ((this.execution.words[at >> 2] ?? 0) >>> ((at & 3) * 8)) & 0xff;
      return { map, field, value, marked: (value & bits) !== 0 };
    });
  }

  #shared(): SharedValue[] {
    const { shared, program, policy } = this.#compiled;
    const valueAt = (address: number): Pick<SharedValue, "low" | "high"> => {
      const at = (address - heapBase) >> 2;
      return { low: this.execution.words[at] ?? 0, high: this.execution.words[at + 1] ?? 0 };
    };
    const objects = program.objects.map(({ kind, name }) => ({
      kind,
      name,
      ...valueAt(shared.objects.get(name)?.address ?? heapBase),
    }));
    const locks =
      policy === "lock" || policy === "lock-always"
        ? [...shared.maps].map(([name, { lock }]) => ({
            kind: "lock of the policy" as const,
            name,
            ...valueAt(lock),
          }))
        : [];
    return [...objects, ...locks];
  }

  #touched(): Moment["touched"] {
    const { execution, record } = this;
    const { histories } = this.#compiled;
    const node = record.node[execution.depth - 1];
    const kind = node === undefined ? END : (histories.kind[node] ?? END);
    const inBuffer =
      kind === STORE &&
      execution.processes > execution.goroutines &&
      (record.process[execution.depth - 1] ?? 0) < execution.goroutines;
    if (node === undefined || (kind !== LOAD && kind !== STORE) || inBuffer) {
      return undefined;
    }
    return {
      address: heapBase + (histories.offset[node] ?? 0),
      size: histories.size[node] ?? 0,
      isStore: kind === STORE,
    };
  }
}

/** Why a goroutine was stopped. */
function stopMessage({ histories }: CompiledProgram, node: number): string {
  switch (histories.kind[node]) {
    case FATAL:
      return `fatal error: ${histories.message(node)}`;
    case PANIC:
      return `panic: ${histories.message(node)}`;
    case FAULT:
      return histories.size[node] === 0
        ? "access outside of all objects"
        : "invalid memory address or nil pointer dereference";
    case ENDLESS:
      return "does not come to an end";
    default:
      return "";
  }
}
