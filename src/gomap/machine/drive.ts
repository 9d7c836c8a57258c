/**
 * The simplest way to run map code: one goroutine, all steps at once.
 */
import { MaptrapError } from "../../base/errors.js";
import { FATAL, FAULT, type Goroutine, PANIC, type Steps } from "./goroutine.js";
import { siteAt } from "./sites.js";

/** Modelled code ended the program: a fatal error, a panic, an access outside all objects, or it did not end. */
export class ModelStop extends MaptrapError {
  readonly how: "fatal error" | "panic" | "fault" | "endless";

  constructor(how: ModelStop["how"], message: string) {
    super(`${how}: ${message}`);
    this.how = how;
  }
}

/**
 * Runs to the end without yielding.
 *
 * @param limit how many steps it may take
 * @throws ModelStop when the code does not return
 */
export function runToEnd<R>(g: Goroutine, steps: Steps<R>, limit = 1e9): R {
  g.budget = limit;
  g.kind = 0;
  const { done, value } = steps.next(0);
  g.budget = 0;
  if (done === true) {
    return value;
  }
  throw stopOf(g);
}

/** Why a goroutine that has yielded cannot go on by itself. */
export function stopOf(g: Goroutine): ModelStop {
  const { function: name, text } = siteAt(g.site);
  switch (g.kind) {
    case FATAL:
      return new ModelStop("fatal error", g.message);
    case PANIC:
      return new ModelStop("panic", g.message);
    case FAULT:
      return new ModelStop("fault", `${text} in ${name} at 0x${g.address.toString(16)}`);
    default:
      return new ModelStop("endless", `the step limit was reached at ${text} in ${name}`);
  }
}

/**
 * Does the announced step, sequentially consistent, and goes on to the next one.
 *
 * @returns what the code returned, or undefined while it has not
 */
export function step<R>(g: Goroutine, steps: Steps<R>): IteratorResult<undefined, R> {
  g.perform();
  return steps.next(g.loaded());
}
