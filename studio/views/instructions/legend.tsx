/** What the signs, colours and drawings of the listing mean. */
import type { ComponentChildren, JSX } from "preact";

/** The legend. */
export function Legend({
  compared,
  children,
}: {
  readonly compared: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="instructions-legend">
      <ul aria-label="What the signs mean">
        <li>
          <span class="instructions-key instructions-key-window" /> window: the mark is set
        </li>
        <li>
          <span class="instructions-key instructions-key-read" /> read
        </li>
        <li>
          <span class="instructions-key instructions-key-written" /> written
        </li>
        <li>
          <span class="instructions-key instructions-key-both" /> both
        </li>
        <li>
          <span class="instructions-key instructions-key-live" /> read later
        </li>
        <li>
          <span class="instructions-key instructions-key-jump">→</span> jump, dashed: back
        </li>
        {compared ? (
          <li>
            <b>=</b> same <b>~</b> other operands <b>&lt;</b> <b>&gt;</b> one side
          </li>
        ) : null}
      </ul>
      {children}
    </div>
  );
}
