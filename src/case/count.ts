/**
 * A count for people, with its digits in groups: `1,234`.
 *
 * @param count rounded to a whole number
 */
export function countText(count: number): string {
  // Not toLocaleString: loading its data takes longer than all else in a small report.
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
