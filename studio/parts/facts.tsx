/** Facts: what something is, and what is known of it. */
import type { ComponentChildren, JSX } from "preact";
import "./parts.css";

/** One fact. */
export interface FactItem {
  readonly label: string;
  readonly value: ComponentChildren;
}

/** A list of facts. */
export function Facts({ items }: { readonly items: readonly FactItem[] }): JSX.Element {
  return (
    <dl class="part-facts">
      {items.map(({ label, value }, index) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
