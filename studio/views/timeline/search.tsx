/** Searching: a field, how many were found, and the way from one to the next. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { countText } from "../../../src/case/count.js";
import { route, setParams } from "../../page/route.js";
import { SearchField } from "../../parts/search-field.js";
import type { Commands } from "./commands.js";
import type { TimelineSession } from "./session.js";
import { showing } from "./viewport.js";

/** The field with its result. */
export function TimelineSearch({ commands }: { readonly commands: Commands }): JSX.Element {
  const { session } = commands;
  const query = route.value.params["q"] ?? "";
  // Enter that came before the search had ended.
  const wish = useRef<1 | -1 | null>(null);
  const step = async (steps: 1 | -1): Promise<void> => {
    const found = foundFor(session.found.peek(), query);
    if (found === null) {
      wish.current = query.trim() === "" ? null : steps;
      return;
    }
    const view = session.view.peek();
    const now = commands.selection.current.peek();
    const at = now?.detail?.mark.row;
    const to = await session.worker.call("found", { after: at ?? -1, steps });
    if (to !== null && session.found.peek()?.query === query) {
      session.found.value = { ...found, position: to.position };
      session.look(showing(view, to.mark.clock, session.opened.peek() ?? view));
      commands.selection.mark(to.mark);
    }
  };
  const share = useSearch(commands, query, () => {
    const steps = wish.current;
    wish.current = null;
    if (steps !== null) {
      void step(steps);
    }
  });
  const found = foundFor(session.found.value, query);
  const none = found === null || found.count === 0;
  return (
    <div class="timeline-search" role="search">
      <SearchField
        label="Search marks"
        placeholder="g7, a function, file:line, write, growth …"
        value={query}
        onInput={(text) => {
          wish.current = null;
          setParams({ q: text }, "replace");
        }}
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

type FoundMarks = NonNullable<TimelineSession["found"]["value"]>;

/** What was found for these words; null where that is still to come. */
function foundFor(found: FoundMarks | null, query: string): FoundMarks | null {
  return found?.query === query ? found : null;
}

/** Searches whenever the words or the map change. Gives how far it is; null where nothing is being searched. */
function useSearch({ session }: Commands, query: string, onFound: () => void): number | null {
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
        onFound();
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

function foundText(found: Pick<FoundMarks, "count" | "position"> | null, share: number | null): string {
  if (share !== null) {
    return `searching: ${Math.round(share * 100)} %`;
  }
  if (found === null) {
    return "";
  }
  const all = `${countText(found.count)} ${found.count === 1 ? "match" : "matches"}`;
  return found.position === 0 ? all : `${countText(found.position)} of ${all}`;
}
