/** What the shapes and bands stand for: those that this kind of evidence can have. */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { glyphs, glyphWords } from "../../../src/analysis/timeline/marks.js";
import type { TimelineSource } from "../../../src/document/timeline-sources.js";
import { drawGlyph } from "./glyphs.js";
import { palette } from "./palette.js";

const side = 18;
const accesses = [glyphs.read, glyphs.iterate, glyphs.write, glyphs.delete, glyphs.clear];
const ofKind: Readonly<Record<TimelineSource["input"]["kind"], readonly number[]>> = {
  recording: [
    ...accesses,
    glyphs.clone,
    glyphs.conflict,
    glyphs.starts,
    glyphs.ends,
    glyphs.growth,
    glyphs.gc,
  ],
  "kept-events": [...accesses, glyphs.conflict, glyphs.starts, glyphs.ends, glyphs.growth, glyphs.gc],
  trace: [glyphs.markSet, glyphs.markCleared, glyphs.flags, glyphs.header, glyphs.growth, glyphs.conflict],
  moments: accesses,
};
type Bars = readonly (readonly [string, string])[];
const recorded: Bars = [
  ["growth", "the map grows in steps"],
  ["gc", "the garbage collector marks"],
  ["barrier", "write barrier on"],
  ["conflict", "conflict"],
];
const bars: Readonly<Record<TimelineSource["input"]["kind"], Bars>> = {
  recording: recorded,
  "kept-events": recorded,
  trace: [
    ["marked", "a writer's mark (flag) is set"],
    ["conflict", "fatal error"],
  ],
  moments: [
    ["held", "held in the trap"],
    ["conflict", "conflict"],
  ],
};

/** What is not drawn because this kind of evidence does not tell it. */
const untold: Readonly<Record<TimelineSource["input"]["kind"], string>> = {
  recording:
    "When the writer's mark is set in the map's header is not recorded, so it is not drawn; maptrap gdb trace sees it. Marks that lie too close together are columns: changes grow upwards from the middle of a lane, reads hang down.",
  "kept-events":
    "When the writer's mark is set in the map's header is not recorded, so it is not drawn; maptrap gdb trace sees it.",
  trace:
    "A trace sees changes of the map only, not reads. The program stands still while an event is written down.",
  moments:
    "The trap keeps the moments at which two sides met, and how long one of them was held; what the goroutines did besides was not recorded.",
};

/** The legend. */
export function Legend({ kind }: { readonly kind: TimelineSource["input"]["kind"] }): JSX.Element {
  return (
    <div class="timeline-legend">
      <ul aria-label="What is drawn">
        {ofKind[kind].map((glyph) => (
          <li key={glyph}>
            <GlyphPicture glyph={glyph} />
            {glyphWords[glyph]}
          </li>
        ))}
        {bars[kind].map(([name, text]) => (
          <li key={name}>
            <span class={`timeline-swatch timeline-swatch-${name}`} aria-hidden="true" />
            {text}
          </li>
        ))}
      </ul>
      <p class="quiet">{untold[kind]}</p>
    </div>
  );
}

function GlyphPicture({ glyph }: { readonly glyph: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const colours = palette();
    const { current } = canvas;
    const context = current?.getContext("2d");
    if (current === null || context === null || context === undefined) {
      return;
    }
    const scale = globalThis.devicePixelRatio || 1;
    current.width = current.height = side * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    drawGlyph(context, glyph, [side / 2, side / 2, 5], colours);
  });
  return <canvas ref={canvas} class="timeline-glyph" aria-hidden="true" />;
}
