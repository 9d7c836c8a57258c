/** An event file on disk that a process writes while it is watched. */
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { encodeEventFile, type EventDescription, type EventFileDescription } from "./event-file.js";
import { columnsOf, type EventRow } from "./event-columns.js";
import { GrowingFile } from "./growing-file.js";

/** What is in a header of a process that runs here and started just now. */
export function runningHeader(processId = process.pid): NonNullable<EventFileDescription["header"]> {
  return { mode: "record", processId, startWall: BigInt(Date.now()) * 1_000_000n, sharedMaps: 0 };
}

/** The file. */
export class FileOnDisk {
  readonly growing: GrowingFile;
  /** When the process started, Unix time in nanoseconds. */
  readonly started: bigint;

  /** Makes it. */
  constructor(
    readonly path: string,
    description: EventFileDescription,
  ) {
    this.growing = new GrowingFile(encodeEventFile(description));
    this.started = this.growing.view.getBigUint64(32, true);
    writeFileSync(this.path, this.growing.bytes);
  }

  /** Adds events to a ring. */
  add(ring: number, rows: readonly EventRow[]): void {
    const columns = columnsOf(rows);
    for (let row = 0; row < columns.length; row++) {
      const event: Partial<EventDescription> = {
        clock: columns.clock[row]!,
        goroutine: columns.goroutine[row]!,
        map: columns.map[row]!,
        kind: columns.kind[row]!,
        processor: columns.processor[row]!,
        stack: columns.stack[row]!,
        a: columns.a[row]!,
        b: columns.b[row]!,
        site: columns.site[row]!,
        life: columns.life[row]!,
      };
      this.growing.add(ring, event);
    }
    this.write();
  }

  /** The process exits. */
  exit(status: number): void {
    this.growing.exit(status);
    this.write();
  }

  /** Becomes what another description says, as far as it has the same layout. */
  become(description: EventFileDescription): void {
    this.growing.bytes.set(encodeEventFile(description));
    this.write();
  }

  /** Writes what is in memory, into the same file. */
  write(): void {
    const descriptor = openSync(this.path, "r+");
    try {
      writeSync(descriptor, this.growing.bytes, 0, this.growing.bytes.length, 0);
    } finally {
      closeSync(descriptor);
    }
  }
}
