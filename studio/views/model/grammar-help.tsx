/** How a program is written, in short; docs/model.md has the whole grammar. */
import type { JSX } from "preact";

const rows: readonly (readonly [string, string])[] = [
  ["a: m[1]=2; x=m[1]", "goroutine a, and what it does"],
  [
    "map m {1: 10, 2: 20}",
    "a map that is filled before; {0..7} for eight elements; map m[string] for other keys",
  ],
  ["m[1]=2  m[1]++  x=m[1]  x, ok = m[1]", "write, add, read"],
  ["delete m[1]  clear m  clone m  n=len(m)", "other operations"],
  ["for k, v = range m { x=v }", "iteration"],
  ["for i<3 m[i]=i*2", "the same again and again; if x == 1 { … } else { … }"],
  ["mutex mu  then  mu.Lock(); mu.Unlock()", "also rwmutex, waitgroup, chan c 1 (c <- 1, x = <-c)"],
  ["var x  then  x=1, r=x, atomic x=1, fence", "a shared variable"],
  ["go b", "starts goroutine b, which else begins at once"],
];

/** A list to unfold. */
export function GrammarHelp(): JSX.Element {
  return (
    <details class="model-grammar">
      <summary>How to write one</summary>
      <dl>
        {rows.map(([text, meaning]) => (
          <div key={text}>
            <dt class="mono">{text}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
