/** Which stretch of time is in view, and the arithmetic of zooming and moving it. Times are in nanoseconds. */

/** A stretch of time. */
export interface Viewport {
  readonly from: number;
  readonly to: number;
}

/** Where everything lies, and the closest that one can look. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** Nobody needs to see less: clocks are whole nanoseconds. */
export const shortest = 40;
/** Part of the whole that is left free at each side. */
const margin = 0.03;

/** Everything, with a little room at both ends. */
export function whole({ from, to }: Bounds): Viewport {
  const span = Math.max(to - from, 1000);
  const room = Math.max(span * margin, (span - (to - from)) / 2);
  return { from: from - room, to: to + room };
}

/** A viewport that shows some of what is there, and neither too much nor too little of it. */
export function bounded({ from, to }: Viewport, bounds: Bounds): Viewport {
  const all = whole(bounds);
  const span = Math.min(Math.max(to - from, shortest), all.to - all.from);
  const center = (from + to) / 2;
  const start = Math.min(Math.max(center - span / 2, all.from), all.to - span);
  return Number.isFinite(start) ? { from: start, to: start + span } : all;
}

/** Closer (factor below 1) or further; what is at `at` stays where it is. */
export function zoomed(view: Viewport, factor: number, at: number, bounds: Bounds): Viewport {
  const all = whole(bounds);
  const span = view.to - view.from;
  const next = Math.min(Math.max(span * factor, shortest), all.to - all.from);
  const from = at - ((at - view.from) * next) / span;
  return bounded({ from, to: from + next }, bounds);
}

/** Moved by a part of its own length. */
export function moved(view: Viewport, part: number, bounds: Bounds): Viewport {
  const by = (view.to - view.from) * part;
  return bounded({ from: view.from + by, to: view.to + by }, bounds);
}

/** A viewport of the same length in which a moment is; as it is where the moment is in it already, and not at its edge. */
export function showing(view: Viewport, clock: number, bounds: Bounds): Viewport {
  const span = view.to - view.from;
  const edge = span * 0.05;
  if (clock >= view.from + edge && clock <= view.to - edge) {
    return view;
  }
  return bounded({ from: clock - span / 2, to: clock + span / 2 }, bounds);
}

/** Where a moment is, in pixels. */
export function xOf(clock: number, view: Viewport, width: number): number {
  return ((clock - view.from) / (view.to - view.from)) * width;
}

/** The moment at a pixel. */
export function clockAt(x: number, view: Viewport, width: number): number {
  return view.from + (x / Math.max(1, width)) * (view.to - view.from);
}

/** Marks closer together than so many pixels are drawn as one. */
const cellPixels = 2;

/** For how much time one cell stands: a power of two, so that cells stay the same while the picture moves. */
export function stepOf(view: Viewport, width: number): number {
  const wanted = ((view.to - view.from) / Math.max(1, width)) * cellPixels;
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(wanted, Number.MIN_VALUE))));
}
