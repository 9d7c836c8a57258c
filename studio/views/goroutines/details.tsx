/** What is known of the selected goroutine, or of all that have one stack. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { countText } from "../../../src/case/count.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { startText } from "../../../src/report/text/finding.js";
import { counted, sentence, shown } from "../../../src/report/text/shown.js";
import { routeHash } from "../../page/route.js";
import { type FactItem, Facts } from "../../parts/facts.js";
import { SourceLines } from "../../parts/source-lines.js";
import { Stack } from "../../parts/stack.js";
import { marksOfStack, type OpenSource, type Selected } from "./model.js";
import { SideLetters } from "./row.js";

/** So many ids are on one page of them. */
const pageOfIds = 60;
/** So many marks are shown. */
const mostMarks = 20;

/** The details. */
export function Details({
  document,
  open,
  selected,
  onSelect,
}: {
  readonly document: StudioDocument;
  readonly open: OpenSource;
  readonly selected: Selected;
  readonly onSelect: (name: string) => void;
}): JSX.Element {
  const { list } = open.source;
  const info = list.stack(selected.stack);
  const folder = document.case?.workingDirectory ?? "/";
  const site = info.stack.find(({ origin }) => origin === "own") ?? info.stack[0] ?? null;
  const excerpt =
    site === null
      ? undefined
      : document.excerpts.find(({ file, line }) => file === site.file && line === site.line);
  const members = open.members.of(selected.stack);
  const goroutine = selected.goroutine ?? (members.length === 1 ? members[0] : undefined);
  return (
    <section class="card goroutines-details" aria-label="The selected goroutine">
      <h2>
        <SideLetters open={open} stack={selected.stack} /> {titleOf(open, goroutine, info.count)}
      </h2>
      <Facts items={factsOf(open, selected, goroutine, folder)} />
      <Marks document={document} open={open} stack={selected.stack} goroutine={goroutine} />
      {excerpt === undefined ? null : <SourceLines excerpt={excerpt} />}
      <h3>Stack</h3>
      {info.unavailable === null || info.stack.length > 0 ? (
        <Stack stack={info.stack} folder={folder} cutShort={info.stackCut} site={site} />
      ) : (
        <p class="quiet">{sentence(info.unavailable)}</p>
      )}
      {info.startedAt.length < 2 ? null : (
        <details>
          <summary>Where it was started</summary>
          <Stack stack={info.startedAt} folder={folder} />
        </details>
      )}
      {info.count > 1 ? <Members open={open} selected={selected} onSelect={onSelect} /> : null}
    </section>
  );
}

function titleOf({ source: { list } }: OpenSource, goroutine: number | undefined, count: number): string {
  const id = goroutine === undefined ? -1 : (list.ids[goroutine] ?? -1);
  const all = `${countText(count)} goroutines with this stack`;
  if (goroutine === undefined) {
    return count === 1 ? "one goroutine" : all;
  }
  const name = id < 0 ? "a goroutine without an id" : `g${id}`;
  return count > 1 ? `${name}, one of ${all}` : name;
}

function factsOf(
  { source: { list }, members }: OpenSource,
  { stack }: Selected,
  goroutine: number | undefined,
  folder: string,
): FactItem[] {
  const info = list.stack(stack);
  const { waitMinutes, textLine } =
    goroutine === undefined ? { waitMinutes: null, textLine: null } : list.one(goroutine);
  const id = goroutine === undefined ? null : (list.ids[goroutine] ?? null);
  // Who started the others with this stack is not kept.
  const isFirst = goroutine !== undefined && members.of(stack)[0] === goroutine;
  const started = {
    goroutine: {
      id: id === null || id < 0 ? null : id,
      handle: "",
      startedAt: [...info.startedAt],
      startedBy: isFirst ? info.startedBy : null,
      entry: null,
    },
  };
  return [
    { label: "state", value: shown(info.state) },
    ...(waitMinutes === null
      ? info.wait === ""
        ? []
        : [{ label: "waits", value: shown(info.wait) }]
      : [{ label: "waits", value: `${waitMinutes} min` }]),
    ...info.waitsOn.map((text) => ({ label: "on", value: sentence(text) })),
    ...(info.remarks === "" ? [] : [{ label: "remarks", value: sentence(info.remarks) }]),
    { label: "started", value: startText(started, folder) },
    ...(textLine === null ? [] : [{ label: "text", value: `line ${countText(textLine)}` }]),
  ];
}

/** How they share the map of a conflict. */
function Marks({
  document,
  open,
  stack,
  goroutine,
}: {
  readonly document: StudioDocument;
  readonly open: OpenSource;
  readonly stack: number;
  readonly goroutine: number | undefined;
}): JSX.Element | null {
  const id = goroutine === undefined ? undefined : open.source.list.ids[goroutine];
  const marks = marksOfStack(open, stack).filter((one) => id === undefined || one.id === id);
  return marks.length === 0 ? null : (
    <>
      <h3>The map</h3>
      <ul class="goroutines-marks">
        {marks.slice(0, mostMarks).map(({ id: of, mark: { finding, side, text } }, index) => (
          <li key={index}>
            <span class="mono">g{of}</span>: {sentence(text)}
            {finding === null ? null : (
              <>
                {" ("}
                <a href={routeHash({ document: document.handle, view: "finding", params: { m: finding } })}>
                  side {side} of {shown(finding)}
                </a>
                )
              </>
            )}
          </li>
        ))}
      </ul>
      {marks.length > mostMarks ? <p class="quiet">and {counted(marks.length - mostMarks, "more")}</p> : null}
    </>
  );
}

/** The ids of all goroutines with this stack, a page at a time. */
function Members({
  open: { source, members },
  selected,
  onSelect,
}: {
  readonly open: OpenSource;
  readonly selected: Selected;
  readonly onSelect: (name: string) => void;
}): JSX.Element {
  const all = members.of(selected.stack);
  const from = useSignal(0);
  const start = Math.min(from.value, Math.max(0, all.length - 1));
  const page = [...all.subarray(start, start + pageOfIds)];
  const { count } = source.list.stack(selected.stack);
  return (
    <div>
      <h3>Goroutines with this stack</h3>
      <ul class="goroutines-ids">
        {page.map((goroutine) => {
          const id = source.list.ids[goroutine] ?? -1;
          return (
            <li key={goroutine}>
              {id < 0 ? (
                <span class="mono">g?</span>
              ) : (
                <button
                  class="mono"
                  aria-pressed={goroutine === selected.goroutine}
                  onClick={() => onSelect(`g${id}`)}
                >
                  g{id}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <p class="goroutines-pages">
        <span>
          {countText(start + 1)} to {countText(start + page.length)} of {countText(all.length)}
        </span>
        <button disabled={start === 0} onClick={() => (from.value = Math.max(0, start - pageOfIds))}>
          Earlier
        </button>
        <button disabled={start + page.length >= all.length} onClick={() => (from.value = start + pageOfIds)}>
          Later
        </button>
      </p>
      {count > all.length ? (
        <p class="quiet">
          {countText(count - all.length)} more are counted; their ids are not in the case file.
        </p>
      ) : null}
    </div>
  );
}
