/** Reads fields of the event file in which a wrong value spoils only that field. */
import { OutOfBoundsError, UnsafeNumberError, type ByteReader } from "../../base/bytes.js";

/** A record that says what cannot be; it is reported as unreadable and the others still arrive. */
export class UnreadableRecordError extends Error {
  constructor(
    /** Why, half a sentence. */
    readonly reason: string,
  ) {
    super(reason);
    this.name = "UnreadableRecordError";
  }
}

/** A value that the format does not have there, as half a sentence; undefined for an error of another sort. */
export function unreadableReason(error: unknown): string | undefined {
  if (error instanceof UnreadableRecordError) {
    return error.reason;
  }
  return error instanceof UnsafeNumberError || error instanceof OutOfBoundsError ? error.message : undefined;
}

/**
 * A text field: its length (u16), then UTF-8 bytes.
 *
 * @param size room of the whole field, with the length
 */
export function readText(reader: ByteReader, offset: number, size: number): string {
  const length = reader.u16(offset);
  if (length > size - 2) {
    throw new UnreadableRecordError(`a text of ${length} bytes does not fit into its field of ${size - 2}`);
  }
  return reader.text(offset + 2, length);
}

/** A number of which zero means that it is not known. */
export function readOptional(reader: ByteReader, offset: number): number | null {
  const value = reader.u64Number(offset);
  return value === 0 ? null : value;
}

/** A time of which all ones means that it is not known. */
export function readOptionalTime(reader: ByteReader, offset: number): number | null {
  return reader.u64(offset) === 0xffff_ffff_ffff_ffffn ? null : reader.u64Number(offset);
}
