/** The frame around the views: what is open, the tabs, and what is being opened or could not be. */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ErrorState, LoadingState } from "../parts/states.js";
import { cancelOpening, isOpeningHere } from "../opening/open-here.js";
import { StartScreen } from "../opening/start-screen.js";
import { FileDrop } from "../opening/file-drop.js";
import { KeyHelp, useFrameKeys } from "./keys.js";
import { sanitizeLine } from "../../src/base/text.js";
import { emptyDocument } from "../../src/document/document.js";
import { cutMiddle } from "../../src/report/text/shown.js";
import { navigate, route } from "../page/route.js";
import { documents, failures, opening, shownDocument } from "../page/state.js";
import { theme, toggleTheme } from "../page/theme.js";
import type { View, ViewProps } from "../page/view.js";
import { views } from "./views.js";

/** A document's title is shown with so many characters. */
const longestTitle = 60;

/** The title without the folders that files are in, which would leave no room for their names. A command stays as it was called. */
function shortTitle(title: string): string {
  const names = title.startsWith("maptrap ")
    ? title
    : title
        .split(", ")
        .map((name) => name.slice(name.lastIndexOf("/") + 1))
        .join(", ");
  return cutMiddle(sanitizeLine(names), longestTitle);
}

/** The model needs no evidence. */
const noDocument = emptyDocument("-", "");

/** The whole page. */
export function Frame(): JSX.Element {
  const helpOpen = useSignal(false);
  useFrameKeys(helpOpen);
  return (
    <FileDrop>
      <a class="skip-link" href="#view">
        Skip to the view
      </a>
      <header class="frame-header">
        <button class="brand" onClick={() => navigate({ document: "", view: "start", params: {} })}>
          maptrap <span>studio</span>
        </button>
        <DocumentChoice />
        <Tabs />
        <div class="frame-tools">
          <button
            onClick={toggleTheme}
            aria-label={`Use ${theme.value === "dark" ? "light" : "dark"} colours`}
          >
            {theme.value === "dark" ? "Light" : "Dark"}
          </button>
          <button onClick={() => (helpOpen.value = true)} aria-label="Keys" title="Keys (?)">
            ?
          </button>
        </div>
      </header>
      <Opening />
      <Failures />
      <MoreToSee />
      <main id="view" tabIndex={-1}>
        <Shown />
      </main>
      <KeyHelp open={helpOpen} />
    </FileDrop>
  );
}

function DocumentChoice(): JSX.Element | null {
  const all = documents.value;
  const shown = shownDocument.value;
  if (all.length === 0 || shown === undefined) {
    return null;
  }
  return (
    <div class="document-choice">
      <select
        aria-label="What is shown"
        value={shown.handle}
        onChange={(event) => navigate({ document: event.currentTarget.value, view: "", params: {} })}
      >
        {all.map(({ handle, title }) => (
          <option key={handle} value={handle}>
            {handle} {shortTitle(title)}
          </option>
        ))}
      </select>
      <button
        onClick={() => navigate({ document: "", view: "start", params: {} })}
        title="Open more files or a text"
      >
        Open…
      </button>
    </div>
  );
}

/** The view that is shown: the one in the address, else the first one that the document has something for. */
export function shownView(): View | undefined {
  const named = views.find(({ name }) => name === route.value.view);
  const shown = shownDocument.value;
  if (route.value.view === "start" || (shown === undefined && named?.name !== "model")) {
    return undefined;
  }
  return named ?? views.find(({ has }) => shown !== undefined && has(shown));
}

/**
 * Stays where the page is when more of the document that is shown comes, such as the case of a large recording whose timeline is there
 * already: what it would begin with now is offered instead.
 */
