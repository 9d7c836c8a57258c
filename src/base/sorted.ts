/** Looking things up in numbers that are in order. */

/**
 * The first place in [start, end) whose value is not below another one, by bisection; `end` where all are below.
 *
 * @param values ascend between `start` and `end`
 */
export function firstNotBelow(
  values: Float64Array | Uint32Array,
  value: number,
  start = 0,
  end = values.length,
): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
