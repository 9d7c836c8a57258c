/** How a program is written, in short. */
import type { JSX } from "preact";
import { grammarLines } from "./grammar.js";

/** A list to unfold. */
export function GrammarHelp(): JSX.Element {
  return (
    <details class="model-grammar">
      <summary>How to write one</summary>
      <dl>
        {grammarLines.map(({ text, meaning }) => (
          <div key={text}>
            <dt class="mono">{text}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
