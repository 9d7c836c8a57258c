/** The drawing: names of the lanes, what happened in them, and the density of the whole with the stretch in view. */
import { effect, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { countText } from "../../../src/case/count.js";
import { many } from "../../../src/report/text/table.js";
import { tickStep, timeText } from "./axis.js";
import type { Commands } from "./commands.js";
import { drawGutter } from "./gutter.js";
import { drawOverview } from "./overview.js";
import { drawTimeline } from "./painter.js";
import { palette } from "./palette.js";
import { usePointer } from "./pointer.js";
import { lanesTop, type TimelineSession } from "./session.js";

/** A canvas that is drawn for the screen's own pixels. Gives its context, scaled to CSS pixels. */
function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const scale = globalThis.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext("2d", { alpha: false });
  context?.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

/** Draws at most once a frame, whatever changes. */
function drawnEachFrame(read: () => (() => void) | undefined): () => void {
  let frame = 0;
  const stop = effect(() => {
    const draw = read();
    cancelAnimationFrame(frame);
    if (draw !== undefined) {
      frame = requestAnimationFrame(draw);
    }
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}

/** How high the drawing is: as high as its lanes, within what the window has room for. */
function heightFor(lanes: number, laneHeight: number): number {
  const room = Math.max(240, Math.min(620, innerHeight - 330));
  return Math.max(190, Math.min(room, lanesTop + lanes * laneHeight + 12));
}

/** What is in view, in words. */
export function viewText(session: TimelineSession, title: string): string {
  const { from, to } = session.view.value;
  const step = tickStep((to - from) / 100);
  const shown = session.shown.value;
  const zero = session.zero.value;
  const lanes = shown?.order.length ?? 0;
  const marks = session.part.value?.marksInView ?? 0;
  const after = session.moment.value === null ? "after the start" : "from the conflict";
  return `${title}: ${many(lanes, "goroutine")}, from ${timeText(from - zero, step)} to ${timeText(to - zero, step)} ${after}; ${countText(marks)} ${marks === 1 ? "mark" : "marks"} in view`;
}

/** The whole drawing. */
export function Drawing({
  commands,
  title,
}: {
  readonly commands: Commands;
  readonly title: string;
}): JSX.Element {
  const { session } = commands;
  const box = useRef<HTMLDivElement>(null);
  const main = useRef<HTMLCanvasElement>(null);
  const gutter = useRef<HTMLCanvasElement>(null);
  const overview = useRef<HTMLCanvasElement>(null);
  usePointer(main, overview, commands);
  useEffect(() => {
    const stops = [
      drawnEachFrame(() => mainDrawing(main.current, commands)),
      drawnEachFrame(() => gutterDrawing(gutter.current, commands)),
      drawnEachFrame(() => overviewDrawing(overview.current, session)),
    ];
    const measure = (): void => {
      const { current } = main;
      const lanes = session.shown.peek()?.order.length ?? 4;
      if (current?.parentElement) {
        const height = heightFor(lanes, session.laneHeight.peek());
        session.resize({ width: current.parentElement.clientWidth, height });
      }
    };
    stops.push(
      effect(() => {
        void session.shown.value;
        measure();
      }),
    );
    const observer = new ResizeObserver(measure);
    if (box.current !== null) {
      observer.observe(box.current);
    }
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
      stops.forEach((stop) => stop());
    };
  }, [commands]);
  const label = useComputed(() => viewText(session, title));
  const height = useComputed(() => ({ height: `${session.size.value.height}px` }));
  return (
    <div class="timeline-drawing" ref={box}>
      <div class="timeline-strip">
        <span class="quiet">all of it</span>
        <canvas
          ref={overview}
          class="timeline-overview"
          role="img"
          aria-label="How much happened when; drag to move"
        />
      </div>
      <div class="timeline-lanes" style={height.value}>
        <canvas ref={gutter} class="timeline-gutter" aria-hidden="true" />
        <div class="timeline-stage">
          <canvas
            ref={main}
            class="timeline-canvas"
            role="application"
            aria-roledescription="timeline"
            aria-label={label.value}
            tabIndex={0}
          />
        </div>
      </div>
      <p class="timeline-status quiet">{label.value}</p>
    </div>
  );
}

function mainDrawing(
  canvas: HTMLCanvasElement | null,
  { session, selection }: Commands,
): (() => void) | undefined {
  const size = session.size.value;
  const scene = {
    part: session.part.value,
    view: session.view.value,
    size,
    scroll: session.scroll.value,
    laneHeight: session.laneHeight.value,
    zero: session.zero.value,
    lanes: session.shown.value?.order.length ?? 0,
    positionOf: (lane: number) => session.positionOf(lane),
    moments: session.shownMoments(),
    moment: session.moment.value,
    selection: selection.drawn.value,
    colours: palette(),
  };
  if (canvas === null || size.width <= 0) {
    return undefined;
  }
  return () => {
    const context = sized(canvas, size.width, size.height);
    if (context !== null) {
      drawTimeline(context, scene);
    }
  };
}

function gutterDrawing(
  canvas: HTMLCanvasElement | null,
  { session, selection }: Commands,
): (() => void) | undefined {
  const { height } = session.size.value;
  const opened = session.opened.value;
  const shown = session.shown.value;
  const scene = {
    opened,
    shown,
    scroll: session.scroll.value,
    laneHeight: session.laneHeight.value,
    height,
    scrollEnd: session.scrollEnd.value,
    selected: selection.drawn.value?.position,
    sides: new Set(session.moment.value?.lanes),
    colours: palette(),
  };
  if (canvas === null || height <= 0) {
    return undefined;
  }
  return () => {
    const width = canvas.clientWidth;
    const context = sized(canvas, width, height);
    if (context !== null) {
      drawGutter(context, { ...scene, width });
    }
  };
}

function overviewDrawing(
  canvas: HTMLCanvasElement | null,
  session: TimelineSession,
): (() => void) | undefined {
  const shown = session.shown.value;
  const opened = session.opened.value;
  const scene = {
    shown,
    opened,
    view: session.view.value,
    found: session.found.value?.density,
    moments: session.shownMoments(),
    width: session.size.value.width,
    colours: palette(),
  };
  if (canvas === null) {
    return undefined;
  }
  return () => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const context = sized(canvas, width, height);
    if (context !== null) {
      drawOverview(context, { ...scene, width, height });
    }
  };
}
