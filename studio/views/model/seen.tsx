/** What each goroutine can come to load, and what comes of it: asked for when it is wanted. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { SeenTable } from "../../../src/report/text/model-seen.js";
import { DataTable } from "../../parts/data-table.js";
import { isProgram, type ModelSession } from "./session.js";

/** A button for each goroutine, and the table of the one that was pressed. */
export function Seen({ session }: { readonly session: ModelSession }): JSX.Element | null {
  const table = useSignal<SeenTable | null>(null);
  const chosen = useSignal("");
  const program = session.program.value;
  if (!isProgram(program)) {
    return null;
  }
  const ask = async (goroutine: string): Promise<void> => {
    chosen.value = goroutine;
    const answer = await session.seen(goroutine).catch(() => null);
    if (chosen.peek() === goroutine) {
      table.value = answer;
    }
  };
  return (
    <div class="model-seen">
      <p>
        What can be loaded by{" "}
        {program.goroutines.map(({ name }) => (
          <button key={name} aria-pressed={chosen.value === name} onClick={() => void ask(name)}>
            {name}
          </button>
        ))}
      </p>
      {table.value === null ? null : (
        <>
          <p>{table.value.title}</p>
          <DataTable caption={table.value.title} columns={table.value.columns} rows={table.value.rows} />
          {table.value.more === 0 ? null : <p>and {table.value.more} more</p>}
        </>
      )}
    </div>
  );
}
