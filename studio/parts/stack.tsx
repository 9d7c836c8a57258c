/** A stack: the program's own frames stand out, what lies between them is folded up. */
import type { JSX } from "preact";
import type { PlacedFrame } from "../../src/case/case.js";
import { counted } from "../../src/report/text/shown.js";
import { othersText, stackParts } from "../../src/report/text/stack.js";
import { Place } from "./place.js";
import "./parts.css";

/** So many parts of a stack are shown before the rest is folded up, and so many frames at all. */
const shownAtOnce = 24;
const mostFrames = 400;

/**
 * A stack, innermost frame first.
 *
 * @param folder paths below it are shown relative to it
 * @param cutShort whether it went on beyond what was recorded
 * @param site the frame to look at; it is marked
 */
export function Stack({
  stack,
  folder,
  cutShort = false,
  site = null,
}: {
  readonly stack: readonly PlacedFrame[];
  readonly folder: string;
  readonly cutShort?: boolean;
  readonly site?: PlacedFrame | null;
}): JSX.Element {
  if (stack.length === 0) {
    return <p class="quiet">no stack is known</p>;
  }
  const parts = stackParts(stack.slice(0, mostFrames));
  const frame = (one: PlacedFrame, index: number): JSX.Element => (
    <li
      key={index}
      class={isSame(one, site) ? "part-frame part-frame-site" : `part-frame part-frame-${one.origin}`}
    >
      <Place frame={one} folder={folder} />
      {one.inlined ? <span class="quiet"> inlined</span> : null}
    </li>
  );
  const drawn = parts.map((part, index) =>
    part.kind === "frame" ? (
      frame(part.frame, index)
    ) : (
      <li key={index} class="part-others">
        <details>
          <summary>{othersText(part.frames)}</summary>
          <ol class="part-stack">{part.frames.map(frame)}</ol>
        </details>
      </li>
    ),
  );
  const folded = drawn.slice(shownAtOnce);
  return (
    <div>
      <ol class="part-stack">{drawn.slice(0, shownAtOnce)}</ol>
      {folded.length === 0 ? null : (
        <details>
          <summary>{counted(folded.length, "more line")} of the stack</summary>
          <ol class="part-stack">{folded}</ol>
        </details>
      )}
      {stack.length > mostFrames ? (
        <p class="quiet">… {counted(stack.length - mostFrames, "more frame")}</p>
      ) : null}
      {cutShort ? <p class="quiet">… and further frames that were not recorded</p> : null}
    </div>
  );
}

function isSame(frame: PlacedFrame, site: PlacedFrame | null): boolean {
  return (
    site !== null && site.function === frame.function && site.file === frame.file && site.line === frame.line
  );
}
