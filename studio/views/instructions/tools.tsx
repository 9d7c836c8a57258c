/** Above the listing: search, places to go to, what is shown, and the same as JSON. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";
import type { ShownCode } from "../../../src/document/asm-view.js";
import { asmJson } from "../../../src/report/json/asm.js";
import { counted } from "../../../src/report/text/shown.js";
import { setParams } from "../../page/route.js";
import { SearchField } from "../../parts/search-field.js";
import { nextPlace, type PlaceKind, placeKinds, placesIn, placeTitles } from "./places.js";
import type { ListingRow, Shown } from "./rows.js";
import { line } from "./text-parts.js";

/** Goes to a row. */
type Select = (index: number, how: "push" | "replace") => void;

/** The kind of places that n and p go to: the chosen one, else what is searched for, else the mark. */
export function shownKind(chosen: string | undefined, compared: boolean, search: string): PlaceKind {
  const kind = placeKinds.find((one) => one === chosen);
  if (kind === undefined || (kind === "difference" && !compared) || (kind === "found" && search === "")) {
    return search === "" ? "mark" : "found";
  }
  return kind;
}

/** What the tools know. */
export interface ToolsProps {
  readonly code: ShownCode;
  readonly rows: readonly ListingRow[];
  readonly places: readonly number[];
  readonly kind: PlaceKind;
  readonly search: string;
  readonly selected: number;
  readonly select: Select;
  /** Which function is shown where there is room for one; undefined where both are. */
  readonly choice: Shown | undefined;
}

/** The tools. */
export function Tools(props: ToolsProps): JSX.Element {
  const { code, rows, places, kind, search, selected, select, choice } = props;
  const window = firstOfWindow(rows, code.left.view, code.right?.view);
  const at = places.indexOf(selected);
  const go = (step: 1 | -1): void => {
    const next = nextPlace(places, selected, step);
    if (next !== undefined) {
      select(next, "push");
    }
  };
  return (
    <div class="instructions-tools">
      {choice === undefined || code.right === undefined ? null : (
        <Switch choice={choice} left={code.left.view.label} right={code.right.view.label} />
      )}
      <SearchField
        label="Search the instructions"
        value={search}
        placeholder="search: rbx, call, +0x7c …"
        onInput={(text) => setParams({ q: text, to: text === "" ? "" : "found" }, "replace")}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            go(event.shiftKey ? -1 : 1);
          }
        }}
      />
      <label>
        Go to
        <select value={kind} onChange={(event) => setParams({ to: event.currentTarget.value }, "replace")}>
          {placeKinds
            .filter(
              (one) =>
                (one !== "difference" || code.right !== undefined) && (one !== "found" || search !== ""),
            )
            .map((one) => (
              <option key={one} value={one}>
                {placeTitles[one]}
              </option>
            ))}
        </select>
      </label>
      <span class="instructions-steps" role="group" aria-label="Go to places">
        <button
          onClick={() => go(-1)}
          disabled={places.length === 0}
          aria-label="Previous"
          title="the one before (p)"
        >
          ‹<span class="instructions-word"> Previous</span>
        </button>
        <button
          onClick={() => go(1)}
          disabled={places.length === 0}
          aria-label="Next"
          title="the next one (n)"
        >
          <span class="instructions-word">Next </span>›
        </button>
        <span role="status" class="quiet">
          {at === -1 ? counted(places.length, "place") : `${at + 1} of ${places.length}`}
        </span>
      </span>
      {window === undefined ? null : (
        <button onClick={() => select(window, "push")} title="where the mark is set (w)">
          To the window
        </button>
      )}
    </div>
  );
}

/** Whether source positions are shown, and the same as JSON. */
export function Extras({
  code,
  withSource,
}: Pick<ToolsProps, "code"> & { readonly withSource: Signal<boolean> }): JSX.Element {
  return (
    <div class="instructions-extras">
      <label class="instructions-check">
        <input
          type="checkbox"
          checked={withSource.value}
          onChange={(event) => (withSource.value = event.currentTarget.checked)}
        />
        source positions
      </label>
      <button onClick={() => saveJson(code)} title="what maptrap asm --json prints for these functions">
        Save as JSON
      </button>
    </div>
  );
}

/** Which of two functions is shown. */
function Switch({
  choice,
  left,
  right,
}: {
  readonly choice: Shown;
  readonly left: string;
  readonly right: string;
}): JSX.Element {
  return (
    <div role="group" aria-label="Which function is shown" class="instructions-switch">
      {(["left", "right"] as const).map((side) => (
        <button
          key={side}
          aria-pressed={choice === side}
          onClick={() => setParams({ show: side }, "replace")}
        >
          {line(side === "left" ? left : right)}
        </button>
      ))}
    </div>
  );
}

/** The row in which the mark is set first. */
export function firstOfWindow(
  rows: readonly ListingRow[],
  left: FunctionView,
  right: FunctionView | undefined,
): number | undefined {
  const sets = (view: FunctionView | undefined, index: number | undefined): boolean =>
    index !== undefined && view?.instructions[index]?.mark === "set";
  const found = rows.findIndex(
    (row) => row.kind === "code" && (sets(left, row.left) || sets(right, row.right)),
  );
  return found === -1 ? undefined : found;
}

/** Gives the file that `maptrap asm --json` would have printed. */
function saveJson({ document: code }: ShownCode): void {
  const url = URL.createObjectURL(new Blob([asmJson(code)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "instructions.json";
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** What the keys need. */
export interface PlaceKeys {
  readonly rows: readonly ListingRow[];
  readonly functions: { readonly left: FunctionView; readonly right: FunctionView | undefined };
  readonly places: readonly number[];
  readonly selected: number;
  readonly select: Select;
}

/** n, p: the next and the previous place of the chosen kind; m, f, c: the next mark, fatal call, call (with Shift the previous); w: the window. */
export function usePlaceKeys({ rows, functions, places, selected, select }: PlaceKeys): void {
  // Not after the next frame: a key that comes before it would go on from what was selected before.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isWriting = target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (isWriting || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
        return;
      }
      const next = placeForKey(event, { rows, functions, places, selected });
      if (next !== undefined) {
        event.preventDefault();
        select(next, "push");
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

const kindOfKey: ReadonlyMap<string, PlaceKind> = new Map([
  ["m", "mark"],
  ["f", "fatal"],
  ["c", "call"],
]);

function placeForKey(
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  { rows, functions, places, selected }: Omit<PlaceKeys, "select">,
): number | undefined {
  if (key === "n" || key === "p") {
    return nextPlace(places, selected, key === "n" ? 1 : -1);
  }
  if (key === "w") {
    return firstOfWindow(rows, functions.left, functions.right);
  }
  const kind = kindOfKey.get(key.toLowerCase());
  return kind === undefined
    ? undefined
    : nextPlace(placesIn(rows, functions, kind, ""), selected, shiftKey ? -1 : 1);
}
