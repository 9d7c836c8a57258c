/** Makes the schedule of a counterexample as easy to follow as possible. */
import { type Pieces } from "../../base/pieces.js";
import { type Execution } from "./execution.js";
import { lowest } from "./search.js";
import { rewind, type Stretch, stretchesOf } from "./schedule.js";

/** How many schedules may be tried, and how many steps they may have together. */
const mostTries = 4000;
const mostSteps = 1_000_000;

/**
 * A schedule with fewer changes from one process to another, which ends in the same way.
 *
 * Stretches are left out (what they did is then done later), joined with their neighbours, or moved; what still ends as
 * wanted is kept, until nothing gets better. In pieces: a try each, so that nobody else may use the execution meanwhile.
 *
 * @param execution at its start, and again afterwards
 * @param same whether the execution, at the end of a run, has ended as wanted
 */
export function* shrinking(
  execution: Execution,
  schedule: Uint8Array,
  same: (execution: Execution) => boolean,
): Pieces<Uint8Array> {
  let best = stretchesOf(schedule);
  let bestSchedule = schedule;
  let tries = 0;
  let steps = 0;
  for (let improved = true; improved && tries < mostTries;) {
    improved = false;
    for (const candidate of candidates(best)) {
      if (++tries > mostTries || steps > mostSteps) {
        return bestSchedule;
      }
      const made = run(execution, candidate);
      steps += made.length;
      const good = stretchesOf(made).length < best.length && same(execution);
      rewind(execution);
      if (good) {
        best = stretchesOf(made);
        bestSchedule = made;
        improved = true;
      }
      yield;
      if (good) {
        break;
      }
    }
  }
  return bestSchedule;
}

function* candidates(stretches: readonly Stretch[]): Iterable<readonly Stretch[]> {
  // A stretch that goes on as long as it can.
  for (let index = 0; index < stretches.length; index++) {
    yield stretches.map((one, at) =>
      at === index ? { process: one.process, steps: Number.MAX_SAFE_INTEGER } : one,
    );
  }
  for (let index = 0; index < stretches.length; index++) {
    yield stretches.toSpliced(index, 1);
  }
  // What a process does later is done at once.
  for (let index = 0; index < stretches.length; index++) {
    const one = stretches[index];
    const again = stretches.findIndex((other, at) => at > index + 1 && other.process === one?.process);
    const other = stretches[again];
    if (one !== undefined && other !== undefined) {
      yield stretches
        .toSpliced(again, 1)
        .with(index, { process: one.process, steps: one.steps + other.steps });
      yield stretches
        .toSpliced(index, 1)
        .with(again - 1, { process: one.process, steps: one.steps + other.steps });
    }
  }
}

/** Does what it can of the stretches, and then whatever is left, one process after the other. */
function run(execution: Execution, stretches: readonly Stretch[]): Uint8Array {
  for (const { process, steps } of stretches) {
    for (let step = 0; step < steps && (execution.enabled() & (1 << process)) !== 0; step++) {
      execution.execute(process);
    }
  }
  let last = stretches.at(-1)?.process ?? 0;
  for (let enabled = execution.enabled(); enabled !== 0; enabled = execution.enabled()) {
    last = (enabled & (1 << last)) === 0 ? lowest(enabled) : last;
    execution.execute(last);
  }
  return Uint8Array.from(execution.who.subarray(0, execution.depth));
}
