/**
 * A schedule as lanes: one for each goroutine, time from left to right, a cursor where the run is. Long ones have an overview above and
 * the surroundings of the cursor below.
 */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import {
  MARK_CLEARED,
  MARK_FOUND_CLEAR,
  MARK_FOUND_SET,
  MARK_GONE,
  MARK_IN_BUFFER,
  MARK_SET,
} from "../../../src/gomap/programs/mark.js";
import { colour, theme } from "../../page/theme.js";
import type { OpenedRun } from "./calls.js";
import { laneColour } from "./lanes.js";

/** Heights and gaps in pixels. */
const laneHeight = 26;
const headHeight = 16;
/** So many steps fit side by side and can still be told apart. */
const detailSteps = 160;

/** The strip. */
export function Strip({
  run,
  step,
  onStep,
}: {
  readonly run: OpenedRun;
  readonly step: number;
  readonly onStep: (step: number) => void;
}): JSX.Element {
  const isLong = run.steps > detailSteps * 1.5;
  const from = isLong ? Math.max(0, Math.min(run.steps - detailSteps, step - detailSteps / 2)) : 0;
  const until = isLong ? from + detailSteps : run.steps;
  return (
    <div class="model-strip">
      {isLong ? (
        <Lanes
          run={run}
          step={step}
          from={0}
          until={run.steps}
          window={[from, until]}
          onStep={onStep}
          label="Whole run"
        />
      ) : null}
      <Lanes
        run={run}
        step={step}
        from={from}
        until={until}
        window={undefined}
        onStep={onStep}
        label="Schedule"
      />
    </div>
  );
}

/** What the signs in the strip mean. */
export function Legend({ run }: { readonly run: OpenedRun }): JSX.Element {
  return (
    <p class="model-legend quiet">
      <span>
        <b aria-hidden="true">▲</b> mark set
      </span>
      <span>
        <b aria-hidden="true">▽</b> mark taken away
      </span>
      <span>
        <b aria-hidden="true">○</b> looked: none
      </span>
      <span>
        <b aria-hidden="true">●</b> looked: set
      </span>
      <span>
        <b aria-hidden="true" class="model-missed">
          ✕
        </b>{" "}
        the mark misses somebody
      </span>
      <span>
        <i class="model-legend-mark" aria-hidden="true" /> a mark is set in memory
      </span>
      {run.process.some((process) => process >= run.goroutines.length) ? (
        <span>
          <i class="model-legend-buffer" aria-hidden="true" /> store buffer to memory
        </span>
      ) : null}
    </p>
  );
}

interface LanesProps {
  readonly run: OpenedRun;
  readonly step: number;
  readonly from: number;
  readonly until: number;
  /** What the other drawing shows. */
  readonly window: readonly [number, number] | undefined;
  readonly onStep: (step: number) => void;
  readonly label: string;
}

