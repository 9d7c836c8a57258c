/** Compiles a program with as much memory, and as long runs, as it needs. */
import { Execution } from "../explore/execution.js";
import { lowest } from "../explore/search.js";
import { compile, type CompiledProgram } from "./compiled.js";
import { mapMaker, type ModelSettings } from "./settings.js";
import { type Program } from "./syntax.js";

/** Of all goroutines together. */
const mostBytes = 0x1000_0000;
/** So much of the run in which each goroutine goes on as long as it can is looked at. */
const longestLook = 100_000;
/** A goroutine's steps, where nobody knows how many it needs. */
export const mostStepsOfAll = 2_000_000;

/**
 * Compiles a program so that each goroutine has enough memory: whatever all of them allocate when they run one after the other, one of
 * them may have to allocate in another order, and then some. Who does many times the steps that all of them need is in an endless loop.
 */
export function compileFitting(
  program: Program,
  settings: Pick<ModelSettings, "map" | "minor" | "seed" | "policy">,
): CompiledProgram {
  const { seed, policy } = settings;
  const options = { makeMap: mapMaker(settings), seed, policy, longest: mostStepsOfAll };
  const most = mostBytes / (program.goroutines.length + 1);
  let arenaBytes = bytesByLargestNumber(program);
  for (;;) {
    const compiled = compile(program, { ...options, arenaBytes });
    const { bytes, steps, isOver } = look(compiled);
    if (2 * bytes <= arenaBytes || 2 * arenaBytes > most) {
      compiled.histories.longest = isOver ? longestOf(steps) : mostStepsOfAll;
      return compiled;
    }
    arenaBytes *= 2;
  }
}

/** Many times the steps that the goroutines need one after the other: who does more is in an endless loop. */
export function longestOf(steps: number): number {
  return Math.max(1000, 10 * steps);
}

/** Programs with long loops make large maps. */
function bytesByLargestNumber(program: Program): number {
  const numbers = program.text.match(/\d+/g)?.map(Number) ?? [];
  const largest = numbers.reduce((most, number) => (number <= 100_000 ? Math.max(most, number) : most), 8);
  return 2 ** Math.ceil(Math.log2(0x8000 + largest * 160));
}

/** What all goroutines allocate, and how many steps they do; infinitely much where that is more memory than there is. */
function look(compiled: CompiledProgram): { bytes: number; steps: number; isOver: boolean } {
  const { histories } = compiled;
  const execution = new Execution(compiled.start("sc", true));
  let enabled = execution.enabled();
  for (let last = 0; enabled !== 0 && execution.depth < longestLook; enabled = execution.enabled()) {
    last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
    execution.execute(last);
  }
  const bytes = Array.from(execution.node, (node) =>
    histories.isExhausted(node) ? Number.POSITIVE_INFINITY : histories.usedBytes(node),
  ).reduce((sum, one) => sum + one, 0);
  return { bytes, steps: execution.depth, isOver: enabled === 0 };
}
