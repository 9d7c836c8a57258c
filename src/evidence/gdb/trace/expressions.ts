/** What GDB is asked for at a point, as expressions of registers and numbers. */
import { returnAddresses } from "../park/condition.js";
import type { TracePoint } from "./points.js";
import { rowMark, rowWords } from "./row.js";

/** What the expressions depend on besides the point. */
export interface ExpressionContext {
  readonly implementation: "classic" | "swiss";
  /** Offset of a goroutine's id in its `g`. */
  readonly goroutineId: number;
}

/** The format of a row for GDB's printf. */
export const rowFormat = `${rowMark}${" %lx".repeat(rowWords)}\n`;

/** The map's address. */
export function mapExpression(point: TracePoint): string {
  if (point.kind === "entry") {
    return `(unsigned long)$${point.growth.mapRegister}`;
  }
  const { mapRegister, mapOffset } = point.store;
  return mapOffset === 0
    ? `(unsigned long)$${mapRegister}`
    : `((unsigned long)$${mapRegister} + ${mapOffset})`;
}

/** The values of a row, in the order of its words. */
export function rowExpressions(index: number, point: TracePoint, context: ExpressionContext): string[] {
  const map = mapExpression(point);
  const value =
    point.kind === "store"
      ? `(unsigned long)($${point.store.valueRegister} & 255)`
      : point.growth.argumentRegister === undefined
        ? "0UL"
        : `(unsigned long)$${point.growth.argumentRegister}`;
  const header = [0, 8, 16, 24, 32, 40].map((offset) => word(`${map} + ${offset}`));
  const returns = point.kind === "store" ? returnAddresses(point.store) : entryReturns();
  const table = tableExpression(point, map, context);
  return [
    `${index}UL`,
    map,
    value,
    ...header,
    word(`$r14 + ${context.goroutineId}`),
    "(unsigned long)$rsp",
    ...returns,
    table,
    table === "0UL" ? "0UL" : `(${table} ? ${word(table)} : 0UL)`,
    table === "0UL" ? "0UL" : `(${table} ? ${word(`${table} + 8`)} : 0UL)`,
  ];
}

function word(address: string): string {
  return `*(unsigned long *)(${address})`;
}

/** At a function's entry the return address is where the stack pointer points, and the frame pointer is still the caller's. */
function entryReturns(): readonly string[] {
  const near = "((unsigned long)$rbp - (unsigned long)$rsp < 65536)";
  const frame2 = "*(unsigned long *)$rbp";
  return [
    word("$rsp"),
    `(${near} ? ${word("$rbp + 8")} : 0UL)`,
    `(${near} ? (${frame2} - (unsigned long)$rsp < 65536 ? ${word(`${frame2} + 8`)} : 0UL) : 0UL)`,
  ];
}

/** The table that is looked at: that of the function, or the only one. */
function tableExpression(point: TracePoint, map: string, { implementation }: ExpressionContext): string {
  if (implementation === "classic") {
    return "0UL";
  }
  if (point.kind === "entry" && point.growth.tableRegister !== undefined) {
    return `(unsigned long)$${point.growth.tableRegister}`;
  }
  return `(${word(`${map} + 24`)} == 1 ? ${word(word(`${map} + 16`))} : 0UL)`;
}
