/** A few lines of source, the one that is meant marked. */
import type { JSX } from "preact";
import type { SourceExcerpt } from "../../src/document/document.js";
import { sanitizeLine } from "../../src/base/text.js";
import { cut, shown } from "../../src/report/text/shown.js";
import "./parts.css";

/** So much of a line is shown. */
const mostOfLine = 200;

/** Lines of source. */
export function SourceLines({ excerpt }: { readonly excerpt: SourceExcerpt }): JSX.Element {
  return (
    <div
      class="part-source"
      tabIndex={0}
      role="region"
      aria-label={`source of ${shown(excerpt.file)}, line ${excerpt.line}`}
    >
      <ol>
        {excerpt.lines.map(({ number, text, marked }) => (
          <li
            key={number}
            class={marked ? "part-source-marked" : ""}
            aria-current={marked ? "true" : undefined}
          >
            <span class="part-source-number">
              {marked ? "▸" : ""}
              {number}
            </span>
            <code>{cut(sanitizeLine(text.replaceAll("\t", "    ")), mostOfLine)}</code>
          </li>
        ))}
      </ol>
    </div>
  );
}
