/** Which of the measured layouts fits a program. */
import type { RuntimeLayout } from "./layout.js";
import { measuredLayouts } from "./layouts-measured.js";

/** A layout and how it was chosen. */
export interface ChosenLayout {
  readonly layout: RuntimeLayout;
  /** Minor Go version that it was measured with. */
  readonly minor: number;
  /** Whether that is the program's own version. */
  readonly measured: boolean;
}

/**
 * The layout for a Go version: its own one, and for those that were not measured that of the newest older one.
 *
 * @param goVersion as runtime.Version() gives it; undefined takes the newest
 */
export function layoutFor(goVersion: string | undefined): ChosenLayout {
  const minor = Number(/\bgo1\.(\d+)/.exec(goVersion ?? "")?.[1] ?? Number.POSITIVE_INFINITY);
  const [oldest] = measuredLayouts;
  const [found, layout] = measuredLayouts.findLast(([version]) => version <= minor) ?? oldest;
  return { layout, minor: found, measured: found === minor };
}

/** All layouts that are known, the newest first: to look which one fits a program that does not tell its version. */
export function allLayouts(): readonly ChosenLayout[] {
  return measuredLayouts.map(([minor, layout]) => ({ layout, minor, measured: false })).toReversed();
}
