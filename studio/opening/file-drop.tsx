/** Files and folders that are dropped anywhere on the page, and text that is pasted outside of a field, are opened. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { placedFiles, sortGiven } from "./dropped.js";
import { openDropped, openGivenHere, openText } from "./open-here.js";

/** Takes what is dropped and pasted. */
export function FileDrop({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const over = useSignal(false);
  // What is pasted as soon as the page is shown counts.
  useLayoutEffect(() => {
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  }, []);
  return (
    <div
      class={over.value ? "file-drop file-drop-over" : "file-drop"}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) {
          over.value = false;
        }
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        if (event.dataTransfer !== null) {
          takeDropped(event.dataTransfer);
        }
      }}
    >
      {children}
    </div>
  );
}

/** A text of so many characters is opened at once: to lay it out in a field to look at takes seconds. */
const tooLongForField = 1_000_000;

function onPaste(event: ClipboardEvent): void {
  const { target, clipboardData } = event;
  const text = clipboardData?.getData("text/plain") ?? "";
  if (target instanceof HTMLElement && /^(?:INPUT|TEXTAREA)$/.test(target.tagName)) {
    if (target.id === "crash-text" && text.length > tooLongForField) {
      event.preventDefault();
      void openText(text);
    }
    return;
  }
  const files = [...(clipboardData?.files ?? [])];
  if (files.length > 0) {
    void openGivenHere(sortGiven(placedFiles(files)));
  } else if (text.trim() !== "") {
    void openText(text);
  }
}

/** A selection that is dragged from another page is a text. */
function takeDropped(transfer: DataTransfer): void {
  const text = transfer.getData("text/plain");
  if (transfer.items.length > 0 && Array.from(transfer.items).some(({ kind }) => kind === "file")) {
    void openDropped(transfer);
  } else if (text.trim() !== "") {
    void openText(text, "dropped text");
  }
}
