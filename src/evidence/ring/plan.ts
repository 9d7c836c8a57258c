/**
 * The plan: what one run's near misses teach the next run's probe. docs/event-file.md, "The plan", is the definition.
 */
import { ByteReader } from "../../base/bytes.js";
import { MaptrapError } from "../../base/errors.js";
import type { Nanoseconds } from "./format.js";

const magic = "MAPPLAN1";
const headerSize = 16;
const entrySize = 40;

/** What the probe does at one site in the next run. */
export interface PlanEntry {
  /** Identity of the binary, from the event file's header. */
  readonly identity: bigint;
  /** The site: PC - runtime.text. */
  readonly site: number;
  /** Hold the site for `delay`, or leave it alone. */
  readonly action: "hold" | "leave";
  /** How long to hold it; 0 for "leave". */
  readonly delay: Nanoseconds;
  /** How often at the most. */
  readonly limit: number;
}

/** The file is not a plan, or it is cut short. */
export class PlanFormatError extends MaptrapError {}

/**
 * Writes a plan.
 *
 * @returns the bytes of the plan file
 */
export function encodePlan(entries: readonly PlanEntry[]): Uint8Array {
  const bytes = new Uint8Array(headerSize + entries.length * entrySize);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic));
  view.setUint32(8, entries.length, true);
  entries.forEach((entry, index) => {
    const at = headerSize + index * entrySize;
    view.setBigUint64(at, entry.identity, true);
    view.setBigUint64(at + 8, BigInt(entry.site), true);
    view.setBigUint64(at + 16, BigInt(Math.round(entry.delay)), true);
    view.setUint32(at + 24, entry.action === "hold" ? 1 : 2, true);
    view.setUint32(at + 28, entry.limit, true);
  });
  return bytes;
}

/**
 * Reads a plan, for tests and for looking at one.
 *
 * @throws PlanFormatError when the bytes are not a whole plan
 */
export function decodePlan(bytes: Uint8Array): PlanEntry[] {
  const reader = new ByteReader(bytes);
  if (!reader.has(0, headerSize) || reader.text(0, magic.length) !== magic) {
    throw new PlanFormatError("the file is not a plan of maptrap");
  }
  const count = reader.u32(8);
  if (!reader.has(headerSize, count * entrySize)) {
    throw new PlanFormatError(
      `the plan is cut short: it says ${count} entries and has ${bytes.length} bytes`,
    );
  }
  return Array.from({ length: count }, (_, index) =>
    readEntry(reader.section(headerSize + index * entrySize, entrySize)),
  );
}

function readEntry(reader: ByteReader): PlanEntry {
  return {
    identity: reader.u64(0),
    site: reader.u64Number(8),
    delay: reader.u64Number(16),
    action: readAction(reader.u32(24)),
    limit: reader.u32(28),
  };
}

function readAction(action: number): PlanEntry["action"] {
  switch (action) {
    case 1:
      return "hold";
    case 2:
      return "leave";
    default:
      throw new PlanFormatError(`the plan has an entry with the unknown action ${action}`);
  }
}