function useStaying(offered: Signal<Offer | null>): void {
  const last = useRef<{ readonly handle: string; readonly view: string } | null>(null);
  useSignalEffect(() => {
    const shown = shownDocument.value;
    const { view } = route.value;
    const first = views.find(({ has }) => shown !== undefined && has(shown));
    if (shown === undefined || first === undefined || view !== "") {
      const isBehind = offered.peek()?.handle !== shown?.handle || offered.peek()?.view.name === view;
      if (isBehind) {
        offered.value = null;
      }
      last.current = null;
      return;
    }
    const before = last.current;
    last.current = { handle: shown.handle, view: first.name };
    if (before !== null && before.handle === shown.handle && before.view !== first.name) {
      offered.value = { handle: shown.handle, view: first };
      navigate({ document: shown.handle, view: before.view }, "replace");
    }
  });
}

/** A view that there is something for since the page was begun. */
interface Offer {
  readonly handle: string;
  readonly view: View;
}

function MoreToSee(): JSX.Element | null {
  const offered = useSignal<Offer | null>(null);
  useStaying(offered);
  const offer = offered.value;
  return (
    <div role="status">
      {offer === null ? null : (
        <p class="frame-offer">
          There is more of this document now:{" "}
          <a href={`#/${offer.handle}/${offer.view.name}`}>show {offer.view.title}</a>
        </p>
      )}
    </div>
  );
}

function Tabs(): JSX.Element {
  const current = shownView();
  const shown = shownDocument.value;
  return (
    <nav aria-label="Views" class="tabs">
      {views.map(({ name, title, has }, index) => {
        const something = shown === undefined ? name === "model" : has(shown);
        return (
          <a
            key={name}
            href={`#/${shown?.handle ?? "-"}/${name}`}
            aria-current={current?.name === name ? "page" : undefined}
            class={something ? "tab" : "tab tab-empty"}
            title={`${title} (${index + 1})${something ? "" : ": nothing of this kind is open"}`}
          >
            {title}
          </a>
        );
      })}
    </nav>
  );
}

function Opening(): JSX.Element | null {
  const now = opening.value;
  return now === null ? null : (
    <LoadingState
      text={now.text}
      share={now.share}
      onCancel={isOpeningHere.value ? cancelOpening : undefined}
    />
  );
}

function Failures(): JSX.Element | null {
  const all = failures.value;
  return all.length === 0 ? null : (
    <div class="failures" role="alert">
      {all.map((one, index) => (
        <ErrorState
          key={index}
          sentence={`${one.name} ${one.sentence}`}
          wayOut={one.wayOut}
          onClose={() => (failures.value = failures.peek().filter((other) => other !== one))}
        />
      ))}
    </div>
  );
}

function Shown(): JSX.Element {
  const view = shownView();
  const shown = shownDocument.value;
  if (view === undefined) {
    return <StartScreen />;
  }
  if (shown !== undefined && !view.has(shown)) {
    return (
      <section class="state">
        <h1>{view.title}</h1>
        <p>{view.empty}</p>
      </section>
    );
  }
  return <Loaded key={view.name} view={view} />;
}

/** A view whose code may still have to come. */
function Loaded({ view }: { readonly view: View }): JSX.Element {
  const loaded = useSignal<ComponentType<ViewProps> | Error | undefined>(undefined);
  useEffect(() => {
    view.load().then(
      (component) => (loaded.value = component),
      (error: unknown) => (loaded.value = error instanceof Error ? error : new Error(String(error))),
    );
  }, [view]);
  useSignalEffect(() => {
    document.title = `${shortTitle(shownDocument.value?.title ?? "maptrap")} · ${view.title} · maptrap studio`;
  });
  const Component = loaded.value;
  const shown = shownDocument.value ?? noDocument;
  if (Component === undefined) {
    return (
      <section aria-label={view.title}>
        <h1 class="visually-hidden">{view.title}</h1>
        <LoadingState text={`loading ${view.title}`} share={null} />
      </section>
    );
  }
  if (Component instanceof Error) {
    return (
      <ErrorState
        sentence={`${view.title} could not be loaded: ${Component.message}`}
        wayOut="load the page again; where it comes from maptrap studio, see that the command still runs"
      />
    );
  }
  return <Component key={shown.handle} document={shown} />;
}
