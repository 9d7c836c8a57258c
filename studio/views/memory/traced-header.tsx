/** A header as far as a trace has told of it. */
import type { JSX } from "preact";
import type { TracedState } from "../../../src/document/trace-states.js";
import { isPointer } from "../../../src/report/map-header.js";
import { shown } from "../../../src/report/text/shown.js";

/** The table. */
export function TracedHeader({ state }: { readonly state: TracedState }): JSX.Element {
  return (
    <section aria-label="Header">
      <h3>Header</h3>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Fields of the header">
        <table class="memory-header">
          <thead>
            <tr>
              <th scope="col">field</th>
              <th scope="col">value</th>
              <th scope="col">in this event</th>
              <th scope="col">told by</th>
            </tr>
          </thead>
          <tbody>
            {state.fields.slice(0, 64).map(({ name, value, before, since, meaning }) => {
              const nilled = (text: string): string =>
                isPointer({ name }) && (text === "0" || text === "0x0") ? "nil" : shown(text);
              const isMarked = (name === "flags" || name === "writing") && state.mark?.set === true;
              return (
                <tr
                  key={name}
                  class={`${isMarked ? "memory-marked" : ""} ${before === null ? "" : "memory-changed"}`}
                >
                  <th scope="row" class="mono">
                    {shown(name)}
                  </th>
                  <td class="mono">
                    {value === null ? <span class="memory-unknown">not known yet</span> : nilled(value)}
                    {meaning === null ? "" : ` ${shown(meaning)}`}
                  </td>
                  <td>{before === null ? "" : <span class="memory-change">▴ was {nilled(before)}</span>}</td>
                  <td class="quiet">{since === null ? "" : `event ${since}`}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
