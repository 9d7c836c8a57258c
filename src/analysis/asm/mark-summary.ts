/** The mark of one function in a few words. */
import type { MarkWindow } from "../../golang/instructions/mark-window.js";
import type { FunctionView } from "./function-view.js";

/** Offsets as texts, by what is done there. */
export interface AsmMarkSummary {
  readonly tests: readonly string[];
  readonly sets: readonly string[];
  readonly clears: readonly string[];
  readonly windows: readonly MarkWindow[];
}

/** Where a function tests, sets and clears the mark: `+0x37`. */
export function markSummary(view: FunctionView): AsmMarkSummary {
  const at = (kind: string): readonly string[] =>
    view.instructions.filter(({ mark }) => mark === kind).map(({ offset }) => `+0x${offset.toString(16)}`);
  return { tests: at("test"), sets: at("set"), clears: at("clear"), windows: view.mark?.windows ?? [] };
}
