/** Keys that work everywhere, and the list of all keys. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { navigate } from "../page/route.js";
import { shownDocument } from "../page/state.js";
import { toggleTheme } from "../page/theme.js";
import { views } from "./views.js";

/** Whether a key goes into a field that a person writes in. */
export function isWriting(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The keys of the frame: 1 to 6 for views, `d` for colours, `o` to open files, `/` to search, `?` for help. */
export function useFrameKeys(helpOpen: Signal<boolean>): void {
  // What is pressed as soon as the page is shown counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isWriting(event) || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const view = views[Number(event.key) - 1];
      if (view !== undefined) {
        navigate({ document: shownDocument.peek()?.handle ?? "-", view: view.name, params: {} });
      } else if (event.key === "?") {
        helpOpen.value = true;
      } else if (event.key === "d") {
        toggleTheme();
      } else if (event.key === "o") {
        navigate({ document: "", view: "start", params: {} });
      } else if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("main input[type=search]");
        field?.focus();
        if (field === null) {
          return;
        }
      } else {
        return;
      }
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [helpOpen]);
}

const keys: readonly (readonly [string, string])[] = [
  ["1 to 6", "the views"],
  ["/", "search in the view"],
  ["?", "this list"],
  ["d", "dark or light colours"],
  ["o", "open files or a text"],
  ["Tab, arrows, Enter", "through what is shown"],
  ["+ and −, ← and →", "timeline: zoom and move; 0 shows all, [ and ] the mark before and after"],
  ["← and →", "map memory and model: a state back and forward; Home and End the first and last"],
  [
    "n and p, w",
    "instructions: the next place and the one before, the window of the mark; m, f and c: mark, fatal call, call",
  ],
  ["Back", "the browser's: undoes a step"],
];

/** The list of keys. */
export function KeyHelp({ open }: { readonly open: Signal<boolean> }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open.value && dialog.current?.open === false) {
      dialog.current.showModal();
    }
  }, [open.value]);
  return (
    <dialog ref={dialog} class="key-help" aria-label="Keys" onClose={() => (open.value = false)}>
      <h2>Keys</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button>Close</button>
      </form>
    </dialog>
  );
}
