/** Searching: a field, how many were found, and the way from one to the next. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { countText } from "../../../src/case/count.js";
import { route, setParams } from "../../page/route.js";
import { SearchField } from "../../parts/search-field.js";
import type { Commands } from "./commands.js";
import { showing } from "./viewport.js";

/** The field with its result. */
export function TimelineSearch({ commands }: { readonly commands: Commands }): JSX.Element {
  const { session } = commands;
  const query = route.value.params["q"] ?? "";
  const share = useSearch(commands, query);
  const step = async (steps: 1 | -1): Promise<void> => {
    const found = session.found.peek();
    const view = session.view.peek();
    const now = commands.selection.current.peek();
    const at = now?.detail?.mark.row;
    const to = await session.worker.call("found", { after: at ?? -1, steps });
    if (to !== null && found !== null) {
      session.found.value = { ...found, position: to.position };
      session.look(showing(view, to.mark.clock, session.opened.peek() ?? view));
      commands.selection.mark(to.mark);
    }
  };
  const found = session.found.value;
  const none = found === null || found.count === 0;
  return (
    <div class="timeline-search" role="search">
      <SearchField
        label="Search marks"
        placeholder="g7, a function, file:line, write, growth …"
        value={query}
        onInput={(text) => setParams({ q: text }, "replace")}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            void step(event.shiftKey ? -1 : 1);
          }
        }}
      />
      <button aria-label="Previous match" disabled={none} onClick={() => void step(-1)}>
        ↑
      </button>
      <button aria-label="Next match" disabled={none} onClick={() => void step(1)}>
        ↓
      </button>
      <span class="timeline-count" role="status">
        {foundText(found, share)}
      </span>
      {share === null ? null : (
        <button onClick={() => setParams({ q: "" }, "replace")}>Cancel the search</button>
      )}
    </div>
  );
}

/** Searches whenever the words or the map change. Gives how far it is; null where nothing is being searched. */
function useSearch({ session }: Commands, query: string): number | null {
  const share = useSignal<number | null>(null);
  const map = session.map.value;
  const ready = session.shown.value !== null;
  useEffect(() => {
    share.value = null;
    if (query.trim() === "" || !ready) {
      session.found.value = null;
      return undefined;
    }
    const control = new AbortController();
    const { signal } = control;
    const search = async (): Promise<void> => {
      share.value = 0;
      try {
        const onNews = (news: { readonly share: number }): void => {
          share.value = news.share;
        };
        const found = await session.worker.call("search", { query, map }, { signal, onNews });
        session.found.value = { ...found, query, position: 0 };
      } catch (error) {
        if (!signal.aborted) {
          session.error.value = error instanceof Error ? error : new Error(String(error));
        }
      }
      if (!signal.aborted) {
        share.value = null;
      }
    };
    // A person is still typing.
    const timer = setTimeout(() => void search(), 150);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [query, map, ready]);
  return share.value;
}

function foundText(
  found: { readonly count: number; readonly position: number } | null,
  share: number | null,
): string {
  if (share !== null) {
    return `searching: ${Math.round(share * 100)} %`;
  }
  if (found === null) {
    return "";
  }
  const all = `${countText(found.count)} ${found.count === 1 ? "match" : "matches"}`;
  return found.position === 0 ? all : `${countText(found.position)} of ${all}`;
}
