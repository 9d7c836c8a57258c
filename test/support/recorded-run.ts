/** Runs of programs with the recorder on, and their events one by one. */
import type { EventFileHeader } from "../../src/evidence/ring/format.js";
import type { EventColumns, Recording, RingState } from "../../src/evidence/ring/recording.js";
import type { CommandResult } from "./maptrap-command.js";
import { runTrapped } from "./probed-build.js";

/** One event of a recording. */
export interface RecordedEvent {
  readonly clock: number;
  readonly goroutine: number;
  readonly map: number;
  readonly kind: number;
  readonly processor: number;
  readonly a: number;
  readonly b: number;
  readonly site: number;
}

/** A run of a program with the recorder on. */
export interface RecordedRun extends CommandResult {
  readonly header: EventFileHeader;
  readonly rings: readonly RingState[];
  /** In the order of the clock. */
  readonly events: readonly RecordedEvent[];
}

/**
 * Runs a program that was built with the probe, with the recorder on and rings of 64 MiB.
 *
 * @param below the folder in which one for its event file is made
 * @throws Error unless it leaves one event file in which all records can be read and no event is missing
 */
export async function runRecorded(
  file: string,
  below: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RecordedRun> {
  const record = { MAPTRAP: "record", MAPTRAP_SIZE: String(64 << 20), ...environment };
  const { files, ...run } = await runTrapped(file, below, { args, environment: record });
  const [found] = files;
  if (found === undefined || files.length !== 1 || found.recording === null) {
    throw new Error(`${file} ${args.join(" ")} left ${String(files.length)} event files: ${run.stderr}`);
  }
  checkComplete(found.recording, found.unreadable.length);
  const { header, recording } = found;
  return { ...run, header, rings: recording.rings, events: rows(recording.events) };
}

/**
 * Nothing was overwritten, nothing cannot be read. When the program ends, a thread of each processor may be in the midst of
 * writing that a goroutine ends for which nobody waits.
 */
function checkComplete({ rings }: Recording, unreadable: number): void {
  const incomplete = rings.filter(
    ({ ringClass, begun, kept, unfinished }) =>
      kept + unfinished !== begun || unfinished > (ringClass === "process" ? 1 : 0),
  );
  if (unreadable > 0 || incomplete.length > 0) {
    throw new Error(`events are missing: ${String(unreadable)} unreadable, ${JSON.stringify(incomplete)}`);
  }
}

function rows(columns: EventColumns): RecordedEvent[] {
  const { clock, goroutine, map, kind, processor, a, b, site } = columns;
  return Array.from({ length: columns.length }, (_, row) => ({
    clock: clock[row] ?? 0,
    goroutine: goroutine[row] ?? 0,
    map: map[row] ?? 0,
    kind: kind[row] ?? 0,
    processor: processor[row] ?? 0,
    a: a[row] ?? 0,
    b: b[row] ?? 0,
    site: site[row] ?? 0,
  }));
}
