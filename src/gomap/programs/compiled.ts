/** A program that is ready to be explored. */
import { type Execution, type MemoryModel, type ProgramStart } from "../explore/execution.js";
import { Histories } from "../explore/histories.js";
import { ModelGoroutine, PrivateMemory } from "../explore/model-goroutine.js";
import { GoroutineCode } from "./code.js";
import {
  DegradingAccess,
  LockedAccess,
  type MapAccess,
  PlainAccess,
  ReadWriteLockedAccess,
} from "./map-access.js";
import { layOut, type MapMaker, type SharedObjects } from "./objects.js";
import type { Policy } from "./policies.js";
import { SyncMapAccess } from "./sync-map.js";
import { type Program } from "./syntax.js";

/** How a program is run. */
export interface CompileOptions {
  readonly makeMap: MapMaker;
  readonly policy: Policy;
  /** For random numbers: seeds of maps, where iterations begin. */
  readonly seed: number;
  /** How many steps a goroutine may do before it is said to be in an endless loop. */
  readonly longest?: number;
  /** Memory of each goroutine; a power of two. */
  readonly arenaBytes?: number;
}

/** A program with its memory laid out. */
export interface CompiledProgram {
  readonly program: Program;
  readonly policy: Policy;
  readonly shared: SharedObjects;
  readonly histories: Histories;
  /** What a run begins with. */
  start(memory: MemoryModel, stopsAll: boolean): ProgramStart;
}

/** Compiles a program. */
export function compile(program: Program, options: CompileOptions): CompiledProgram {
  const { policy, seed, longest = 20_000, arenaBytes = 0x8000 } = options;
  const shared = layOut(program, {
    makeMap: options.makeMap,
    arenaBytes,
    seed,
    syncMap: policy === "sync-map",
  });
  const mark = shared.memory.mark();
  const histories = new Histories(arenaBytes, longest);
  const roots = program.goroutines.map((declaration, index) => {
    const memory = new PrivateMemory(shared.shape, mark, index + 1);
    const g = new ModelGoroutine(memory, index + 1, seed * 31 + index + 1);
    g.ignoresFatal = policy === "silent";
    return histories.add(g, () =>
      new GoroutineCode(g, declaration, shared, accessOf(policy, shared, program)).run(),
    );
  });
  const objects = new Int32Array(arenaBytes >> 3);
  for (let granule = 0; granule < objects.length; granule++) {
    objects[granule] = shared.memory.objectAt(shared.memory.scratch(0) + granule * 8);
  }
  const words = shared.memory.u32;
  return {
    program,
    policy,
    shared,
    histories,
    start: (memory, stopsAll) => ({ histories, roots, words, objects, arenaBytes, memory, stopsAll }),
  };
}

function accessOf(policy: Policy, shared: SharedObjects, program: Program): MapAccess {
  const plain = new PlainAccess(shared, program);
  switch (policy) {
    case "panic":
    case "silent":
      return plain;
    case "lock":
      return new DegradingAccess(plain);
    case "lock-always":
      return new LockedAccess(plain);
    case "rwmutex":
      return new ReadWriteLockedAccess(plain);
    default:
      return new SyncMapAccess(plain, shared);
  }
}

export type { Execution };
