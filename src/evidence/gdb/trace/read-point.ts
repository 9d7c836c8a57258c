/** A row, read by ourselves from a thread that stands still at a point. */
import type { Memory } from "../../../golang/memory.js";
import type { Registers } from "../../../golang/runtime/goroutine.js";
import type { ExpressionContext } from "./expressions.js";
import type { TracePoint } from "./points.js";
import type { TraceRow } from "./row.js";

const near = 0x1_0000;

/**
 * Reads what GDB would have written.
 *
 * @returns undefined when something of it cannot be read
 */
export function readPoint(
  index: number,
  point: TracePoint,
  at: { readonly registers: Registers; readonly memory: Memory },
  context: ExpressionContext,
): TraceRow | undefined {
  const { registers, memory } = at;
  const register = (name: string | undefined): bigint =>
    name === undefined ? 0n : (registers.values[name] ?? 0n);
  const store = point.kind === "store" ? point.store : undefined;
  const growth = point.kind === "entry" ? point.growth : undefined;
  const map = Number(register(store?.mapRegister ?? growth?.mapRegister)) + (store?.mapOffset ?? 0);
  const header = words(memory, map, 6);
  const goroutine = words(memory, Number(register("r14")) + context.goroutineId, 1)?.[0];
  const returns =
    store === undefined
      ? entryReturns(registers, memory)
      : framesFrom(registers.rsp + store.stackDelta - 8, registers.rsp, memory, 3);
  if (header === undefined || goroutine === undefined) {
    return undefined;
  }
  const table =
    growth?.tableRegister === undefined
      ? onlyTable(header, memory, context)
      : Number(register(growth.tableRegister));
  return {
    point: index,
    map,
    value: store === undefined ? register(growth?.argumentRegister) : register(store.valueRegister) & 0xffn,
    header,
    goroutine: Number(goroutine),
    sp: registers.rsp,
    returns,
    table,
    tableWords: (table === 0 ? undefined : words(memory, table, 2)) ?? [0n, 0n],
    time: undefined,
  };
}

/** The return addresses above a function's saved frame pointer and those of its callers. */
export function framesFrom(frame: number, sp: number, memory: Memory, count: number): number[] {
  const returns: number[] = [];
  for (let at = frame; returns.length < count && at >= sp && at - sp < near;) {
    const pair = words(memory, at, 2);
    if (pair === undefined) {
      break;
    }
    returns.push(Number(pair[1]));
    at = Number(pair[0]);
  }
  return [...returns, 0, 0, 0].slice(0, count);
}

/** At a function's entry. */
export function entryReturns(registers: Registers, memory: Memory): number[] {
  const first = words(memory, registers.rsp, 1)?.[0] ?? 0n;
  return [Number(first), ...framesFrom(registers.rbp, registers.rsp, memory, 2)];
}

function onlyTable(header: readonly bigint[], memory: Memory, { implementation }: ExpressionContext): number {
  if (implementation === "classic" || header[3] !== 1n) {
    return 0;
  }
  return Number(words(memory, Number(header[2]), 1)?.[0] ?? 0n);
}

function words(memory: Memory, address: number, count: number): bigint[] | undefined {
  const bytes = memory.read(address, 8 * count);
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getBigUint64(8 * index, true));
}
