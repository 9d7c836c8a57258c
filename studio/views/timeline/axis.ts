/** The axis: at which times it has lines, and how they are written. */
import type { Viewport } from "./viewport.js";

/** A line of the axis. */
export interface Tick {
  readonly clock: number;
  readonly text: string;
}

/** So many lines at most. */
const mostTicks = 64;
const units = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
] as const;

/** The distance of lines: 1, 2 or 5 times a power of ten, at least so long. */
export function tickStep(shortest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(shortest, 1)));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= shortest * 0.999) ?? 10 * power;
}

/**
 * The lines in view.
 *
 * @param zero the moment that times are counted from
 * @param most how many have room
 */
export function ticks(view: Viewport, zero: number, most: number): Tick[] {
  const step = tickStep((view.to - view.from) / Math.max(1, Math.min(most, mostTicks)));
  const first = Math.ceil((view.from - zero) / step);
  const last = Math.floor((view.to - zero) / step);
  return Array.from({ length: Math.max(0, Math.min(mostTicks, last - first + 1)) }, (_, index) => ({
    clock: zero + (first + index) * step,
    text: timeText((first + index) * step, step),
  }));
}

/**
 * A time with as many digits as its step needs: `−1.25 ms`. One unit stands for all lines: that of the step, or a larger one where
 * the time itself has it.
 */
export function timeText(time: number, step: number): string {
  if (time === 0) {
    return "0";
  }
  const size = Math.abs(time);
  const [unit, name] = units.find(([one]) => size >= one) ?? units[3];
  const digits = Math.max(0, Math.min(9, Math.ceil(Math.log10(unit / step) - 1e-9)));
  const value = (size / unit).toFixed(digits);
  return `${time < 0 ? "−" : ""}${value.includes(".") ? value.replace(/\.?0+$/, "") : value} ${name}`;
}
