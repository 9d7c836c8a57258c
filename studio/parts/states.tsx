/** What is shown where there is nothing to show yet: loading, an error with its way out, nothing found. */
import type { ComponentChildren, JSX } from "preact";
import { sentence as safeSentence, shown } from "../../src/report/text/shown.js";

/** Something takes a while. `share` is between 0 and 1; null where it cannot be told. */
export function LoadingState({
  text,
  share,
  onCancel,
}: {
  readonly text: string;
  readonly share: number | null;
  /** Ends it; left out where that is not possible. */
  readonly onCancel?: (() => void) | undefined;
}): JSX.Element {
  const label = shown(text);
  return (
    <div class="state state-loading" role="status">
      <span>{label}</span>
      {share === null ? (
        <progress aria-label={label} />
      ) : (
        <progress aria-label={label} value={share} max={1} />
      )}
      {onCancel === undefined ? null : <button onClick={onCancel}>Cancel</button>}
    </div>
  );
}

/** Something went wrong. */
export function ErrorState({
  sentence,
  wayOut,
  onClose,
}: {
  readonly sentence: string;
  readonly wayOut: string | null | undefined;
  readonly onClose?: () => void;
}): JSX.Element {
  return (
    <div class="state state-error">
      <p>{safeSentence(sentence)}</p>
      {wayOut === null || wayOut === undefined ? null : <p class="way-out">{safeSentence(wayOut)}</p>}
      {onClose === undefined ? null : <button onClick={onClose}>Close</button>}
    </div>
  );
}

/** There is nothing of this kind. */
export function EmptyState({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <div class="state state-empty">{children}</div>;
}
