import type { JSX } from "preact";
import type { ViewProps } from "../../page/view.js";

export function MemoryView({ document }: ViewProps): JSX.Element {
  return <section>{document.title}</section>;
}
