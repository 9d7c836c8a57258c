/** How sure a finding is: a word, and a shape of its own beside it, so that it never hangs on a colour. */
import type { JSX } from "preact";
import type { Certainty as CertaintyWord, Finding } from "../../src/case/case.js";
import "./parts.css";

/** The word, with its score where it was inferred. */
export function Certainty({
  certainty,
  score,
}: Pick<Finding, "certainty"> & { readonly score?: number | null | undefined }): JSX.Element {
  return (
    <span class={`part-certainty part-certainty-${certainty}`} title={meaning(certainty)}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shape(certainty)}
      </svg>
      {certainty}
      {score === null || score === undefined ? null : <span class="part-score"> {score.toFixed(2)}</span>}
    </span>
  );
}

/** What each of the three words means. */
export function meaning(certainty: CertaintyWord): string {
  switch (certainty) {
    case "caught":
      return "Both accesses were observed on the same map at the same moment.";
    case "unordered":
      return "Both accesses were observed, and nothing that the program did orders them.";
    case "inferred":
      return "From text and source, with a score between 0 and 1. It can be wrong.";
    default:
      return certainty satisfies never;
  }
}

/** Caught: a full diamond. Unordered: two lines that never meet. Inferred: a ring of dots. */
function shape(certainty: CertaintyWord): JSX.Element {
  switch (certainty) {
    case "caught":
      return <path d="M6 0 12 6 6 12 0 6Z" fill="currentColor" />;
    case "unordered":
      return <path d="M3 1v10M9 1v10" stroke="currentColor" stroke-width="2.6" fill="none" />;
    case "inferred":
      return (
        <circle
          cx="6"
          cy="6"
          r="4.6"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-dasharray="2.4 2.4"
        />
      );
    default:
      return certainty satisfies never;
  }
}
