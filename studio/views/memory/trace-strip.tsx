/** All events of a map on one line: where the mark of a writer is set, steps of growth, the end by a fatal error. A click goes there. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { TraceEventJson } from "../../../src/document/trace-schema.js";
import { counted } from "../../../src/report/text/shown.js";
import { colour } from "../../page/theme.js";

const height = 36;

/** The strip. */
export function TraceStrip({
  events,
  at,
  onGo,
}: {
  readonly events: readonly TraceEventJson[];
  readonly at: number;
  readonly onGo: (at: number) => void;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const { current } = canvas;
    if (current === null) {
      return undefined;
    }
    const watch = new ResizeObserver(() => (width.value = Math.floor(current.clientWidth)));
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  const draw = (): void => drawStrip(canvas.current, width.value, events, at);
  useSignalEffect(draw);
  useEffect(draw, [events, at]);
  const marks = events.filter((event) => event.kind === "flags" && event.mark === "set").length;
  const growth = events.filter(({ kind }) => kind === "growth").length;
  const fatal = events.some(({ kind }) => kind === "fatal");
  const words = [
    counted(events.length, "event"),
    `the mark of a writer is set ${counted(marks, "time")} (bars)`,
    `${counted(growth, "step")} of growth (ticks below)`,
    ...(fatal ? ["a fatal error at the end"] : []),
  ];
  return (
    <canvas
      ref={canvas}
      class="memory-strip"
      role="img"
      aria-label={words.join(", ")}
      onClick={(event) => {
        const bounds = event.currentTarget.getBoundingClientRect();
        const share = (event.clientX - bounds.left) / Math.max(1, bounds.width);
        onGo(Math.max(0, Math.min(events.length - 1, Math.floor(share * events.length))));
      }}
    />
  );
}

function drawStrip(
  canvas: HTMLCanvasElement | null,
  width: number,
  events: readonly TraceEventJson[],
  at: number,
): void {
  const ratio = globalThis.devicePixelRatio || 1;
  const context = canvas?.getContext("2d") ?? null;
  if (canvas === null || context === null || width <= 0) {
    return;
  }
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.fillStyle = colour("--raised");
  context.fillRect(0, 0, width, height);
  const x = (index: number): number => (index / events.length) * width;
  let marked = false;
  for (const [index, event] of events.entries()) {
    const from = x(index);
    const size = Math.max(1, x(index + 1) - from);
    if (event.kind === "flags" && event.mark !== null) {
      marked = event.mark === "set";
    }
    if (marked) {
      context.fillStyle = colour("--marked");
      context.fillRect(from, 4, size, 14);
    }
    if (event.kind === "growth") {
      context.fillStyle = colour("--growth");
      context.fillRect(from, 22, Math.max(1, size - 1), 10);
    } else if (event.kind === "fatal") {
      context.fillStyle = colour("--danger");
      context.fillRect(from, 0, Math.max(3, size), height);
    }
  }
  context.strokeStyle = colour("--focus");
  context.lineWidth = 2;
  const here = x(at) + Math.max(1, x(1)) / 2;
  context.strokeRect(Math.max(1, here - 2), 1, 4, height - 2);
}
