/** What the environment says about a benchmark. */

/**
 * A list in the environment, of words that are known.
 *
 * @throws Error when there is another word
 */
export function choose<T extends string>(
  variable: string,
  known: readonly T[],
  otherwise: readonly T[],
): readonly T[] {
  const text = process.env[variable];
  if (text === undefined) {
    return otherwise;
  }
  return text.split(",").map((word) => {
    const one = known.find((each) => each === word);
    if (one === undefined) {
      throw new Error(`${variable}: ${word} is none of ${known.join(", ")}`);
    }
    return one;
  });
}

/** A number in the environment: how many times as many turns. */
export function timesLonger(): number {
  return Number(process.env["MAPTRAP_BENCH_LONGER"] ?? "1");
}
