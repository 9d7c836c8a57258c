/** What collector.py is told: the points and which map, as JSON. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ExpressionContext } from "./expressions.js";
import type { MapFilter } from "./map-filter.js";
import type { TracePoint } from "./points.js";

/** The command by which GDB's Python reads the collector; its text is ours, and goes over in digits. */
export function collectorCommand(): string {
  const text = readFileSync(fileURLToPath(new URL("collector.py", import.meta.url)));
  return `python exec(bytes.fromhex("${text.toString("hex")}").decode())`;
}

/** The command that sets the breakpoints. */
export function startCommand(
  points: readonly TracePoint[],
  filter: MapFilter,
  context: ExpressionContext,
  limit: number,
): string {
  const plan = {
    ...context,
    limit,
    ...(filter.kind === "address" ? { map: filter.address } : {}),
    ...(filter.kind === "variable" ? { variable: filter.address } : {}),
    points: points.map((point) => ({
      address: point.address,
      map: point.kind === "store" ? point.store.mapRegister : point.growth.mapRegister,
      offset: point.kind === "store" ? point.store.mapOffset : 0,
      value: point.kind === "store" ? point.store.valueRegister : (point.growth.argumentRegister ?? null),
      store: point.kind === "store",
      delta: point.kind === "store" ? point.store.stackDelta : 0,
      table: point.kind === "store" ? null : (point.growth.tableRegister ?? null),
    })),
  };
  const digits = Buffer.from(JSON.stringify(plan)).toString("hex");
  return `python maptrap_collector = maptrap_start("${digits}")`;
}
