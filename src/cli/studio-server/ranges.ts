/** The header Range of HTTP (RFC 9110, section 14), as far as one range goes. */

/** Bytes of a file: from, and to (not included). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What of a file is asked for. Whoever writes something else than one range of bytes gets all of it, as the RFC allows.
 *
 * @param header `bytes=0-99`, `bytes=100-`, `bytes=-100`; undefined where there is none
 * @param size of the file, in bytes
 * @returns `whole` for all of it, `none` when no byte of the file is in the range
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | "whole" | "none" {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec((header ?? "").replace(/[ \t]/g, ""));
  const [, first = "", last = ""] = match ?? [];
  if (match === null || (first === "" && last === "")) {
    return "whole";
  }
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "none" : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) {
    // No range at all.
    return "whole";
  }
  return start >= size ? "none" : { start, end };
}
