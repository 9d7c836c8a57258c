/** What the page holds: the documents that are open, what is being opened, and what could not be. */
import { computed, signal } from "@preact/signals";
import type { DocumentMessage, StudioDocument } from "../../src/document/document.js";
import { navigate, route } from "./route.js";

/** The documents, in the order in which they came. */
export const documents = signal<readonly StudioDocument[]>([]);

/** What is being opened; null when nothing is. */
export const opening = signal<{ readonly text: string; readonly share: number | null } | null>(null);

/** How many views are reading large recordings now: other work on these waits for them. */
export const readingRecordings = signal(0);

/** A view begins to read a recording. What is given is to be called when it has, or gave up; more calls do nothing. */
export function beginReading(): () => void {
  let isOver = false;
  readingRecordings.value = readingRecordings.peek() + 1;
  return () => {
    readingRecordings.value = readingRecordings.peek() - (isOver ? 0 : 1);
    isOver = true;
  };
}

/** What could not be opened, newest last. */
export const failures = signal<readonly Extract<DocumentMessage, { readonly kind: "failure" }>[]>([]);

/** The document that is shown. */
export const shownDocument = computed(
  () => documents.value.find(({ handle }) => handle === route.value.document) ?? documents.value[0],
);

/** The handle for the next document of the page's own. */
export function nextHandle(): string {
  const numbers = documents.peek().map(({ handle }) => Number(/^d(\d+)$/.exec(handle)?.[1] ?? -1));
  return `d${Math.max(-1, ...numbers) + 1}`;
}

/**
 * Takes a message of whoever opens files. Its documents get handles that are free here.
 *
 * @param handles which handle of the sender is which here; kept by the caller for as long as one sender speaks
 * @param show whether the first document is gone to
 */
export function receive(message: DocumentMessage, handles: Map<string, string>, show: boolean): void {
  switch (message.kind) {
    case "progress":
      opening.value = { text: message.text, share: message.share };
      return;
    case "failure":
      failures.value = [...failures.peek(), message];
      return;
    case "end":
      opening.value = null;
      return;
    case "document": {
      const known = handles.get(message.document.handle);
      const handle = known ?? nextHandle();
      const document = { ...message.document, handle };
      const isFirst = handles.size === 0;
      handles.set(message.document.handle, handle);
      documents.value =
        known === undefined
          ? [...documents.peek(), document]
          : documents.peek().map((one) => (one.handle === handle ? document : one));
      if (show && isFirst) {
        navigate({ document: handle, view: "", params: {} });
      }
      return;
    }
    default:
      message satisfies never;
  }
}
