/** The old buckets of a growth that a trace saw: which have moved, and the border below which all have. */
import type { JSX } from "preact";
import type { TracedGrowth } from "../../../src/document/trace-states.js";
import { counted } from "../../../src/report/text/shown.js";

/** So many buckets are drawn one by one. */
const most = 512;

/** The drawing. */
export function Evacuation({ growth }: { readonly growth: TracedGrowth }): JSX.Element {
  const { oldBuckets, moved, nevacuate } = growth;
  const seen = Math.max(-1, ...moved);
  const count = Math.min(most, oldBuckets ?? Math.max(seen + 1, nevacuate ?? 0));
  const whole =
    oldBuckets === null ? "how many there are is not known" : `of ${counted(oldBuckets, "old bucket")}`;
  const border = nevacuate === null ? "the border is not known yet" : `border (nevacuate): ${nevacuate}`;
  return (
    <section class="memory-evacuation" aria-label="Growth">
      <h3>
        Growth{" "}
        <span class="quiet">
          {counted(moved.size, "old bucket")} seen moving, {whole}; {border}
        </span>
      </h3>
      <ol class="memory-buckets">
        {Array.from({ length: count }, (_, bucket) => {
          const below = nevacuate !== null && bucket < nevacuate;
          const state = moved.has(bucket) ? "moved" : below ? "below" : "waits";
          const words = { moved: "moved", below: "below the border: has moved", waits: "not seen moving" }[
            state
          ];
          return (
            <li
              key={bucket}
              class={`memory-bucket memory-bucket-${state} ${nevacuate === bucket ? "memory-bucket-border" : ""}`}
              title={`old bucket ${bucket}: ${words}`}
            >
              <span class="visually-hidden">
                old bucket {bucket}: {words}
              </span>
              <span aria-hidden="true">{state === "moved" ? "✓" : state === "below" ? "·" : ""}</span>
            </li>
          );
        })}
      </ol>
      {oldBuckets !== null && oldBuckets > count ? <p class="quiet">The first {count} are drawn.</p> : null}
    </section>
  );
}
