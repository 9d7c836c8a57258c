/** Wheel, drag and pinch. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Commands } from "./commands.js";
import { clockAt, whole, zoomed } from "./viewport.js";

/** A pointer that has moved less is a click. */
const slop = 4;
/** How much a wheel zooms with each pixel, and with how many pixels at most in one step. */
const zoomOfWheel = { pixel: 0.0025, most: 240 };
/** The same for two fingers on a touchpad, which browsers report as a wheel with Ctrl and few pixels; a mouse's wheel may come with Ctrl too. */
const zoomOfTouchpad = { pixel: 0.01, most: 60 };
/** Fingers are taken to be at least so many pixels apart: those one above the other would zoom without end. */
const closest = 24;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Follows pointers on the drawing and on the overview. */
export function usePointer(
  main: RefObject<HTMLCanvasElement | null>,
  overview: RefObject<HTMLCanvasElement | null>,
  commands: Commands,
): void {
  useEffect(() => {
    const stop = new AbortController();
    if (main.current !== null) {
      followWheel(main.current, commands, stop.signal);
      followDrag(main.current, commands, stop.signal);
    }
    if (overview.current !== null) {
      followWheel(overview.current, commands, stop.signal);
      followOverview(overview.current, commands, stop.signal);
    }
    return () => stop.abort();
  }, [commands]);
}

function pointOf(event: MouseEvent, { left, top }: DOMRect): Point {
  return { x: event.clientX - left, y: event.clientY - top };
}

function followWheel(canvas: HTMLCanvasElement, commands: Commands, signal: AbortSignal): void {
  const { session } = commands;
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
      if (event.shiftKey) {
        // Browsers turn a wheel with shift into a sideways one.
        session.scrollTo(session.scroll.peek() + (dy === 0 ? dx : dy));
      } else if (!event.ctrlKey && Math.abs(dx) > Math.abs(dy)) {
        commands.pan(dx / Math.max(1, session.size.peek().width));
      } else {
        const box = canvas.getBoundingClientRect();
        const at = clockAt(pointOf(event, box).x, session.view.peek(), box.width);
        const { pixel, most } = event.ctrlKey ? zoomOfTouchpad : zoomOfWheel;
        commands.zoom(Math.exp(Math.max(-most, Math.min(most, dy)) * pixel), at);
      }
    },
    { passive: false, signal },
  );
}

/** One pointer moves, two zoom, and one that does not move selects. */
function followDrag(canvas: HTMLCanvasElement, commands: Commands, signal: AbortSignal): void {
  const { session } = commands;
  const down = new Map<number, Point>();
  let travelled = 0;
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      canvas.setPointerCapture(event.pointerId);
      travelled = down.size === 0 ? 0 : slop;
      down.set(event.pointerId, pointOf(event, canvas.getBoundingClientRect()));
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const before = down.get(event.pointerId);
      if (before === undefined) {
        return;
      }
      const box = canvas.getBoundingClientRect();
      const now = pointOf(event, box);
      down.set(event.pointerId, now);
      const [other] = [...down].filter(([id]) => id !== event.pointerId);
      if (other !== undefined) {
        pinch(commands, box.width, [before.x, now.x], other[1].x);
        // Each finger does half of what one alone would.
        session.scrollTo(session.scroll.peek() + (before.y - now.y) / 2);
        return;
      }
      travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (travelled >= slop) {
        canvas.classList.add("timeline-moving");
        commands.pan((before.x - now.x) / Math.max(1, box.width));
        session.scrollTo(session.scroll.peek() + before.y - now.y);
      }
    },
    { signal },
  );
  const up = (event: PointerEvent): void => {
    const at = down.get(event.pointerId);
    down.delete(event.pointerId);
    canvas.classList.remove("timeline-moving");
    if (at !== undefined && travelled < slop && event.type === "pointerup") {
      void commands.point(at.x, at.y);
    }
  };
  canvas.addEventListener("pointerup", up, { signal });
  canvas.addEventListener("pointercancel", up, { signal });
}

/** What was under each finger stays there, as far as that can be. */
function pinch(
  commands: Commands,
  width: number,
  [before, now]: readonly [number, number],
  other: number,
): void {
  const view = commands.session.view.peek();
  const apart = (x: number): number => Math.max(closest, Math.abs(x - other));
  const factor = apart(before) / apart(now);
  const bounds = commands.session.opened.peek();
  if (bounds !== null) {
    commands.look(zoomed(view, factor, clockAt(other, view, width), bounds));
  }
}

/** A press goes there; a drag goes on. */
function followOverview(canvas: HTMLCanvasElement, commands: Commands, signal: AbortSignal): void {
  const go = (event: PointerEvent): void => {
    const bounds = commands.session.opened.peek();
    if (bounds !== null && canvas.hasPointerCapture(event.pointerId)) {
      const box = canvas.getBoundingClientRect();
      const at = clockAt(pointOf(event, box).x, whole(bounds), box.width);
      const { from, to } = commands.session.view.peek();
      commands.look({ from: at - (to - from) / 2, to: at + (to - from) / 2 });
    }
  };
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      canvas.setPointerCapture(event.pointerId);
      go(event);
    },
    { signal },
  );
  canvas.addEventListener("pointermove", go, { signal });
}
