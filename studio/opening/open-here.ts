/** Opens files in the page itself, in a worker: nothing is sent anywhere. */
import { signal } from "@preact/signals";
import type { DocumentMessage, StudioDocument } from "../../src/document/document.js";
import { many } from "../../src/report/text/table.js";
import { navigate, route } from "../page/route.js";
import { documents, failures, opening, readingRecordings, receive } from "../page/state.js";
import { connectWorker } from "../parts/workers.js";
import type { HeldFile, HeldSource, OpeningCalls } from "./calls.js";
import type { Given } from "./dropped.js";
import { givenByDrop } from "./walk.js";
import OpeningWorker from "./opening.worker.ts?worker";

/** The Go source that was given; texts that are opened later are looked up in it too. */
export const heldSource = signal<HeldSource | null>(null);

/** Files that were opened together, for opening them again when the source comes later. */
interface Opened {
  readonly files: readonly HeldFile[];
  /** Which handle of the worker's is which here. */
  readonly handles: Map<string, string>;
  /** Source of their own, whatever else was given. */
  readonly source?: HeldSource | undefined;
}

const opened: Opened[] = [];
/** One thing is opened after another. */
let last: Promise<void> = Promise.resolve();
/** What goes on: it can be ended. */
let working: { readonly close: () => void } | undefined;
/** Whether something is being opened in the page itself: it can be ended. */
export const isOpeningHere = signal(false);
let cancelled = false;

/** Opens what was dropped or picked. */
export async function openGivenHere({ files, source, empty, left }: Given): Promise<void> {
  if (source !== null) {
    heldSource.value = source;
  }
  failures.value = [
    ...failures.peek(),
    ...empty.map(nothingIn),
    ...left.map((one) => ({ kind: "failure" as const, ...one })),
  ];
  if (source !== null) {
    // What is being opened began without this source, and is to have it too.
    await last;
  }
  const before = [...opened];
  if (files.length > 0) {
    await openHeld({ files, handles: new Map() }, true);
  }
  if (source !== null) {
    for (const one of before.filter(mayFitSource)) {
      await openHeld(one, false);
    }
  }
}

/** Opens what was dropped. To be called at once in the event. */
export async function openDropped(transfer: DataTransfer): Promise<void> {
  let over = false;
  const mine = { close: () => (over = true) };
  const given = givenByDrop(transfer, {
    progress: (folder, entries) => {
      if (!over && working === undefined) {
        working = mine;
        isOpeningHere.value = true;
      }
      if (working === mine) {
        opening.value = {
          text: `looking through ${folder}: ${many(entries, "entry", "entries")}`,
          share: null,
        };
      }
    },
    isOver: () => over,
  });
  try {
    const all = await given;
    release(mine);
    await (over ? undefined : openGivenHere(all));
  } finally {
    release(mine);
  }
}

/** What went on is over. */
function release(what: NonNullable<typeof working>): void {
  if (working === what) {
    working = undefined;
    isOpeningHere.value = false;
    opening.value = null;
  }
}

/** Opens a text that was pasted or written. */
export async function openText(text: string, name = "pasted text"): Promise<void> {
  await openHeld(
    { files: [{ name, blob: new Blob([text], { type: "text/plain" }) }], handles: new Map() },
    true,
  );
}

/** Opens a text with its source, for those who have none at hand. */
export async function openExample(name: string, text: string, source: HeldSource): Promise<void> {
  // A page from disk cannot read source.
  const own = import.meta.env["STUDIO_SINGLE"] === true ? undefined : source;
  await openHeld({ files: [{ name, blob: new Blob([text]) }], handles: new Map(), source: own }, true);
}

/** Ends what is being opened. */
export function cancelOpening(): void {
  cancelled = true;
  working?.close();
}

async function openHeld(one: Opened, show: boolean): Promise<void> {
  const work = last.then(async () => openNow(one, show));
  last = work;
  await work;
}

async function openNow(one: Opened, show: boolean): Promise<void> {
  const worker = connectWorker<OpeningCalls>(() => new OpeningWorker({ name: "opening" }));
  working = worker;
  isOpeningHere.value = true;
  cancelled = false;
  const names = one.files.map(({ name }) => name);
  opening.value = { text: `opening ${names[0] ?? ""}`, share: null };
  if (show && documents.peek().length === 0 && route.peek().view === "") {
    // So that the back button leads to the start again.
    navigate({ document: "", view: "start", params: {} }, "replace");
  }
  try {
    await worker.call(
      "open",
      { files: one.files, source: one.source ?? heldSource.peek() },
      {
        onNews: (message) => {
          if (!cancelled) {
            receive(message, one.handles, show);
            if (isEarly(message)) {
              void recordingsAreRead()
                .then(async () => worker.call("goOn", null))
                .catch(() => undefined);
            }
          }
        },
      },
    );
    if (one.handles.size > 0 && !opened.includes(one)) {
      opened.push(one);
    }
  } catch (error) {
    if (!cancelled) {
      const message = error instanceof Error ? error.message : String(error);
      failures.value = [
        ...failures.peek(),
        {
          kind: "failure",
          name: names.join(", "),
          sentence: `could not be opened: ${message}`,
          wayOut: "it may be too large for a page: maptrap studio FILE reads it on the command line",
        },
      ];
    }
  } finally {
    worker.close();
    release(worker);
  }
}

/** Whether it shows recordings of which the case is still to come. */
function isEarly(message: DocumentMessage): boolean {
  return (
    message.kind === "document" && message.document.case === null && message.document.recordings.length > 0
  );
}

/** So long, in milliseconds, a view has to begin to read what it is to show. */
const untilReading = 500;

/** Resolves when no view reads a recording: one that was just given is first waited for. */
async function recordingsAreRead(): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, untilReading);
  });
  await new Promise<void>((resolve) => {
    const stop = readingRecordings.subscribe((count) => {
      if (count === 0) {
        resolve();
        // At the first call there is nothing to stop yet.
        queueMicrotask(() => stop());
      }
    });
  });
}

/** Texts are explained again with their source; what was recorded has its places already, and only gets the lines around them. */
function mayFitSource({ files, handles, source }: Opened): boolean {
  const here = new Set(handles.values());
  const size = files.reduce((sum, { blob }) => sum + blob.size, 0);
  return (
    source === undefined &&
    size < largestAgain &&
    documents.peek().some((one) => here.has(one.handle) && hasEvidence(one))
  );
}

const largestAgain = 100 * 1024 * 1024;

function hasEvidence({ case: incident }: StudioDocument): boolean {
  return incident?.evidence.some(({ kind }) => kind === "crash-text" || kind === "event-file") === true;
}

function nothingIn(name: string): (typeof failures.value)[number] {
  return {
    kind: "failure",
    name,
    sentence: "is a folder with neither Go source nor anything else that can be opened",
    wayOut: "drop the folder of the program's module, of its recordings, or the files themselves",
  };
}
