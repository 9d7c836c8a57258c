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
    // What would be rounded to 1000 of the next smaller unit is one of this.
    if (nanoseconds >= size * 0.9995) {
      const value = nanoseconds / size;
      return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}${unit}`;
    }
  }
  return `${Math.round(nanoseconds)}ns`;
}
