/** Time stamps as numbers that can be compared within one text. */

const dayLength = 86_400_000;

/** Turns the groups of a time stamp into milliseconds since the first day that was seen, so that nanoseconds are kept. */
export class TimeScale {
  private firstDay: number | undefined;

  /** From year, month, day, hour, minute, second, fraction. */
  date(groups: readonly (string | undefined)[]): number {
    const day = Math.floor(Date.UTC(Number(groups[1]), Number(groups[2]) - 1, Number(groups[3])) / dayLength);
    this.firstDay ??= day;
    return (day - this.firstDay) * dayLength + clockOf(groups, 4);
  }

  /** From hour, minute, second, fraction. */
  clock(groups: readonly (string | undefined)[], from: number): number {
    return clockOf(groups, from);
  }
}

function clockOf(groups: readonly (string | undefined)[], from: number): number {
  const fraction = groups[from + 3];
  return (
    Number(groups[from]) * 3_600_000 +
    Number(groups[from + 1]) * 60_000 +
    Number(groups[from + 2]) * 1000 +
    (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000)
  );
}
