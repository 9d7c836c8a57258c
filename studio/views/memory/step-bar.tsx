/** Goes through states: a slider, buttons, and the arrow keys; or lets them pass by themselves. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { isWriting } from "./keys.js";

/** How long a state stays when they pass by themselves, in milliseconds. */
const pace = 400;

/** What is gone through. */
export interface StepBarProps {
  readonly count: number;
  /** From 0. */
  readonly at: number;
  /** `replace` while a slider is dragged or states pass by. */
  readonly onStep: (at: number, how: "push" | "replace") => void;
  /** What a state is, in one line. */
  readonly label: string;
  /** A drawing of all states, above the slider. */
  readonly strip?: ComponentChildren;
}

/** The bar. */
export function StepBar({ count, at, onStep, label, strip }: StepBarProps): JSX.Element {
  const playing = useSignal(false);
  const bounded = (next: number): number => Math.max(0, Math.min(count - 1, next));
  useEffect(() => {
    if (!playing.value) {
      return undefined;
    }
    const timer = setInterval(() => {
      if (at + 1 >= count) {
        playing.value = false;
      } else {
        onStep(at + 1, "replace");
      }
    }, pace);
    return () => clearInterval(timer);
  }, [playing.value, at, count]);
  // Not after the next frame: a key that comes before it would go on from the state that was shown before.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const next = stepOfKey(event.key, at, count);
      const { target } = event;
      const used =
        event.defaultPrevented ||
        event.ctrlKey ||
        event.altKey ||
        event.metaKey ||
        isWriting(target) ||
        isWidget(target);
      if (next !== undefined && !used) {
        event.preventDefault();
        onStep(next, "replace");
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [at, count]);
  return (
    <div class="memory-steps" role="group" aria-label="States">
      <Buttons
        count={count}
        at={at}
        playing={playing.value}
        onStep={onStep}
        onPlay={() => {
          if (!playing.value && at + 1 >= count) {
            onStep(0, "push");
          }
          playing.value = !playing.value;
        }}
      />
      <div class="memory-track">
        {strip}
        <input
          type="range"
          min={1}
          max={count}
          step={1}
          value={at + 1}
          aria-label="State"
          aria-valuetext={label}
          onInput={(event) => onStep(bounded(Number(event.currentTarget.value) - 1), "replace")}
        />
      </div>
      <p class="memory-now" aria-live="off">
        <strong>
          {at + 1} of {count}
        </strong>{" "}
        {label}
      </p>
    </div>
  );
}

function Buttons({
  count,
  at,
  playing,
  onStep,
  onPlay,
}: Pick<StepBarProps, "count" | "at" | "onStep"> & {
  readonly playing: boolean;
  readonly onPlay: () => void;
}): JSX.Element {
  return (
    <div class="memory-buttons">
      <button disabled={at === 0} onClick={() => onStep(0, "push")} aria-label="First state">
        |◀
      </button>
      <button disabled={at === 0} onClick={() => onStep(at - 1, "push")} aria-label="State before">
        ‹
      </button>
      <button aria-pressed={playing} aria-label={playing ? "Pause" : "Play"} onClick={onPlay}>
        {playing ? "❚❚" : "▶"}
      </button>
      <button disabled={at + 1 >= count} onClick={() => onStep(at + 1, "push")} aria-label="Next state">
        ›
      </button>
      <button disabled={at + 1 >= count} onClick={() => onStep(count - 1, "push")} aria-label="Last state">
        ▶|
      </button>
    </div>
  );
}

function stepOfKey(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return Math.min(count - 1, at + 1);
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

/** Whether arrows mean something of their own where the focus is. */
function isWidget(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=grid], [role=listbox], [role=tablist]") !== null;
}
