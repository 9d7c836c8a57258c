/** Files that are dropped anywhere on the page, and text that is pasted outside of a field, are opened. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { openFiles, openText } from "./open-here.js";

/** Takes what is dropped and pasted. */
export function FileDrop({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const over = useSignal(false);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const { target, clipboardData } = event;
      if (target instanceof HTMLElement && /^(?:INPUT|TEXTAREA)$/.test(target.tagName)) {
        return;
      }
      const files = [...(clipboardData?.files ?? [])];
      const text = clipboardData?.getData("text/plain") ?? "";
      if (files.length > 0) {
        void openFiles(files);
      } else if (text !== "") {
        void openText(text);
      }
    };
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
        void openFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {children}
    </div>
  );
}
