/** The story of a run: numbered parts, or steps, those around the cursor from the worker as they are needed. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { StoryPart } from "../../../src/report/text/model-story.js";
import { shown } from "../../../src/report/text/shown.js";
import { VirtualList } from "../../parts/virtual-list.js";
import type { OpenedRun } from "./calls.js";
import { laneClass } from "./lanes.js";
import type { ModelSession } from "./session.js";

/** So many parts are asked for at once. */
const blockLength = 128;
/** Pixels; what does not fit into a row is cut, and shown whole beside the list when it is stepped to. */
const rowHeights = { wide: 54, narrow: 84 } as const;
const narrow = matchMedia("(max-width: 640px)");
const listHeight = 380;

/** The list; the row with the cursor's last step is selected. */
export function StoryList({
  session,
  run,
  step,
  every,
}: {
  readonly session: ModelSession;
  readonly run: OpenedRun;
  readonly step: number;
  readonly every: boolean;
}): JSX.Element {
  // Of this run only: what comes late for another one goes to where nobody looks any more.
  const known = useMemo(
    () => ({ parts: signal<ReadonlyMap<number, StoryPart>>(new Map()), asked: new Set<number>() }),
    [run, every],
  );
  const rowHeight = narrow.matches ? rowHeights.narrow : rowHeights.wide;
  const count = every ? run.steps : run.partStarts.length;
  const want = (index: number): void => {
    const block = Math.floor(index / blockLength);
    if (known.asked.has(block)) {
      return;
    }
    known.asked.add(block);
    const from = block * blockLength;
    void session.story({ from, until: from + blockLength, every }).then((answer) => {
      known.parts.value = new Map([
        ...known.parts.peek(),
        ...answer.map((part, offset) => [from + offset, part] as const),
      ]);
      return undefined;
    });
  };
  const startOf = (index: number): number => (every ? index : (run.partStarts[index] ?? run.steps));
  const selected = step === 0 ? -1 : partAt(run, step - 1, every);
  return (
    <VirtualList
      label="Story"
      count={count}
      rowHeight={rowHeight}
      height={Math.min(listHeight, Math.max(1, count) * rowHeight + 2)}
      selected={selected}
      onSelect={(index) => session.goTo(startOf(index + 1))}
      row={(index) => {
        const part = known.parts.value.get(index);
        if (part === undefined) {
          queueMicrotask(() => want(index));
        }
        return <Row index={index} part={part} run={run} isDone={startOf(index) < step} />;
      }}
    />
  );
}

/** The part that a step is in. */
export function partAt({ partStarts }: OpenedRun, step: number, every: boolean): number {
  if (every) {
    return step;
  }
  let low = 0;
  let high = partStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((partStarts[middle] ?? 0) <= step) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

function Row({
  index,
  part,
  run,
  isDone,
}: {
  readonly index: number;
  readonly part: StoryPart | undefined;
  readonly run: OpenedRun;
  readonly isDone: boolean;
}): JSX.Element {
  if (part === undefined) {
    return <div class="model-part">…</div>;
  }
  const goroutine = run.goroutines.indexOf(part.goroutine);
  let isMissed = false;
  for (let at = part.firstStep; at < part.firstStep + part.steps; at++) {
    isMissed ||= run.missed[at] === 1;
  }
  return (
    <div
      class={`model-part ${part.isSwitch ? "model-part-switch" : ""} ${isDone ? "model-part-done" : ""}`}
      title={shown(part.what)}
    >
      <span class="model-part-number">{index + 1}</span>
      <span class={`model-part-who ${laneClass(Math.max(0, goroutine))}`}>{part.goroutine}</span>
      <span class="model-part-what">
        <span class="model-part-text">{shown(part.what)}</span>
        {part.marks.length === 0 ? null : (
          <span class={isMissed ? "model-part-mark model-missed" : "model-part-mark"}>
            {isMissed ? "✕ " : ""}
            {shown(part.marks.join("; "))}
          </span>
        )}
      </span>
    </div>
  );
}
