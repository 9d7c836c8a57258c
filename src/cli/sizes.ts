/** Sizes as people write them on the command line: `2G`, `512M`, `1.5GiB`, `1000000`. */
import { InvalidArgumentError } from "@commander-js/extra-typings";

const units: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["k", 2 ** 10],
  ["m", 2 ** 20],
  ["g", 2 ** 30],
  ["t", 2 ** 40],
]);

/** The smallest size that is of use: a few chunks of order events. */
const leastSize = 2 ** 20;

/**
 * Reads a size. The letters stand for powers of 1024.
 *
 * @returns bytes
 * @throws InvalidArgumentError of commander, which says which option it was
 */
export function parseSize(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([kmgt]?)(?:i?b)?$/.exec(text.trim().toLowerCase());
  const bytes = Math.floor(Number(match?.[1]) * (units.get(match?.[2] ?? "") ?? Number.NaN));
  if (!(bytes >= leastSize) || bytes > Number.MAX_SAFE_INTEGER) {
    throw new InvalidArgumentError("Write a size of at least 1M, such as 512M or 2G.");
  }
  return bytes;
}
