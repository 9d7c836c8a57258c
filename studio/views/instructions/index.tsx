/**
 * Instructions: two functions beside each other, or one, with what each instruction does to registers and to the mark by which Go
 * finds concurrent map access.
 *
 * In the address: `left`, `right` names of functions as `maptrap asm` takes them (`right=-` for one alone), `leftIn`, `rightIn`
 * which program (`d0`, `d0.b1`, `d0.p0`; sources.ts), `row` the number of the selected row, `q` what is searched for, `to` the kind of
 * places that n and p go to, `show` which function is shown where there is room for one.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ShownCode } from "../../../src/document/asm-view.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { navigate, route, setParams } from "../../page/route.js";
import { documents } from "../../page/state.js";
import type { ViewProps } from "../../page/view.js";
import { EmptyState, ErrorState, LoadingState } from "../../parts/states.js";
import { Details } from "./details.js";
import { FunctionPicker } from "./function-picker.js";
import "./instructions.css";
import { Legend } from "./legend.js";
import { Listing } from "./listing.js";
import { placesIn } from "./places.js";
import { listingRows, type Shown } from "./rows.js";
import { type Chosen, sourcesIn } from "./sources.js";
import { Counts, Summary } from "./summary.js";
import { line } from "./text-parts.js";
import { Extras, firstOfWindow, shownKind, Tools, usePlaceKeys } from "./tools.js";
import { type CodeParams, useCode } from "./use-code.js";

/** Below this width there is room for one function only. */
const roomForTwo = 900;

/** The view. */
export function InstructionsView({ document }: ViewProps): JSX.Element {
  const { params } = route.value;
  const all = documents.value.length === 0 ? [document] : documents.value;
  const sources = useMemo(() => all.flatMap(sourcesIn), [all]);
  const wanted: CodeParams = {
    left: params["left"] ?? "",
    leftIn: params["leftIn"] ?? "",
    right: params["right"] ?? "",
    rightIn: params["rightIn"] ?? "",
  };
  const { state, again } = useCode(document, sources, wanted);
  const { open, left, right, code, doing, error } = state.value;
  const own = sourcesIn(document)[0];
  const choose = (side: "left" | "right", chosen: Chosen | undefined): void => {
    const next = { left, right, [side]: chosen };
    navigate({
      params: {
        ...named("left", next.left),
        ...(next.right === undefined ? { right: "-" } : named("right", next.right)),
        to: params["to"] ?? "",
      },
    });
  };
  const sourceOf = (chosen: Chosen | undefined): string => chosen?.source ?? left?.source ?? own?.id ?? "";
  return (
    <section class="instructions" aria-label="Instructions">
      <div class="instructions-title">
        <h1>Instructions</h1>
        <p>
          Machine code, one instruction a row. Where the bar runs, the function has set the mark in the map:
          whoever tests it then ends the process.
        </p>
      </div>
      <details class="instructions-choice" open={innerWidth >= roomForTwo || left === undefined}>
        <summary>Choose functions</summary>
        <div class="instructions-pickers">
          <FunctionPicker
            label="Left"
            sources={sources}
            chosen={left}
            open={open.get(sourceOf(left))}
            onChoose={(chosen) => choose("left", chosen)}
          />
          <FunctionPicker
            label="Right"
            sources={sources}
            chosen={right}
            open={open.get(sourceOf(right))}
            onChoose={(chosen) => choose("right", chosen)}
          />
          {right === undefined ? null : (
            <button onClick={() => choose("right", undefined)}>Left alone</button>
          )}
        </div>
      </details>
      {doing === undefined ? null : <LoadingState text={doing} share={null} />}
      {error === undefined ? null : (
        <>
          <ErrorState {...error} />
          <button onClick={again}>Try again</button>
        </>
      )}
      {code === undefined ? (
        doing === undefined && error === undefined ? (
          <EmptyState>There is no function in it.</EmptyState>
        ) : null
      ) : (
        <Code code={code} document={document} />
      )}
    </section>
  );
}

function named(side: "left" | "right", chosen: Chosen | undefined): Record<string, string> {
  return chosen === undefined ? {} : { [side]: chosen.name, [`${side}In`]: chosen.source };
}

/** Functions that are loaded. */
function Code({
  code,
  document,
}: {
  readonly code: ShownCode;
  readonly document: StudioDocument;
}): JSX.Element {
  const { params } = route.value;
  const box = useRef<HTMLDivElement>(null);
  const isWide = useRoom(box);
  const withSource = useSignal(true);
  const shown: Shown =
    code.right === undefined ? "left" : isWide ? "both" : params["show"] === "right" ? "right" : "left";
  const rows = useMemo(
    () =>
      listingRows(
        { left: code.left.view, right: code.right?.view, comparison: code.comparison },
        shown,
        withSource.value,
      ),
    [code, shown, withSource.value],
  );
  const functions = useMemo(() => ({ left: code.left.view, right: code.right?.view }), [code]);
  const search = params["q"] ?? "";
  const kind = shownKind(params["to"], code.right !== undefined, search);
  const places = useMemo(() => placesIn(rows, functions, kind, search), [rows, functions, kind, search]);
  const number = /^\d{1,7}$/.test(params["row"] ?? "") ? Number(params["row"]) : -1;
  const selected = useMemo(
    () => rows.findIndex((row) => row.kind === "code" && row.number === number),
    [rows, number],
  );
  const select = (index: number, how: "push" | "replace"): void => {
    const row = rows[index];
    if (row?.kind === "code") {
      setParams({ row: String(row.number) }, how);
    }
  };
  const sourceLine = useMemo(() => linesOf(document), [document]);
  usePlaceKeys({ rows, functions, places, selected, select });
  const label = [functions.left, functions.right].flatMap((view) =>
    view === undefined ? [] : line(view.printed),
  );
  return (
    <div class="instructions-code" ref={box}>
      <Tools
        code={code}
        rows={rows}
        places={places}
        kind={kind}
        search={search}
        selected={selected}
        select={select}
        choice={isWide || code.right === undefined ? undefined : shown}
      />
      <Legend compared={code.comparison !== undefined}>
        <Extras code={code} withSource={withSource} />
      </Legend>
      <Listing
        label={`Instructions of ${label.join(" and ")}`}
        rows={rows}
        left={functions.left}
        right={functions.right}
        shown={shown}
        selected={selected}
        firstShown={useMemo(
          () => firstOfWindow(rows, functions.left, functions.right) ?? 0,
          [rows, functions],
        )}
        onSelect={select}
        found={useMemo(() => new Set(kind === "found" ? places : []), [kind, places])}
        sourceLine={sourceLine}
      />
      <Details row={rows[selected]} left={functions.left} right={functions.right} />
      <Counts {...code} />
      <Summary {...code} />
    </div>
  );
}

/** Whether there is room for two functions beside each other. */
function useRoom(box: { readonly current: HTMLDivElement | null }): boolean {
  const wide = useSignal(innerWidth >= roomForTwo);
  useEffect(() => {
    const { current } = box;
    if (current === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => (wide.value = current.clientWidth >= roomForTwo));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return wide.value;
}

/** The lines of source that the document has. */
function linesOf({ excerpts }: StudioDocument): (file: string, line: number) => string | undefined {
  const known = new Map<string, string>();
  for (const { file, lines } of excerpts) {
    lines.forEach(({ number, text }) => known.set(`${number} ${file}`, text));
  }
  return (file, number) => known.get(`${number} ${file}`)?.trim();
}
