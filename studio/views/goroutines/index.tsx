import type { JSX } from "preact";
import type { ViewProps } from "../../page/view.js";

export function GoroutinesView({ document }: ViewProps): JSX.Element {
  return <section>{document.title}</section>;
}
