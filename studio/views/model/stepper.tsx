/** Goes through a run: buttons, a slider, keys, and by itself. */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { OpenedRun } from "./calls.js";
import { isTrouble, type ModelSession } from "./session.js";

/** How long a step is shown while it plays. */
const playMilliseconds = 350;

/** Buttons and slider. */
export function Stepper({
  session,
  run,
  step,
}: {
  readonly session: ModelSession;
  readonly run: OpenedRun;
  readonly step: number;
}): JSX.Element {
  useKeys(session);
  usePlaying(session);
  const isPlaying = session.playing.value;
  return (
    <div class="model-stepper" role="group" aria-label="Steps">
      <button onClick={() => session.goTo(0)} disabled={step === 0} aria-label="First (Home)" title="Home">
        |◀
      </button>
      <button
        onClick={() => session.goTo(step - 1)}
        disabled={step === 0}
        aria-label="Step back (←)"
        title="←"
      >
        ◀
      </button>
      <button
        onClick={() => {
          if (!isPlaying && step >= run.steps) {
            session.goTo(0, "replace");
          }
          session.playing.value = !isPlaying;
        }}
        aria-label={isPlaying ? "Pause (space)" : "Play (space)"}
        title="space"
      >
        {isPlaying ? "❚❚" : "▶ Play"}
      </button>
      <button
        onClick={() => session.goTo(step + 1)}
        disabled={step >= run.steps}
        aria-label="Step forward (→)"
        title="→"
      >
        ▶
      </button>
      <button
        onClick={() => session.goTo(run.steps)}
        disabled={step >= run.steps}
        aria-label="Last (End)"
        title="End"
      >
        ▶|
      </button>
      <input
        type="range"
        aria-label="Step"
        min={0}
        max={run.steps}
        value={step}
        aria-valuetext={`step ${step} of ${run.steps}`}
        onInput={(event) => session.goTo(Number(event.currentTarget.value), "replace")}
      />
      <output class="model-step">
        step {step} of {run.steps}
      </output>
    </div>
  );
}

/** ← → Home End and the space bar, wherever no field or list takes them. */
function useKeys(session: ModelSession): void {
  // A key that comes as soon as the run is shown counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target, key } = event;
      const isTaken =
        target instanceof HTMLElement &&
        (/^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
          target.closest("dialog, .map-memory") !== null ||
          // The story goes to its own beginning and end.
          (/^(?:Home|End)$/.test(key) && target.closest("[role=listbox]") !== null));
      const now = session.choice.peek();
      const state = session.run.peek();
      if (
        isTaken ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTrouble(now) ||
        state.kind !== "open"
      ) {
        return;
      }
      const { steps } = state.run;
      const step = Math.min(now.step, steps);
      // A key that is held down is one movement: the back button need not undo each step of it.
      const how = event.repeat ? "replace" : "push";
      if (key === "ArrowRight") {
        session.goTo(step + 1, how);
      } else if (key === "ArrowLeft") {
        session.goTo(step - 1, how);
      } else if (key === "Home") {
        session.goTo(0);
      } else if (key === "End") {
        session.goTo(steps);
      } else if (
        key === " " &&
        !(target instanceof HTMLElement && target.closest("button, a, summary") !== null)
      ) {
        session.playing.value = !session.playing.peek();
      } else {
        return;
      }
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [session]);
}

/** Goes on by itself until the end. */
function usePlaying(session: ModelSession): void {
  useSignalEffect(() => {
    const now = session.choice.value;
    const state = session.run.value;
    if (!session.playing.value || isTrouble(now) || state.kind !== "open") {
      return undefined;
    }
    if (now.step >= state.run.steps) {
      session.playing.value = false;
      return undefined;
    }
    const timer = setTimeout(() => session.goTo(now.step + 1, "replace"), playMilliseconds);
    return () => clearTimeout(timer);
  });
}
