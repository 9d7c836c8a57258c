/** What could not be opened, as a message. */
import { MaptrapError } from "../../base/errors.js";
import { EventFileDamagedError } from "../../evidence/ring/errors.js";
import type { DocumentMessage } from "../document.js";

/** Makes the message of an error, whatever it is: one file that cannot be opened does not stop the others. */
export function failureOf(
  name: string,
  error: unknown,
): Extract<DocumentMessage, { readonly kind: "failure" }> {
  if (error instanceof EventFileDamagedError) {
    const sentence = `has a damaged header: ${error.reason}`;
    return { kind: "failure", name, sentence, wayOut: error.wayOut ?? null };
  }
  if (error instanceof MaptrapError) {
    return {
      kind: "failure",
      name,
      sentence: withoutName(error.message, name),
      wayOut: error.wayOut ?? null,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const isMemory = error instanceof RangeError && /alloc|length|memory|size/i.test(message);
  return isMemory
    ? {
        kind: "failure",
        name,
        sentence: "needs more memory than there is here",
        wayOut: "open it with maptrap studio FILE, or make a case file of it with maptrap read --json",
      }
    : {
        kind: "failure",
        name,
        sentence: `could not be opened: ${message}`,
        wayOut: "that is a mistake of maptrap's; the file would help to find it",
      };
}

/** The page puts the name in front by itself. */
function withoutName(message: string, name: string): string {
  return name !== "" && message.startsWith(name)
    ? message.slice(name.length).replace(/^[:\s]+/, "")
    : message;
}
