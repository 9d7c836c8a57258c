/** What the signs, colours and drawings of the listing mean. */
import type { JSX } from "preact";

/** The legend. */
export function Legend({ compared }: { readonly compared: boolean }): JSX.Element {
  return (
    <ul class="instructions-legend" aria-label="What the signs mean">
      <li>
        <span class="instructions-key instructions-key-window" /> the mark is set: the window in which another
        goroutine's test ends the process
      </li>
      <li>
        <span class="instructions-key instructions-key-read" /> register read
      </li>
      <li>
        <span class="instructions-key instructions-key-written" /> written
      </li>
      <li>
        <span class="instructions-key instructions-key-both" /> both
      </li>
      <li>
        <span class="instructions-key instructions-key-live" /> holds what is read later
      </li>
      <li>
        <span class="instructions-key instructions-key-jump">→</span> jump; dashed: back
      </li>
      {compared ? (
        <li>
          <b>=</b> same, <b>~</b> other operands, <b>&lt;</b> <b>&gt;</b> on one side only
        </li>
      ) : null}
    </ul>
  );
}
