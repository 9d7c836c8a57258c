/** Sections of the view. */
import type { ComponentChildren, JSX } from "preact";
import { sentence } from "../../../src/report/text/shown.js";

/** A card with a heading. */
export function Section({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="card finding-section" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** So many sentences are shown before the rest is folded up. */
const shownAtOnce = 12;
const most = 500;

/** Sentences, one below the other. */
export function Sentences({
  texts,
  ordered = false,
}: {
  readonly texts: readonly string[];
  readonly ordered?: boolean;
}): JSX.Element | null {
  if (texts.length === 0) {
    return null;
  }
  const items = texts.slice(0, most).map((text, index) => <li key={index}>{sentence(text)}</li>);
  const list = (children: readonly JSX.Element[]): JSX.Element =>
    ordered ? <ol class="finding-sentences">{children}</ol> : <ul class="finding-sentences">{children}</ul>;
  const folded = items.slice(shownAtOnce);
  return (
    <>
      {list(items.slice(0, shownAtOnce))}
      {folded.length === 0 ? null : (
        <details>
          <summary>{folded.length} more</summary>
          {list(folded)}
        </details>
      )}
      {texts.length > most ? <p class="quiet">and {texts.length - most} more in the case file</p> : null}
    </>
  );
}
