/**
 * Map memory: a map as it lies in memory, at one moment or along many.
 *
 * Params: `map` (map0, m0, traced1, or an address), `at` (number of a state from 1, or of an event of the trace), `time` (nanoseconds since
 * the trace began: the last event until then), `select` (a place: `bucket 3, slot 2`).
 */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { route, setParams } from "../../page/route.js";
import type { ViewProps } from "../../page/view.js";
import { EmptyState } from "../../parts/states.js";
import { Recorded } from "./recorded.js";
import { chosenSubject, subjectsOf } from "./subjects.js";
import { Traced } from "./traced.js";
import "./memory.css";

/** The view. */
export function MemoryView({ document }: ViewProps): JSX.Element {
  const subjects = useMemo(() => subjectsOf(document), [document]);
  const subject = chosenSubject(subjects, route.value.params["map"] ?? "");
  return (
    <section class="memory-view">
      <div class="memory-title">
        <h1>Map memory</h1>
        {subjects.length > 1 && subject !== undefined ? (
          <select
            aria-label="Which map"
            value={subject.name}
            onChange={(event) => setParams({ map: event.currentTarget.value, at: "", time: "", select: "" })}
          >
            {subjects.map(({ name, title }) => (
              <option key={name} value={name}>
                {name} {title}
              </option>
            ))}
          </select>
        ) : null}
      </div>
      {subject === undefined ? (
        <EmptyState>
          <p>The trace saw no map. With --map it can be told which one to look at.</p>
        </EmptyState>
      ) : subject.kind === "states" ? (
        <Recorded key={subject.name} subject={subject} />
      ) : (
        <Traced key={subject.name} subject={subject} />
      )}
    </section>
  );
}
