/** Lengths of time as people write them on the command line, in Go's notation: `2s`, `500ms`, `1m30s`. */
import { InvalidArgumentError } from "@commander-js/extra-typings";

const units: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", 1e3],
  ["µs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["m", 60e9],
  ["h", 3600e9],
]);

/**
 * Reads a length of time.
 *
 * @returns nanoseconds, more than 0
 * @throws InvalidArgumentError of commander, which says which option it was
 */
export function parseDuration(text: string): number {
  const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy;
  let total = 0;
  let end = 0;
  for (const match of text.matchAll(part)) {
    total += Number(match[1]) * (units.get(match[2] ?? "") ?? Number.NaN);
    end = match.index + match[0].length;
  }
  if (end !== text.length || !(total >= 1) || total > Number.MAX_SAFE_INTEGER) {
    throw new InvalidArgumentError("Write a length of time such as 2s, 500ms or 1m30s.");
  }
  return Math.round(total);
}
