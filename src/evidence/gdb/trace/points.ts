/**
 * Where a trace looks: at the stores into a map's flags, and at the entries of the functions by which a map grows.
 *
 * A swiss map's header says little of its tables, so at each point the first table is looked at, too, when it is the only one; and at the
 * entry of a table's function that table.
 */
import type { Address } from "../../../golang/memory.js";
import type { ProgramSymbols } from "../../../golang/program-symbols.js";
import type { FlagStore } from "../map-code/flag-stores.js";

/** One point. */
export type TracePoint =
  | { readonly kind: "store"; readonly address: Address; readonly name: string; readonly store: FlagStore }
  | {
      readonly kind: "entry";
      readonly address: Address;
      readonly name: string;
      readonly growth: GrowthFunction;
    };

/** A function by which a map grows, and where its arguments are on entry (Go's register ABI). */
export interface GrowthFunction {
  readonly name: string;
  readonly step: GrowthStep;
  readonly mapRegister: string;
  /** What else is worth knowing: the old bucket's number, the new capacity. */
  readonly argumentRegister?: string;
  /** The table that it works on. */
  readonly tableRegister?: string;
}

/** What such a function does. */
export type GrowthStep =
  | "grow begins"
  | "growth goes on"
  | "old bucket moves"
  | "first group made"
  | "first table made"
  | "table full"
  | "table grows"
  | "table splits"
  | "split installed"
  | "table replaced"
  | "tombstones looked at";

const classic: readonly GrowthFunction[] = [
  { name: "runtime.hashGrow", step: "grow begins", mapRegister: "rbx" },
  ...["", "_fast32", "_fast64", "_faststr"].flatMap((suffix): GrowthFunction[] => [
    {
      name: `runtime.growWork${suffix}`,
      step: "growth goes on",
      mapRegister: "rbx",
      argumentRegister: "rcx",
    },
    {
      name: `runtime.evacuate${suffix}`,
      step: "old bucket moves",
      mapRegister: "rbx",
      argumentRegister: "rcx",
    },
  ]),
];

const map = "internal/runtime/maps.(*Map)";
const table = "internal/runtime/maps.(*table)";

const swiss: readonly GrowthFunction[] = [
  { name: `${map}.growToSmall`, step: "first group made", mapRegister: "rax" },
  { name: `${map}.growToTable`, step: "first table made", mapRegister: "rax" },
  { name: `${table}.rehash`, step: "table full", mapRegister: "rcx", tableRegister: "rax" },
  {
    name: `${table}.grow`,
    step: "table grows",
    mapRegister: "rcx",
    argumentRegister: "rdi",
    tableRegister: "rax",
  },
  { name: `${table}.split`, step: "table splits", mapRegister: "rcx", tableRegister: "rax" },
  { name: `${map}.installTableSplit`, step: "split installed", mapRegister: "rax", tableRegister: "rbx" },
  { name: `${map}.replaceTable`, step: "table replaced", mapRegister: "rax", tableRegister: "rbx" },
  {
    name: `${table}.pruneTombstones`,
    step: "tombstones looked at",
    mapRegister: "rcx",
    tableRegister: "rax",
  },
];

/** All points of a program. Functions that its compiler inlined or left out have none. */
export function tracePoints(symbols: ProgramSymbols, stores: readonly FlagStore[]): readonly TracePoint[] {
  const growth = symbols.mapImplementation === "classic" ? classic : swiss;
  return [
    ...stores.map((store): TracePoint => ({
      kind: "store",
      address: store.address,
      name: store.function.name,
      store,
    })),
    ...growth.flatMap((each) =>
      symbols.functionsNamed(each.name).map(({ start }): TracePoint => ({
        kind: "entry",
        address: start,
        name: each.name,
        growth: each,
      })),
    ),
  ];
}
