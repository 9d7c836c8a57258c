/** A run as a person follows it. */
import { Execution, type MemoryModel } from "../explore/execution.js";
import { LOAD, STORE } from "../explore/operations.js";
import { siteAt } from "../machine/sites.js";
import { type CompiledProgram } from "./compiled.js";

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
  const steps: StoryStep[] = [];
  for (const process of schedule) {
    if (process >= execution.processes || (execution.enabled() & (1 << process)) === 0) {
      break;
    }
    steps.push(step(compiled, execution, process));
  }
  options.atEnd?.(execution);
  return steps;
}

function step(compiled: CompiledProgram, execution: Execution, process: number): StoryStep {
  const { histories, program } = compiled;
  const node = execution.nextNode(process);
  const reachesMemory = process >= execution.goroutines;
  execution.execute(process);
  const kind = histories.kind[node] ?? 0;
  const size = histories.size[node] ?? 0;
  const { function: name, phase, text } = siteAt(histories.site[node] ?? 0);
  const loaded = kind === LOAD ? shown(execution.low, execution.high, size) : undefined;
  const stored =
    kind === STORE ? shown(histories.low[node] ?? 0, histories.high[node] ?? 0, size) : undefined;
  return {
    goroutine: program.goroutines[process % execution.goroutines]?.name ?? String(process),
    reachesMemory,
    statement: program.statements[histories.statement[node] ?? 0]?.text ?? "",
    function: name,
    phase,
    text,
    value: loaded ?? stored,
  };
}

/** A number as Go prints it; an address with its arena and offset left as it is. */
function shown(low: number, high: number, size: number): string {
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
