/** The marks in view as a list, for those who would rather read than look. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { countText } from "../../../src/case/count.js";
import { glyphWords } from "../../../src/analysis/timeline/marks.js";
import { placeName } from "../../../src/report/text/stack.js";
import { VirtualList } from "../../parts/virtual-list.js";
import { tickStep, timeText } from "./axis.js";
import type { ListedMark } from "./calls.js";
import type { Commands } from "./commands.js";

/** So many are listed. */
const most = 400;

/** The list. Follows what is in view. */
export function MarkList({ commands }: { readonly commands: Commands }): JSX.Element {
  const { session, selection } = commands;
  const marks = useSignal<readonly ListedMark[]>([]);
  useSignalEffect(() => {
    // Read, so that the list follows them.
    void [session.view.value, session.scroll.value, session.shown.value, session.part.value];
    const timer = setTimeout(() => {
      session.worker.call("list", { screen: session.visible(), most }).then(
        (listed) => (marks.value = listed),
        () => (marks.value = []),
      );
    }, 120);
    return () => clearTimeout(timer);
  });
  const all = session.part.value?.marksInView ?? 0;
  const selected = selection.current.value?.detail?.mark.row;
  const { from, to } = session.view.value;
  const step = tickStep((to - from) / 1000);
  return (
    <div class="timeline-list">
      <h2>Marks in view</h2>
      {all > marks.value.length ? (
        <p class="quiet">
          The first {countText(marks.value.length)} of {countText(all)}; zoom in to see others.
        </p>
      ) : null}
      <VirtualList
        label="Marks in view"
        count={marks.value.length}
        rowHeight={28}
        selected={marks.value.findIndex(({ row }) => row === selected)}
        onSelect={(index) => {
          const mark = marks.value[index];
          if (mark !== undefined) {
            selection.mark(mark);
          }
        }}
        row={(index) => <MarkRow mark={marks.value[index]} zero={session.zero.value} step={step} />}
        height={Math.min(420, Math.max(84, marks.value.length * 28))}
      />
    </div>
  );
}

function MarkRow({
  mark,
  zero,
  step,
}: {
  readonly mark: ListedMark | undefined;
  readonly zero: number;
  readonly step: number;
}): JSX.Element {
  return mark === undefined ? (
    <span />
  ) : (
    <span class="timeline-list-row">
      <span class="number">{timeText(mark.clock - zero, step)}</span>
      <span class="mono">{mark.goroutine < 0 ? "g?" : `g${mark.goroutine}`}</span>
      <span>{glyphWords[mark.glyph]}</span>
      <span class="quiet">{mark.frame === null ? "" : placeName(mark.frame)}</span>
    </span>
  );
}