function Lanes({ run, step, from, until, window, onStep, label }: LanesProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isOverview = window !== undefined;
  const lane = isOverview ? 8 : laneHeight;
  const head = isOverview ? 4 : headHeight;
  const height = head + run.goroutines.length * lane + 2;
  const draw = (): void => {
    const { current } = canvas;
    if (current !== null) {
      drawLanes(current, { run, step, from, until, window, lane, head, height });
    }
  };
  useEffect(draw, [run, step, from, until]);
  useSignalEffect(() => {
    void theme.value;
    // The colours are on the page after this effect.
    requestAnimationFrame(draw);
  });
  useEffect(() => {
    const observer = new ResizeObserver(draw);
    if (canvas.current !== null) {
      observer.observe(canvas.current);
    }
    return () => observer.disconnect();
  });
  const who = run.process[step - 1];
  const name = who === undefined ? "before the first step" : nameOf(run, who);
  return (
    <div class="model-lanes">
      {isOverview ? null : (
        <div class="model-lane-names" style={{ paddingTop: `${head}px` }}>
          {run.goroutines.map((goroutine) => (
            <div key={goroutine} style={{ height: `${lane}px`, lineHeight: `${lane}px` }}>
              {goroutine}
            </div>
          ))}
        </div>
      )}
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${label}: steps ${from + 1} to ${until} of ${run.steps}; at step ${step}, ${name}`}
        style={{ height: `${height}px` }}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const share = (event.clientX - box.left) / Math.max(1, box.width);
          onStep(Math.round(from + share * (until - from) + 0.5));
        }}
      />
    </div>
  );
}

function nameOf({ goroutines }: OpenedRun, process: number): string {
  const name = goroutines[process % goroutines.length] ?? "";
  return process >= goroutines.length ? `store buffer of ${name}` : name;
}

interface Drawn {
  readonly run: OpenedRun;
  readonly step: number;
  readonly from: number;
  readonly until: number;
  readonly window: readonly [number, number] | undefined;
  readonly lane: number;
  readonly head: number;
  readonly height: number;
}

function drawLanes(canvas: HTMLCanvasElement, drawn: Drawn): void {
  const { run, from, until, lane, head, height, window } = drawn;
  const width = canvas.clientWidth;
  const ratio = devicePixelRatio;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null || until <= from) {
    return;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const scale = width / (until - from);
  const x = (at: number): number => (at - from) * scale;
  drawMarked(context, drawn, x);
  run.goroutines.forEach((_name, goroutine) => {
    context.fillStyle = colour("--line");
    context.fillRect(0, head + goroutine * lane + lane / 2, width, 1);
  });
  drawStretches(context, drawn, x);
  if (window === undefined) {
    drawGlyphs(context, drawn, { x, scale });
  } else {
    context.strokeStyle = colour("--focus");
    context.lineWidth = 2;
    context.strokeRect(x(window[0]) + 1, 1, Math.max(4, x(window[1]) - x(window[0]) - 2), height - 2);
  }
  context.fillStyle = colour("--focus");
  const at = Math.min(width - 2, Math.max(0, x(drawn.step) - 1));
  context.fillRect(at, 0, 2, height);
}

/** Bands in which a mark is set in memory. */
function drawMarked(context: CanvasRenderingContext2D, drawn: Drawn, x: (at: number) => number): void {
  const { run, from, until, height } = drawn;
  context.fillStyle = colour("--marked-soft");
  forRuns(run.marked, from, until, (value, start, end) => {
    if (value === 1) {
      // The step that sets it is its beginning, the one that clears it its end.
      context.fillRect(x(start), 0, x(end) - x(start), height);
    }
  });
}

/** Who does the steps. */
function drawStretches(context: CanvasRenderingContext2D, drawn: Drawn, x: (at: number) => number): void {
  const { run, from, until, lane, head } = drawn;
  const { length } = run.goroutines;
  forRuns(run.process, from, until, (process, start, end) => {
    const goroutine = process % length;
    const top = head + goroutine * lane;
    const left = x(start);
    const wide = Math.max(1, x(end) - left - (end - start < 3000 ? 0.5 : 0));
    context.fillStyle = colour(laneColour(goroutine));
    if (process < length) {
      context.fillRect(left, top + lane * 0.2, wide, lane * 0.6);
    } else {
      // A store on its way from the store buffer: hollow, and below.
      context.lineWidth = 1.5;
      context.strokeStyle = colour(laneColour(goroutine));
      context.strokeRect(left + 1, top + lane * 0.6, Math.max(1, wide - 2), lane * 0.3);
    }
  });
}

/** What steps are to the mark, and where each step is. */
function drawGlyphs(
  context: CanvasRenderingContext2D,
  drawn: Drawn,
  { x, scale }: { readonly x: (at: number) => number; readonly scale: number },
): void {
  const { run, from, until, lane, head, step } = drawn;
  const { length } = run.goroutines;
  context.font = "12px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let at = from; at < until; at++) {
    const goroutine = (run.process[at] ?? 0) % length;
    const top = head + goroutine * lane;
    if (at === step - 1) {
      context.strokeStyle = colour("--text");
      context.lineWidth = 2;
      context.strokeRect(x(at), top + 2, Math.max(3, scale), lane - 4);
    } else if (scale >= 5) {
      context.fillStyle = colour("--ground");
      context.fillRect(x(at + 1) - 1, top + lane * 0.2, 1, lane * 0.6);
    }
    const glyph = glyphs.get(run.mark[at] ?? 0);
    if (glyph !== undefined) {
      const isMissed = run.missed[at] === 1;
      context.fillStyle = colour(isMissed ? "--danger" : "--text");
      context.fillText(isMissed ? "✕" : glyph, x(at + 0.5), head / 2);
    }
  }
}

const glyphs: ReadonlyMap<number, string> = new Map([
  [MARK_SET, "▲"],
  [MARK_CLEARED, "▽"],
  [MARK_FOUND_CLEAR, "○"],
  [MARK_FOUND_SET, "●"],
  [MARK_GONE, "●"],
  [MARK_IN_BUFFER, "✕"],
]);

/** Calls something for each row of equal values. */
function forRuns(
  column: Uint8Array,
  from: number,
  until: number,
  use: (value: number, start: number, end: number) => void,
): void {
  let start = from;
  for (let at = from + 1; at <= until; at++) {
    if (at === until || column[at] !== column[start]) {
      use(column[start] ?? 0, start, at);
      start = at;
    }
  }
}
