/**
 * Finds out, for a resolved program: who calls and starts whom, where maps go, and which locks are held at each access.
 *
 * 1. Every function is turned into a body of events; on the way the value graph is filled.
 * 2. Function values are followed through the graph until no call gets a new callee.
 * 3. Bodies are run, callees first; then locks go down from callers to callees.
 * 4. What was found is written down.
 */
import { type ValueSpec } from "../ast.js";
import { type CallEdge, type HeldLock, type MapFlow, type OnceOrder, type StartEdge } from "../facts.js";
import { type FoundAccess, type Program } from "../program.js";
import { Analysis } from "./analysis.js";
import { type Path } from "./body.js";
import { CallerLocks } from "./callers.js";
import { emitEdges } from "./emit-edges.js";
import { emitFlows } from "./emit-flows.js";
import { heldLocks, onces } from "./held-locks.js";
import { FunctionLowering } from "./lower.js";
import { Model } from "./model.js";
import { runOwners } from "./owners.js";
import { prepare } from "./prepare.js";
import { SharedFields } from "./shared-fields.js";
import { SiteIndex } from "./site-index.js";
import { type State } from "./state.js";

/** What is known at an access, besides the access itself. */
export interface AccessFlow {
  /** The variable that the map is in, as far as calls could be looked through. */
  readonly variable: number;
  readonly locks: readonly HeldLock[];
  readonly unshared: boolean;
  readonly once: readonly OnceOrder[];
  readonly running: readonly number[];
}

/** The part of the facts that is about how things go. */
export interface Flow {
  readonly flows: readonly MapFlow[];
  readonly calls: readonly CallEdge[];
  readonly starts: readonly StartEdge[];
  readonly notes: readonly string[];
  /** For each access, in the order in which they were given. */
  readonly accesses: readonly AccessFlow[];
}

/** Builds the flow facts of a program. */
export function buildFlow(program: Program, accesses: readonly FoundAccess[]): Flow {
  const model = new Model(program, accesses);
  lowerAll(model);
  settle(model);
  prepare(model);
  const analysis = new Analysis(new SiteIndex(model));
  analysis.run();
  runOwners(analysis);
  const callers = new CallerLocks(analysis);
  const { calls, starts } = emitEdges(analysis);
  const { flows, variables } = emitFlows(model);
  const known = accessFlows(model, analysis, callers);
  return {
    calls,
    starts,
    flows,
    accesses: known.map((access, i) => ({ ...access, variable: variables[i] ?? -1 })),
    notes: [...model.notes],
  };
}

function lowerAll(model: Model): void {
  const { program } = model;
  for (const from of program.packages) {
    for (const file of from.files) {
      const lowering = new FunctionLowering(model, file, null);
      for (const decl of file.decls) {
        if (decl.kind === "Value" && !decl.constant && !isInInitializer(decl)) {
          lowering.declare(decl.names, decl.values);
        }
      }
    }
  }
  for (const func of program.functions) {
    const { body } = func.node;
    if (body !== null) {
      new FunctionLowering(model, func.sourceFile, func.index).run(body.list);
    }
  }
}

/** Initial values that run code are in a function of their own already. */
function isInInitializer(spec: ValueSpec): boolean {
  return spec.values.some(
    (value) => value.kind !== "BasicLit" && value.kind !== "Ident" && value.kind !== "FuncLit",
  );
}

/** In a large program, a call through an interface goes to so many methods at most. */
const mostImplementations = 12;

/** Follows function values; calls through interfaces of which no value was seen go to all that fit by their methods. */
function settle(model: Model): void {
  const whole = model.graph.settle();
  for (const { site, method, receiverType, bind } of model.interfaceCalls) {
    if (site.targets.length > 0) {
      continue;
    }
    const all = model.program.implementations(method, receiverType);
    // What so many types have says nothing about who is called.
    for (const { function: found } of model.isLarge ? all.slice(0, mostImplementations) : all) {
      if (found !== null) {
        bind({ function: found, dynamic: true, given: null });
      }
    }
  }
  if (!model.graph.settle() || !whole) {
    model.notes.add(
      "Function values take more ways than were followed: some calls through them are missing.",
    );
  }
}

function accessFlows(model: Model, analysis: Analysis, callers: CallerLocks): Omit<AccessFlow, "variable">[] {
  const shared = new SharedFields(model);
  const paths = accessPaths(model);
  return model.accesses.map((access, index) => {
    const state = analysis.accessStates.get(index);
    const path = paths.get(index) ?? null;
    const entry = callers.of(access.function);
    const held = { function: access.function, path, state, entry };
    return {
      locks: heldLocks(model, held, shared),
      once: onces(held),
      unshared: path !== null && isUnshared(path, state),
      running: state?.running ?? [],
    };
  });
}

function accessPaths(model: Model): Map<number, Path> {
  const paths = new Map<number, Path>();
  const events = [
    ...model.bodies.flatMap((body) => body?.blocks.flatMap((block) => block.events) ?? []),
    ...model.sites.flatMap((site) => site.events),
  ];
  for (const event of events) {
    if (event.kind === "access" && event.path !== null) {
      paths.set(event.access, event.path);
    }
  }
  return paths;
}

function isUnshared(path: Path, state: State | undefined): boolean {
  if (path.root === null || state?.own.has(`${path.root}`) !== true) {
    return false;
  }
  return state.own.has(path.id) || state.own.has(`${path.root}.*`);
}
