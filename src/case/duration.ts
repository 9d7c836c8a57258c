/**
 * A time for people: `192µs`, `85ms`, `1.25s`.
 *
 * @param nanoseconds the time
 */
export function durationText(nanoseconds: number): string {
  const units = [
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
  ] as const;
  for (const [size, unit] of units) {
    if (nanoseconds >= size) {
      const value = nanoseconds / size;
      return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}${unit}`;
    }
  }
  return `${Math.round(nanoseconds)}ns`;
}
