/** One stack in the list. */
import type { JSX } from "preact";
import { shown } from "../../../src/report/text/shown.js";
import { countText } from "../../../src/case/count.js";
import { PlaceInLine } from "../../parts/place.js";
import { marksOfStack, type OpenSource } from "./model.js";

/** So many ids are named on a row. */
const mostIds = 3;

/** A row: who, how many, in which state, and where. */
export function StackRow({
  open,
  stack,
  folder,
}: {
  readonly open: OpenSource;
  readonly stack: number;
  readonly folder: string;
}): JSX.Element {
  const info = open.source.list.stack(stack);
  const top = info.stack.find(({ origin }) => origin === "own") ?? info.stack[0];
  return (
    <div class="goroutines-row">
      <div class="goroutines-row-head">
        <SideLetters open={open} stack={stack} />
        <strong class="mono">{idsText(open, stack, info.count)}</strong>
        {info.count > 1 ? <span>{countText(info.count)} ×</span> : null}
        <span class="goroutines-state">
          [{shown(info.state)}
          {info.wait === "" ? "" : `, ${shown(info.wait)}`}]
        </span>
      </div>
      <div class="goroutines-row-place">
        {top === undefined ? (
          <span class="quiet">{shown(info.unavailable ?? "no stack")}</span>
        ) : (
          <PlaceInLine frame={top} folder={folder} />
        )}
      </div>
    </div>
  );
}

function idsText({ source, members }: OpenSource, stack: number, count: number): string {
  const all = members.of(stack);
  const ids = [...all.subarray(0, mostIds)].map((goroutine) => {
    const id = source.list.ids[goroutine] ?? -1;
    return id < 0 ? "g?" : `g${id}`;
  });
  return `${ids.join(" ")}${count > ids.length ? " …" : ""}`;
}

/** A and B where a side of a conflict has this stack; a ring where it may be one, or used the map. */
export function SideLetters({
  open,
  stack,
}: {
  readonly open: OpenSource;
  readonly stack: number;
}): JSX.Element | null {
  const marks = marksOfStack(open, stack);
  const sides = [...new Set(marks.flatMap(({ mark: { side } }) => (side === null ? [] : [side])))];
  if (marks.length === 0) {
    return null;
  }
  return sides.length === 0 ? (
    <span class="goroutines-mark" title={shown(marks[0]?.mark.text ?? "")}>
      map
    </span>
  ) : (
    <>
      {sides.toSorted().map((side) => (
        <span
          key={side}
          class={`goroutines-mark goroutines-mark-${side.toLowerCase()}`}
          title={`side ${side}`}
        >
          {side}
        </span>
      ))}
    </>
  );
}
