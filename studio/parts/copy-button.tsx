/** A button that puts a text on the clipboard, and says that it did. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import "./parts.css";

/** How long it says so. */
const saidMilliseconds = 2000;

/** Copies a text. */
export function CopyButton({
  text,
  label = "Copy",
}: {
  readonly text: string;
  readonly label?: string;
}): JSX.Element {
  const said = useSignal("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = "Copied";
    } catch {
      // A page may be refused the clipboard; then the text is still there to be selected.
      said.value = "Not allowed: select the text";
    }
    setTimeout(() => (said.value = ""), saidMilliseconds);
  };
  return (
    <button
      class="part-copy"
      onClick={() => void copy()}
      aria-label={said.value === "" ? `${label}: ${text.slice(0, 80)}` : undefined}
    >
      {said.value === "" ? label : said.value}
    </button>
  );
}
