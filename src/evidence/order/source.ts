/** Where the bytes of order events come from: files of many gigabytes, of which only small pieces are in memory. */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { systemErrorCode } from "../../base/errors.js";
import { readFully } from "../../base/read-fully.js";
import { OrderReadError } from "./errors.js";

/** What the reader needs of a file. */
export interface OrderSource {
  /** For error messages. */
  readonly name: string;
  /** How long it is, in bytes. */
  readonly size: number;
  /**
   * Reads bytes from an offset on.
   *
   * @returns how many there were; fewer than asked for at the end of the file only
   */
  read(target: Uint8Array, offset: number): number;
  /** Lets go of it; may be called again. */
  close(): void;
}

/**
 * Opens a file. It has the size that it has now, also when it grows.
 *
 * @throws OrderReadError
 */
export function openOrderSource(path: string): OrderSource {
  return guarded(path, () => {
    // Opening a pipe that has this name would wait for its writer.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    let open = true;
    const close = (): void => {
      if (open) {
        open = false;
        closeSync(descriptor);
      }
    };
    try {
      const found = fstatSync(descriptor);
      if (!found.isFile()) {
        throw new OrderReadError(path, "is not a file");
      }
      return {
        name: path,
        size: found.size,
        read: (target, offset) => readFully(descriptor, target, offset),
        close,
      };
    } catch (error) {
      close();
      throw error;
    }
  });
}

/** A file that is in memory. */
export function orderSourceOf(bytes: Uint8Array, name: string): OrderSource {
  return {
    name,
    size: bytes.length,
    read: (target, offset) => {
      const part = bytes.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
    close: () => undefined,
  };
}

/**
 * Reads from a source.
 *
 * @throws OrderReadError when the bytes are not there or the system refuses
 */
export function readFrom(source: OrderSource, target: Uint8Array, offset: number): void {
  const found = guarded(source.name, () => source.read(target, offset));
  if (found < target.length) {
    throw new OrderReadError(source.name, "became shorter while it was read");
  }
}

function guarded<T>(name: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    throw new OrderReadError(name, `cannot be read: ${code}`, error);
  }
}
