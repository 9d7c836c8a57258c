/**
 * All goroutines of a document, in groups with the same stack. In the address: `of`, which observation's goroutines; `q`, words to
 * look for; `state`; `own=1`, only those in the program's own code; `shared=1`, only those that share the map of a conflict;
 * `select`, a goroutine (`g7`).
 */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { countText } from "../../../src/case/count.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { goroutineSources } from "../../../src/document/goroutines/sources.js";
import type { GoroutineMatches } from "../../../src/document/goroutines/search.js";
import { counted, cut, sentence, shown } from "../../../src/report/text/shown.js";
import { many } from "../../../src/report/text/table.js";
import { route, setParams } from "../../page/route.js";
import type { ViewProps } from "../../page/view.js";
import { SearchField } from "../../parts/search-field.js";
import { EmptyState } from "../../parts/states.js";
import { moved, VirtualList } from "../../parts/virtual-list.js";
import { Details } from "./details.js";
import {
  find,
  type GoroutineParams,
  goroutineParams,
  nameOfStack,
  openSource,
  type OpenSource,
  selected,
} from "./model.js";
import { StackRow } from "./row.js";
import "./goroutines.css";

/** Pixels. */
const rowHeight = 54;
const listHeight = 620;
const listHeightNarrow = 330;
/** So many states can be chosen. */
const mostStates = 60;

/** The view. */
export function GoroutinesView({ document }: ViewProps): JSX.Element {
  const sources = useMemo(() => goroutineSources(document), [document]);
  const handle = route.value.params["of"];
  const chosen = sources.find((one) => one.handle === handle) ?? sources[0];
  return chosen === undefined ? (
    <EmptyState>
      <h1>Goroutines</h1>
      <p>
        Nothing in this case tells of goroutines. A crash text, an event file and a stop under GDB (
        <code>maptrap gdb run --case FILE</code>) do.
      </p>
    </EmptyState>
  ) : (
    <div class="goroutines">
      <h1>
        Goroutines {sources.length > 1 ? null : <span class="quiet goroutines-of">{chosen.title}</span>}
      </h1>
      {sources.length < 2 ? null : (
        <label class="goroutines-source">
          <span>of </span>
          <select
            value={chosen.handle}
            onChange={(event) => setParams({ of: event.currentTarget.value, select: "", state: "", q: "" })}
          >
            {sources.slice(0, 1000).map((one) => (
              <option key={one.handle} value={one.handle}>
                {shown(one.handle)} {cut(one.title, 80)}
              </option>
            ))}
          </select>
        </label>
      )}
      <OneSource key={chosen.handle} document={document} make={chosen.make} />
    </div>
  );
}

function OneSource({
  document,
  make,
}: {
  readonly document: StudioDocument;
  readonly make: ReturnType<typeof goroutineSources>[number]["make"];
}): JSX.Element {
  const open = useMemo(() => openSource(make()), [make]);
  const params = goroutineParams(route.value.params);
  const { text, state, own, shared } = params;
  const matches = useMemo(() => find(open, params), [open, text, state, own, shared]);
  const chosen = selected(open, matches, params.select);
  useEffect(() => {
    // What searching needs is made while a person still reads.
    const timer = setTimeout(() => open.search.prepare(), 50);
    return () => clearTimeout(timer);
  }, [open]);
  const at = chosen === undefined ? -1 : matches.stacks.indexOf(chosen.stack);
  const select = (index: number, how: "click" | "key"): void => {
    const stack = matches.stacks[index];
    if (stack !== undefined) {
      setParams({ select: nameOfStack(open, stack) }, how === "click" ? "push" : "replace");
    }
  };
  return (
    <>
      <Filters
        open={open}
        params={params}
        onKey={(event) => {
          const next = moved(event.key, { selected: at, count: matches.stacks.length, page: 8 });
          if (next !== undefined && event.key.startsWith("Arrow")) {
            event.preventDefault();
            select(next, "key");
          } else if (event.key === "Enter") {
            select(Math.max(0, at), "click");
          }
        }}
      />
      <Status open={open} matches={matches} />
      <div class="goroutines-columns">
        {matches.stacks.length === 0 ? (
          <EmptyState>No goroutine has all of that.</EmptyState>
        ) : (
          <VirtualList
            label="Goroutines with the same stack"
            count={matches.stacks.length}
            rowHeight={rowHeight}
            height={Math.min(
              matches.stacks.length * rowHeight + 2,
              innerWidth < 900 ? listHeightNarrow : listHeight,
            )}
            selected={at}
            onSelect={select}
            row={(index) => (
              <StackRow
                open={open}
                stack={matches.stacks[index] ?? 0}
                folder={document.case?.workingDirectory ?? "/"}
              />
            )}
          />
        )}
        {chosen === undefined || matches.stacks.length === 0 ? null : (
          <Details
            key={chosen.stack}
            document={document}
            open={open}
            selected={chosen}
            onSelect={(name) => setParams({ select: name })}
          />
        )}
      </div>
    </>
  );
}

function Status({
  open: { source },
  matches,
}: {
  readonly open: OpenSource;
  readonly matches: GoroutineMatches;
}): JSX.Element {
  const { list } = source;
  const all = matches.stacks.length === list.stackCount;
  return (
    <>
      <p class="goroutines-status" role="status">
        {all
          ? `${many(list.total, "goroutine")} in ${many(list.stackCount, "stack")}`
          : `${countText(matches.goroutines)} of ${many(list.total, "goroutine")} in ${many(matches.stacks.length, "stack")}`}
      </p>
      {list.notListed.map((text) => (
        <p key={text} class="quiet">
          {sentence(text)}
        </p>
      ))}
    </>
  );
}

function Filters({
  open,
  params,
  onKey,
}: {
  readonly open: OpenSource;
  readonly params: GoroutineParams;
  readonly onKey: (event: KeyboardEvent) => void;
}): JSX.Element {
  const states = useMemo(() => open.search.states(), [open]);
  const { marks } = open.source;
  return (
    <div class="goroutines-filters" role="search">
      <SearchField
        label="Search goroutines"
        placeholder="function, file, state, g7 …"
        value={params.text}
        onInput={(q) => setParams({ q, select: "" }, "replace")}
        onKeyDown={onKey}
      />
      <select
        aria-label="State"
        value={params.state}
        onChange={(event) => setParams({ state: event.currentTarget.value, select: "" })}
      >
        <option value="">all states</option>
        {states.slice(0, mostStates).map(({ state, count }) => (
          <option key={state} value={state}>
            {cut(shown(state), 50)} ({countText(count)})
          </option>
        ))}
      </select>
      <Choice
        label="own code"
        checked={params.own}
        onChange={(own) => setParams({ own: own ? "1" : "", select: "" })}
      />
      {marks.size === 0 ? null : (
        <Choice
          label={`shares the map (${counted(marks.size, "goroutine")})`}
          checked={params.shared}
          onChange={(shared) => setParams({ shared: shared ? "1" : "", select: "" })}
        />
      )}
    </div>
  );
}

function Choice({
  label,
  checked,
  onChange,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label class="goroutines-choice">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
