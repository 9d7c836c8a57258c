/**
 * Where the first documents come from: from within the page's own file (`--html`), or from the server of `maptrap studio`. A page
 * that has neither waits for files.
 */
import { decodeMessage } from "../../src/document/message.js";
import { opening, receive } from "../page/state.js";

/** Opens what the page was made for. */
export async function openAtStart(): Promise<void> {
  const handles = new Map<string, string>();
  const take = (line: string): void => {
    // Who followed a link, or went to a view while the documents were still being read, stays there.
    receive(decodeMessage(line), handles, location.hash.length <= 2);
  };
  const embedded = document.querySelector("#maptrap-documents")?.textContent;
  if (embedded !== undefined && embedded !== null) {
    for (const line of embedded.trim().split("\n")) {
      take(line);
    }
    return;
  }
  if (location.protocol === "http:") {
    await openServed(take);
  }
}

async function openServed(onLine: (line: string) => void): Promise<void> {
  opening.value = { text: "reading", share: null };
  try {
    const response = await fetch("documents");
    if (!response.ok || response.body === null) {
      throw new Error(`the server answers ${response.status}`);
    }
    let rest = "";
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let next = await pieces.read(); !next.done; next = await pieces.read()) {
      const lines = (rest + next.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.filter((one) => one !== "")) {
        onLine(line);
      }
    }
  } catch (error) {
    onLine(
      JSON.stringify({
        kind: "failure",
        name: "maptrap studio",
        sentence: `does not answer: ${error instanceof Error ? error.message : String(error)}`,
        wayOut: "see that the command maptrap studio still runs, and load the page again",
      }),
    );
  } finally {
    opening.value = null;
  }
}
