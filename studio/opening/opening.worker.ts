/** Opens files: the same code as on the command line, in a worker of the page. */
import { MaptrapError } from "../../src/base/errors.js";
import { openGiven } from "../../src/document/open.js";
import type { DocumentMessage } from "../../src/document/document.js";
import type { CrashReport } from "../../src/evidence/crashtext/crash-text.js";
import type { SourceFacts } from "../../src/evidence/source/facts.js";
import { serveCalls } from "../parts/workers.js";
import type { OpeningCalls, OpeningRequest } from "./calls.js";
import { givenBlob } from "./given-blob.js";
import { SourceHere } from "./source-here.js";

/** Source cannot be read in the page of `--html`: the grammar would be twice as large as all else. */
class NoGrammarError extends MaptrapError {
  constructor() {
    super("Go source is read by maptrap studio, and not in a page that was opened from disk", {
      wayOut: "maptrap studio, and drop both there; or maptrap explain --source FOLDER --html FILE",
    });
  }
}

/**
 * Summing up a recording takes 24 bytes for each event of 64, beside as much for its timeline; and maptrap read takes no larger event
 * file either.
 */
const largestRecording = 1024 * 1024 * 1024;

/** Called when the page has drawn what it was given first. */
let goOn: () => void = () => undefined;

serveCalls<OpeningCalls>("opening", {
  open: async (request, { news }) => {
    await open(request, (message) => news(message, heldIn(message)));
    return null;
  },
  goOn: () => {
    goOn();
    return null;
  },
});

/** Memory that moves to the page with a message: a large map is a hundred megabytes. */
function heldIn(message: DocumentMessage): readonly ArrayBuffer[] {
  const maps = message.kind === "document" ? message.document.maps : [];
  return maps.flatMap(({ packed }) =>
    packed?.kind === "held" && packed.bytes.buffer instanceof ArrayBuffer ? [packed.bytes.buffer] : [],
  );
}

async function open(
  { files, source }: OpeningRequest,
  give: (message: DocumentMessage) => void,
): Promise<void> {
  const progress = (text: string, share: number | null): void => give({ kind: "progress", text, share });
  if (source !== null) {
    progress("reading the source", null);
  }
  const here = source === null ? undefined : await SourceHere.read(source);
  const messages = openGiven(files.map(givenBlob), {
    command: ["maptrap", "studio"],
    // Paths are shown as they are: no file lies here.
    workingDirectory: ".",
    symbolsOf: async () => Promise.resolve(undefined),
    factsFor: async (reports) => {
      try {
        return here === undefined ? undefined : await factsOf(here, reports, progress);
      } catch (error) {
        // The text says enough without its source.
        give(failure(error));
        return undefined;
      }
    },
    readSource: here?.readSource ?? (() => undefined),
    largestRecording,
    beforeCase: async () => {
      progress("waiting for the timeline", null);
      await new Promise<void>((resolve) => (goOn = resolve));
    },
    progress,
  });
  for await (const message of messages) {
    give(message);
  }
}

async function factsOf(
  here: SourceHere,
  reports: readonly CrashReport[],
  progress: (text: string, share: number | null) => void,
): Promise<SourceFacts> {
  if (import.meta.env["STUDIO_SINGLE"] === true) {
    throw new NoGrammarError();
  }
  const { factsFor } = await import("./source-facts.js");
  return factsFor(here, reports, progress);
}

function failure(error: unknown): DocumentMessage {
  return {
    kind: "failure",
    name: "the source",
    sentence: `was not used: ${error instanceof Error ? error.message : String(error)}`,
    wayOut: error instanceof MaptrapError ? (error.wayOut ?? null) : null,
  };
}
