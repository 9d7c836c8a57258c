/** What is shown while nothing is open, and when more is to be opened. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { openFiles, openText } from "./open-here.js";

/** Drop, pick or paste. */
export function StartScreen(): JSX.Element {
  const text = useSignal("");
  return (
    <section class="start-screen">
      <h1>What do you have?</h1>
      <p>
        Drop files anywhere on this page, pick them, or paste a text. Everything is read here, in this page;
        nothing is sent anywhere.
      </p>
      <p>
        <label>
          Files{" "}
          <input
            type="file"
            multiple
            onChange={(event) => void openFiles([...(event.currentTarget.files ?? [])])}
          />
        </label>
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void openText(text.value);
        }}
      >
        <label for="crash-text">The text of a crash</label>
        <textarea
          id="crash-text"
          rows={12}
          spellcheck={false}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button disabled={text.value.trim() === ""}>Explain</button>
      </form>
    </section>
  );
}
