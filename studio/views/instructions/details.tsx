/** What is known of the selected instructions. */
import type { JSX } from "preact";
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";
import { instructionFacts } from "../../../src/report/text/asm-instruction.js";
import { Facts } from "../../parts/facts.js";
import type { ListingRow } from "./rows.js";
import { line } from "./text-parts.js";
import { windowsOf } from "./windows.js";

/** The details of a row. */
export function Details({
  row,
  left,
  right,
}: {
  readonly row: ListingRow | undefined;
  readonly left: FunctionView;
  readonly right: FunctionView | undefined;
}): JSX.Element {
  const sides =
    row?.kind === "code"
      ? ([
          [left, row.left],
          [right, row.right],
        ] as const)
      : [];
  return (
    <section class="instructions-details card" aria-label="The selected instruction" aria-live="polite">
      <h2>The selected instruction</h2>
      {row === undefined ? (
        <p class="quiet">
          Click an instruction, or go through them with ↑ and ↓; n and p go to the next and the previous place
          of the kind that is chosen above.
        </p>
      ) : null}
      <div class="instructions-pair">
        {sides.map(([view, index], number) =>
          view === undefined || index === undefined ? null : (
            <OneDetails key={number} view={view} index={index} />
          ),
        )}
      </div>
    </section>
  );
}

function OneDetails({
  view,
  index,
}: {
  readonly view: FunctionView;
  readonly index: number;
}): JSX.Element | null {
  const one = view.instructions[index];
  if (one === undefined) {
    return null;
  }
  const windows = windowsOf(view, index);
  const all = view.mark?.windows.length ?? 0;
  const set = (number: number): string =>
    `+0x${(view.instructions[view.mark?.windows[number]?.set ?? -1]?.offset ?? 0).toString(16)}`;
  const shared =
    all < 2 || windows.length === 0
      ? []
      : [
          {
            title: windows.length === 1 ? "window" : "shared by windows",
            text: `of the mark set at ${windows.map(set).join(", ")}`,
          },
        ];
  return (
    <div>
      <h3>
        <span class="quiet">{line(view.printed)} </span>
        <code>
          +0x{one.offset.toString(16)} {line(one.text)}
        </code>
      </h3>
      <Facts
        items={[...instructionFacts(view, one), ...shared].map(({ title, text }) => ({
          label: title,
          value: text,
        }))}
      />
    </div>
  );
}
