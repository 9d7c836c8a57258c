/** Explores texts of programs for tests. */
import { EndStates } from "../../../src/gomap/explore/end-states.js";
import { Enumeration } from "../../../src/gomap/explore/enumeration.js";
import { Execution, type MemoryModel } from "../../../src/gomap/explore/execution.js";
import { StateGraph } from "../../../src/gomap/explore/state-graph.js";
import { Reduction } from "../../../src/gomap/explore/reduction.js";
import { compile, type CompiledProgram } from "../../../src/gomap/programs/compiled.js";
import type { Policy } from "../../../src/gomap/programs/policies.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { chooseMap, mapMaker } from "../../../src/gomap/programs/settings.js";

/** Compiles a program. */
export function compiled(text: string, minor = 23, policy: Policy = "panic"): CompiledProgram {
  const makeMap = mapMaker({ ...chooseMap(undefined, minor), seed: 1 });
  return compile(parseProgram(text), { makeMap, policy, seed: 1 });
}

/** Values that the goroutines of a run have loaded: `0,1|1`. */
export function valuesOf(program: CompiledProgram): (execution: Execution) => string {
  return (execution) =>
    Array.from(execution.node, (node) =>
      program.histories
        .detail(node)
        .observations.map(({ value }) => value ?? "-")
        .join(","),
    ).join("|");
}

/** All ends of a program, by plain enumeration of all interleavings and by reduction. */
export function bothWays(program: CompiledProgram, memory: MemoryModel, mostSteps = 3_000_000) {
  const all = new Enumeration(
    new Execution(program.start(memory, false)),
    new EndStates(valuesOf(program), false),
  );
  const reduced = new Reduction(
    new Execution(program.start(memory, false)),
    new EndStates(valuesOf(program), false),
  );
  const finished = all.advance(mostSteps) && reduced.advance(mostSteps);
  return { all, reduced, finished };
}

/** What the goroutines can load, each once, sorted. */
export function outcomes(text: string, memory: MemoryModel): string[] {
  const { reduced } = bothWays(compiled(text), memory);
  return [...new Set([...reduced.ends].map(({ told }) => told))].toSorted();
}

/** The keys of all ends of a program: through all states, each once, and by reduction. */
export function endsByStates(program: CompiledProgram, memory: MemoryModel, mostStates: number) {
  const tell = valuesOf(program);
  const graph = new StateGraph(new Execution(program.start(memory, false)), new EndStates(tell, false), {
    groups: 1,
    groupOf: () => 0,
    mostStates,
  });
  const reduced = new Reduction(new Execution(program.start(memory, false)), new EndStates(tell, false));
  const finished = graph.advance(Number.MAX_SAFE_INTEGER) && !graph.isFull && reduced.advance(1_000_000);
  return { graph, reduced, finished };
}
