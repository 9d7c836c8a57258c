/** A run as a person follows it. */
import { Execution, type MemoryModel } from "../explore/execution.js";
import { LOAD, STORE } from "../explore/operations.js";
import { siteAt } from "../machine/sites.js";
import { type CompiledProgram } from "./compiled.js";
import {
  MARK_CLEARED,
  MARK_FOUND_CLEAR,
  MARK_FOUND_SET,
  MARK_GONE,
  MARK_IN_BUFFER,
  MARK_SET,
  MARK_STILL_SET,
} from "./mark.js";
import { recordRun, type RunRecord } from "./run-record.js";

/** What a step does to the mark of a writer, or learns of it. */
export interface MarkNote {
  readonly what: "set" | "cleared" | "found clear" | "found set" | "still set" | "gone" | "in store buffer";
  /** Who is in the middle of an operation on the same map meanwhile. */
  readonly beside: readonly string[];
}

/** One step of a run. */
export interface StoryStep {
  readonly goroutine: string;
  /** Whether it is a store that goes from the goroutine's store buffer to memory. */
  readonly reachesMemory: boolean;
  /** The statement of the program that it belongs to. */
  readonly statement: string;
  /** `mapassign_fast64` */
  readonly function: string;
  readonly phase: string;
  /** `load h.flags` */
  readonly text: string;
  /** What was loaded or stored, where it is a load or store. */
  readonly value: string | undefined;
  /** Only where the step is one about the mark. */
  readonly mark?: MarkNote;
}

/**
 * Replays a schedule and tells its steps.
 *
 * @param atEnd called when all steps are done
 */
export function tellStory(
  compiled: CompiledProgram,
  memory: MemoryModel,
  schedule: Uint8Array,
  options: { readonly stopsAll: boolean; readonly atEnd?: (execution: Execution) => void },
): StoryStep[] {
  const execution = new Execution(compiled.start(memory, options.stopsAll));
  const record = recordRun(compiled, execution, schedule);
  options.atEnd?.(execution);
  return Array.from({ length: record.length }, (_, at) => storyStep(compiled, record, at));
}

/** The step of a recorded run, told. */
export function storyStep(compiled: CompiledProgram, record: RunRecord, at: number): StoryStep {
  const { histories, program } = compiled;
  const process = record.process[at] ?? 0;
  const node = record.node[at] ?? 0;
  const size = histories.size[node] ?? 0;
  const mark = markNote(compiled, record, at);
  return {
    goroutine: program.goroutines[process % record.goroutines]?.name ?? String(process),
    reachesMemory: process >= record.goroutines,
    ...nodeTexts(compiled, node),
    value:
      histories.kind[node] === LOAD
        ? valueText(record.low[at] ?? 0, record.high[at] ?? 0, size)
        : storedText(compiled, node),
    ...(mark === undefined ? {} : { mark }),
  };
}

/** Where a node stands in program and runtime, in words. */
export function nodeTexts(
  { histories, program }: Pick<CompiledProgram, "histories" | "program">,
  node: number,
): Pick<StoryStep, "statement" | "function" | "phase" | "text"> {
  const { function: name, phase, text } = siteAt(histories.site[node] ?? 0);
  const statement = program.statements[histories.statement[node] ?? 0]?.text ?? "";
  return { statement, function: name, phase, text };
}

/** What a node's step stores, where it is a store. */
export function storedText(
  { histories }: Pick<CompiledProgram, "histories">,
  node: number,
): string | undefined {
  return histories.kind[node] === STORE
    ? valueText(histories.low[node] ?? 0, histories.high[node] ?? 0, histories.size[node] ?? 0)
    : undefined;
}

const notes: ReadonlyMap<number, MarkNote["what"]> = new Map([
  [MARK_SET, "set"],
  [MARK_CLEARED, "cleared"],
  [MARK_FOUND_CLEAR, "found clear"],
  [MARK_FOUND_SET, "found set"],
  [MARK_STILL_SET, "still set"],
  [MARK_GONE, "gone"],
  [MARK_IN_BUFFER, "in store buffer"],
] as const);

function markNote({ program }: CompiledProgram, record: RunRecord, at: number): MarkNote | undefined {
  const what = notes.get(record.mark[at] ?? 0);
  const others = record.others[at] ?? 0;
  return what === undefined
    ? undefined
    : {
        what,
        beside: program.goroutines
          .filter((_one, index) => (others & (1 << index)) !== 0)
          .map(({ name }) => name),
      };
}

/** A number as Go prints it; an address with its arena and offset left as it is. */
export function valueText(low: number, high: number, size: number): string {
  if (size < 8) {
    return String(size === 4 ? low | 0 : low);
  }
  const value = high * 0x1_0000_0000 + (low >>> 0);
  return high >= 0xc0 && high < 0xc1
    ? `0x${value.toString(16)}`
    : high === 0 || high === -1
      ? String(value)
      : `0x${hex(high)}${hex(low)}`;
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}
