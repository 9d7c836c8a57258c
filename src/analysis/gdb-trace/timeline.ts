/**
 * From the rows of a trace to its events: what happened to a map, in order.
 *
 * ```text
 *   row: mapassign_fast64 is about to store 4, flags are 0   →  flags 0 → 4, a writer has set its mark
 *   row: hashGrow begins                                     →  a step of growth
 *   row: mapassign_fast64 is about to store 0, flags are 4   →  flags 4 → 0; count 8 → 9, B 0 → 1, oldbuckets …
 * ```
 *
 * One pass of the program may show up twice: when a signal (Go preempts with SIGURG) reaches a thread that stands at a breakpoint, it
 * handles the signal first, returns, and meets the same breakpoint again. The second row tells the same of the same goroutine at the same
 * stack pointer, and the map shows that the instruction had not run: it is counted and left out.
 */
import { flagLayout } from "../../evidence/gdb/map-code/flag-stores.js";
import type { GrowthStep, TracePoint } from "../../evidence/gdb/trace/points.js";
import type { TraceRow } from "../../evidence/gdb/trace/row.js";
import type { FatalStop } from "../../evidence/gdb/trace/trace.js";
import type { Address } from "../../golang/memory.js";
import type { Frame } from "../../golang/pclntab/symbolizer.js";
import type { ProgramSymbols } from "../../golang/program-symbols.js";
import { type Field, flagNames, flagsOf, headerFields, tableFields } from "./header-fields.js";

/** A field of the header that is not what it was at the map's last event. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** A place in the source. */
export interface TraceSite {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

interface EventBase {
  /** From 1. */
  readonly number: number;
  /** Since the start of the trace; time stands still for the program while an event is written down. */
  readonly seconds: number;
  readonly goroutine: number | null;
  /** The program's own line. */
  readonly site: TraceSite | null;
}

/** What happened. */
export type TraceEvent =
  | (EventBase & {
      readonly kind: "flags";
      readonly map: string;
      readonly before: number;
      readonly after: number;
      /** What of it is the mark of a writer. */
      readonly mark: "set" | "cleared" | null;
      /** In Go's names: `hashWriting | iterator`; empty for 0. */
      readonly flags: string;
      readonly mapFunction: string;
      readonly changes: readonly FieldChange[];
    })
  | (EventBase & {
      readonly kind: "growth";
      readonly map: string;
      readonly step: GrowthStep;
      readonly mapFunction: string;
      /** The old bucket's number, or the new table's capacity. */
      readonly argument: number | null;
      readonly table: string | null;
      readonly changes: readonly FieldChange[];
    })
  | (EventBase & {
      /** The header has changed, and the flags have not. */
      readonly kind: "header";
      readonly map: string;
      readonly mapFunction: string;
      readonly changes: readonly FieldChange[];
    })
  | (EventBase & {
      readonly kind: "fatal";
      readonly message: string | null;
      /** The map that Go's check was made on; null where it is not about a map, or nothing proves which one. */
      readonly map: string | null;
    });

/** What is remembered of a map. */
interface MapState {
  header: readonly Field[];
  table: number;
  tableFields: readonly Field[];
}

/** The row that a goroutine came by last, and what it meant. */
interface LastRow {
  readonly row: TraceRow;
  readonly site: TraceSite | null;
}

/** Makes events of rows. */
export class Timeline {
  readonly events: TraceEvent[] = [];
  /** How many rows told again what one before them had told. */
  repeated = 0;
  readonly #symbols: ProgramSymbols;
  readonly #points: readonly TracePoint[];
  readonly #maps = new Map<number, MapState>();
  readonly #last = new Map<number, LastRow>();
  readonly #sites = new Map<number, readonly Frame[]>();
  readonly #ended = new Set<number>();

  constructor(symbols: ProgramSymbols, points: readonly TracePoint[]) {
    this.#symbols = symbols;
    this.#points = points;
  }

  /** Takes a row; whether it is an event. */
  add(row: TraceRow, seconds: number): boolean {
    const point = this.#points[row.point];
    if (point === undefined) {
      return false;
    }
    const last = this.#last.get(row.goroutine);
    if (last !== undefined && this.#isRepeated(last.row, row, point)) {
      this.repeated++;
      return false;
    }
    const site = this.#userSite(row.returns) ?? (last?.row.map === row.map ? last.site : null);
    this.#last.set(row.goroutine, { row, site });
    return point.kind === "store"
      ? this.#store(row, point, { seconds, site })
      : this.#growth(row, point, { seconds, site });
  }

  /**
   * The program is about to be ended by Go's check or by another fatal error.
   *
   * @param map that the check was made on, where that is proven
   */
  addFatal(fatal: FatalStop, seconds: number, map?: Address): void {
    if (fatal.goroutine !== undefined) {
      // Nobody comes back from there: a second time is the same one, after a signal.
      if (this.#ended.has(fatal.goroutine)) {
        this.repeated++;
        return;
      }
      this.#ended.add(fatal.goroutine);
    }
    this.events.push({
      kind: "fatal",
      number: this.events.length + 1,
      seconds,
      goroutine: fatal.goroutine ?? null,
      message: fatal.message ?? null,
      map: map === undefined ? null : hexadecimal(map),
      site: this.#userSite(fatal.returns),
    });
  }

