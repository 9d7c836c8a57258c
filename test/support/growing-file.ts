/** An event file in memory that a process writes while it is followed. */
import type { FollowedFile } from "../../src/evidence/ring/followed-file.js";
import type { FileLink } from "../../src/evidence/ring/follow.js";
import { plainEvent, writeEvent, type EventDescription } from "./event-file.js";

/** An event that was begun; the process finishes it later, or never. */
export interface BegunEvent {
  readonly ring: number;
  readonly number: number;
}

/** The file, and the process that writes it. */
export class GrowingFile implements FollowedFile {
  bytes: Uint8Array;
  linked: FileLink = "there";
  closed = 0;
  /** Called before each read, as a process goes on meanwhile. */
  beforeRead: () => void = () => undefined;
  /** Thrown by the next reads. */
  failure: Error | null = null;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get view(): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  size(): number {
    this.#fail();
    return this.bytes.length;
  }

  read(target: Uint8Array, offset: number): number {
    this.beforeRead();
    this.#fail();
    const there = this.bytes.subarray(offset, offset + target.length);
    target.set(there);
    return there.length;
  }

  link(): FileLink {
    this.#fail();
    return this.linked;
  }

  close(): void {
    this.closed++;
  }

  #fail(): void {
    if (this.failure !== null) {
      throw this.failure;
    }
  }

  /** Where the head of a ring lies. */
  headOf(ring: number): number {
    return this.view.getUint32(176, true) + ring * 64;
  }

  /** Takes the next number of a ring. */
  begin(ring: number): BegunEvent {
    const head = this.headOf(ring);
    const number = Number(this.view.getBigUint64(head, true));
    this.view.setBigUint64(head, BigInt(number + 1), true);
    return { ring, number };
  }

  /** Writes an event that was begun; without `finished` its mark stays as it was. */
  write({ ring, number }: BegunEvent, event: Partial<EventDescription>, finished = true): void {
    const head = this.headOf(ring);
    const capacity = this.view.getUint32(head + 8, true);
    const at = this.view.getUint32(head + 16, true) + (number % capacity) * 64;
    const mark = this.view.getBigUint64(at, true);
    writeEvent(this.view, at, number, { ...plainEvent, ...event, finished: true });
    if (!finished) {
      this.view.setBigUint64(at, mark, true);
    }
  }

  /** Begins and writes an event. */
  add(ring: number, event: Partial<EventDescription>): void {
    this.write(this.begin(ring), event);
  }

  /** Says that the process exits. */
  exit(status = 0): void {
    this.view.setUint32(108, 2, true);
    this.view.setInt32(112, status, true);
  }
}
