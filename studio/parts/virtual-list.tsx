/** A list of any length of which only what can be seen is on the page. All rows have one height. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "./parts.css";

/** Rows beyond the edge that are drawn too. */
const beyond = 6;
/** No browser has elements of any height; beyond this one, rows lie closer in the scroll bar than on the page. */
const highest = 8_000_000;

/** A list. */
export interface VirtualListProps {
  /** What it is a list of. */
  readonly label: string;
  readonly count: number;
  /** Height of a row, in pixels. */
  readonly rowHeight: number;
  /** Index of the selected row; -1 for none. */
  readonly selected: number;
  /** How: a click goes somewhere, a key moves by steps. */
  readonly onSelect: (index: number, how: "click" | "key") => void;
  readonly row: (index: number) => JSX.Element;
  /** Height of the whole, in pixels. */
  readonly height: number;
}

/** A list whose rows are selected by a click, or by the arrows, Page Up, Page Down, Home and End. */
export function VirtualList(props: VirtualListProps): JSX.Element {
  const { label, count, rowHeight, selected, onSelect, row, height } = props;
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const id = useId();
  const whole = Math.min(highest, count * rowHeight);
  // Rows for each pixel of the scroll bar beyond what fits.
  const first = firstVisible(top.value, { count, rowHeight, height, whole });
  const from = Math.max(0, first - beyond);
  const until = Math.min(count, first + Math.ceil(height / rowHeight) + beyond);
  useEffect(() => {
    const { current } = box;
    if (current === null || selected < 0) {
      return;
    }
    const start = positionOf(selected, { count, rowHeight, height, whole });
    if (start < current.scrollTop) {
      current.scrollTop = start;
    } else if (start + rowHeight > current.scrollTop + height) {
      current.scrollTop = start + rowHeight - height;
    }
  }, [selected, count]);
  const offset = positionOf(first, { count, rowHeight, height, whole });
  return (
    <div
      ref={box}
      class="part-list"
      role="listbox"
      aria-label={label}
      aria-activedescendant={selected >= from && selected < until ? `${id}-${selected}` : undefined}
      tabIndex={0}
      style={{ height: `${height}px` }}
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      onKeyDown={(event) => {
        const next = moved(event.key, { selected, count, page: Math.floor(height / rowHeight) });
        if (next !== undefined) {
          event.preventDefault();
          onSelect(next, "key");
        }
      }}
    >
      <div class="part-list-inner" role="presentation" style={{ height: `${whole}px` }}>
        {Array.from({ length: until - from }, (_, step) => from + step).map((index) => (
          <div
            key={index}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === selected}
            aria-posinset={index + 1}
            aria-setsize={count}
            class="part-list-row"
            style={{ top: `${offset + (index - first) * rowHeight}px`, height: `${rowHeight}px` }}
            onClick={() => onSelect(index, "click")}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}

interface Sizes {
  readonly count: number;
  readonly rowHeight: number;
  readonly height: number;
  readonly whole: number;
}

/** The first row that can be seen when the list is scrolled so far. */
export function firstVisible(scrolled: number, { count, rowHeight, height, whole }: Sizes): number {
  const real = Math.max(1, count * rowHeight - height);
  const reach = Math.max(1, whole - height);
  return Math.min(Math.max(0, count - 1), Math.floor((scrolled * real) / reach / rowHeight));
}

/** Where a row stands, in pixels of the list. */
export function positionOf(index: number, { count, rowHeight, height, whole }: Sizes): number {
  const real = Math.max(1, count * rowHeight - height);
  const reach = Math.max(1, whole - height);
  return (index * rowHeight * reach) / real;
}

/** The row that a key goes to; undefined for other keys. */
export function moved(
  key: string,
  { selected, count, page }: { readonly selected: number; readonly count: number; readonly page: number },
): number | undefined {
  const bounded = (index: number): number => Math.max(0, Math.min(count - 1, index));
  if (count === 0) {
    return undefined;
  }
  switch (key) {
    case "ArrowDown":
      return bounded(selected + 1);
    case "ArrowUp":
      return bounded(selected - 1);
    case "PageDown":
      return bounded(selected + page);
    case "PageUp":
      return bounded(selected - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