  #isRepeated(last: TraceRow, row: TraceRow, point: TracePoint): boolean {
    const same =
      last.point === row.point &&
      last.map === row.map &&
      last.sp === row.sp &&
      last.value === row.value &&
      last.returns.every((address, index) => address === row.returns[index]) &&
      last.header.every((word, index) => word === row.header[index]);
    if (!same) {
      return false;
    }
    // A store that changes nothing leaves no trace by which to tell.
    return point.kind === "entry" || this.#after(row, point) !== this.#before(row);
  }

  #before(row: TraceRow): number {
    return flagsOf(this.#symbols.mapImplementation, row.header);
  }

  #after(row: TraceRow, point: Extract<TracePoint, { readonly kind: "store" }>): number {
    const value = Number(row.value);
    return point.store.or ? this.#before(row) | value : value;
  }

  #store(
    row: TraceRow,
    point: Extract<TracePoint, { readonly kind: "store" }>,
    at: { readonly seconds: number; readonly site: TraceSite | null },
  ): boolean {
    const before = this.#before(row);
    const after = this.#after(row, point);
    const changes = this.#changes(row);
    if (before === after && changes.length === 0) {
      return false;
    }
    const of = {
      number: this.events.length + 1,
      ...at,
      goroutine: row.goroutine,
      map: hexadecimal(row.map),
      mapFunction: point.name,
      changes,
    };
    if (before === after) {
      this.events.push({ kind: "header", ...of });
      return true;
    }
    const implementation = this.#symbols.mapImplementation;
    const { writing } = flagLayout(implementation);
    const mark = ((before ^ after) & writing) === 0 ? null : (after & writing) === 0 ? "cleared" : "set";
    this.events.push({
      kind: "flags",
      ...of,
      before,
      after,
      mark,
      flags: flagNames(implementation, after),
    });
    return true;
  }

  #growth(
    row: TraceRow,
    { growth }: Extract<TracePoint, { readonly kind: "entry" }>,
    at: { readonly seconds: number; readonly site: TraceSite | null },
  ): boolean {
    this.events.push({
      kind: "growth",
      number: this.events.length + 1,
      ...at,
      goroutine: row.goroutine,
      map: hexadecimal(row.map),
      step: growth.step,
      mapFunction: growth.name,
      argument: growth.argumentRegister === undefined ? null : argumentOf(growth.step, row.value),
      table: growth.tableRegister === undefined ? null : hexadecimal(row.table),
      changes: this.#changes(row),
    });
    return true;
  }

  /** What is not as it was at the map's last row. */
  #changes(row: TraceRow): FieldChange[] {
    const header = headerFields(this.#symbols.mapImplementation, row.header);
    const fields = row.table === 0 ? [] : tableFields(row.tableWords);
    const known = this.#maps.get(row.map);
    this.#maps.set(row.map, {
      header,
      table: row.table === 0 ? (known?.table ?? 0) : row.table,
      tableFields: row.table === 0 ? (known?.tableFields ?? []) : fields,
    });
    if (known === undefined) {
      return [];
    }
    const changes = differences(known.header, header);
    return row.table !== 0 && row.table === known.table
      ? [...changes, ...differences(known.tableFields, fields)]
      : changes;
  }

  /** The innermost frame that is the program's own. */
  #userSite(returns: readonly number[]): TraceSite | null {
    for (const address of returns) {
      for (const frame of this.#framesBefore(address)) {
        if (!isRuntimes(frame.function)) {
          return { function: frame.function, file: frame.file, line: frame.line };
        }
      }
    }
    return null;
  }

  #framesBefore(address: number): readonly Frame[] {
    if (address === 0) {
      return [];
    }
    const known = this.#sites.get(address);
    if (known !== undefined) {
      return known;
    }
    const frames = this.#symbols.framesBefore(address);
    this.#sites.set(address, frames);
    return frames;
  }
}

function differences(before: readonly Field[], after: readonly Field[]): FieldChange[] {
  return after.flatMap((field, index) => {
    const was = before[index];
    return was === undefined || was.value === field.value
      ? []
      : [{ field: field.name, before: shown(was), after: shown(field) }];
  });
}

function shown({ value, isAddress }: Field): string {
  return isAddress && value !== 0n ? `0x${value.toString(16)}` : value.toString();
}

function hexadecimal(address: number): string {
  return `0x${address.toString(16)}`;
}

/** A bucket's number is a whole word; a table's capacity 16 bits, and what stands above them in the register is of no meaning. */
function argumentOf(step: GrowthStep, value: bigint): number {
  return Number(step === "table grows" ? value & 0xffffn : value);
}

/** Packages that use maps on behalf of the program. */
function isRuntimes(name: string): boolean {
  return /^(?:runtime|internal\/runtime\/maps|internal\/runtime\/[a-z]+|reflect|internal\/reflectlite|maps)\./.test(
    name,
  );
}
