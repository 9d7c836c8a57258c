/** A table of texts, as the reports of the command line have them. It is wide on wide screens, and scrolls on narrow ones. */
import type { JSX } from "preact";
import type { Column } from "../../src/report/text/table.js";
import { shown } from "../../src/report/text/shown.js";
import "./parts.css";

/** A table with what it is about as its caption. */
export function DataTable({
  caption,
  columns,
  rows,
}: {
  readonly caption: string;
  readonly columns: readonly Pick<Column, "title" | "align">[];
  readonly rows: readonly (readonly string[])[];
}): JSX.Element {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={caption}>
      <table class="part-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, align }, index) => (
              <th key={index} scope="col" class={align === "right" ? "number" : ""}>
                {title === "" ? <span class="visually-hidden">remarks</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={columns[column]?.align === "right" ? "number" : ""}>
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
