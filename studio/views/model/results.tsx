/** What came of a task: the table of ends, the tables of policies and checks, how far it is, what went wrong. */
import type { JSX } from "preact";
import type { ExplorationRow } from "../../../src/report/text/model.js";
import {
  checkColumns,
  noChecks,
  policyColumns,
  policyNote,
} from "../../../src/report/text/model-comparison.js";
import { compareCommand, exploreCommand } from "../../../src/report/text/model-replay.js";
import { cancelledText, groupMeaning, memoryTitle, settingsText } from "../../../src/report/text/model.js";
import { shown } from "../../../src/report/text/shown.js";
import { CopyButton } from "../../parts/copy-button.js";
import { DataTable } from "../../parts/data-table.js";
import { EmptyState, ErrorState } from "../../parts/states.js";
import type { Compared, Explored, Several, TaskNews } from "./calls.js";
import { type Choice, programWord, textOfShipped } from "./link.js";
import { Seen } from "./seen.js";
import type { ModelSession } from "./session.js";

/** What came of the task, or how far it is. */
export function Results({
  session,
  choice,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
}): JSX.Element {
  const state = session.task.value;
  return (
    <section class="model-results" aria-labelledby="model-results-title">
      <h2 id="model-results-title">{titles[choice.task]}</h2>
      <p class="quiet model-settings">
        {choice.task === "compare"
          ? `${choice.settings.map} map of Go 1.${choice.settings.minor}`
          : settingsText(choice.settings)}
      </p>
      {state.kind === "running" ? <Running session={session} news={state.news} state={state} /> : null}
      {state.kind === "running" && state.news.compared !== undefined ? (
        <Comparison compared={state.news.compared} isRunning />
      ) : null}
      {state.kind === "running" && state.news.several !== undefined ? (
        <SeveralEnds session={session} choice={choice} several={state.news.several} isRunning />
      ) : null}
      {state.kind === "explored" ? (
        <Ends session={session} choice={choice} explored={state.explored} />
      ) : null}
      {state.kind === "compared" ? (
        <>
          <Comparison compared={state.compared} isRunning={false} />
          {(["sc", "tso"] as const).map((memory) => (
            <Again
              key={memory}
              text={compareCommand(programWord(choice), { ...choice.settings, memory }, choice.runs)}
            />
          ))}
        </>
      ) : null}
      {state.kind === "several" ? (
        <>
          <SeveralEnds session={session} choice={choice} several={state.several} isRunning={false} />
          <Again text={exploreCommand(choice.shipped ?? "", choice.settings, choice.plan)} />
        </>
      ) : null}
      {state.kind === "ended" ? (
        <EmptyState>
          Ended before anything was found. Explore with random runs finds something in programs of any size.
        </EmptyState>
      ) : null}
      {state.kind === "failed" ? (
        <div role="alert">
          <ErrorState sentence={shown(state.trouble.sentence)} wayOut={state.trouble.wayOut} />
        </div>
      ) : null}
      {choice.task === "run" && state.kind === "none" ? (
        <p>
          One run, with a schedule drawn from the seed. Below it is told, step by step; Explore shows all that
          can happen.
        </p>
      ) : null}
    </section>
  );
}

const titles = {
  explore: "What can happen",
  compare: "Policies and checks",
  run: "One run",
  several: "Which pairs of operations can end the program",
} as const;

function Running({
  session,
  news,
  state,
}: {
  readonly session: ModelSession;
  readonly news: TaskNews;
  readonly state: { readonly stopping: boolean };
}): JSX.Element {
  const { text, share } = news;
  return (
    <div class="state state-loading" role="status">
      <span class="model-news">{text}</span>
      {share === null ? (
        <progress aria-label="how far it is" />
      ) : (
        <progress aria-label="how far it is" value={share} max={1} />
      )}
      <button onClick={() => void session.stop()}>
        {state.stopping ? "End at once" : "Cancel, and show what was found"}
      </button>
    </div>
  );
}

function Again({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="model-command">
      <code>{shown(text)}</code> <CopyButton text={text} label="Copy the command" />
    </p>
  );
}

/** The table of ends. Each that has an example leads to its story. */
function Ends({
  session,
  choice,
  explored,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
  readonly explored: Explored;
}): JSX.Element {
  const { summary, rows, counted, examples, stopped } = explored;
  return (
    <>
      {stopped ? <p class="model-stopped">{cancelledText}</p> : null}
      <ul class="model-summary">
        {summary.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="how runs end">
        <table class="model-ends">
          <caption class="visually-hidden">How runs end</caption>
          <thead>
            <tr>
              <th scope="col">end</th>
              {counted ? (
                <>
                  <th scope="col" class="number">
                    interleavings
                  </th>
                  <th scope="col">share</th>
                </>
              ) : null}
              <th scope="col" class="number">
                runs made
              </th>
              <th scope="col" class="number">
                different ends
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <EndRow
                key={row.title}
                row={row}
                counted={counted}
                isOpen={row.outcome !== undefined && examples[row.outcome]?.token === choice.token}
                onOpen={() => {
                  const token = row.outcome === undefined ? undefined : examples[row.outcome]?.token;
                  if (token !== undefined) {
                    session.follow(token);
                  }
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 ? <p>(no run has come to an end yet)</p> : null}
      {rows.length > 0 && choice.token === "" ? (
        <p class="model-hint">Click an end to follow, step by step, a run that comes to it.</p>
      ) : null}
      {rows.length === 0 ? null : (
        <dl class="model-meanings">
          {[...new Set(rows.map(({ group }) => group))].map((group) => (
            <div key={group}>
              <dt class={`model-group-${groupClass(group)}`}>
                <span aria-hidden="true">{groupSigns[groupClass(group)]}</span> {group}
              </dt>
              <dd>{groupMeaning(group)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Seen key={choice.text} session={session} />
      <Again text={exploreCommand(programWord(choice), choice.settings, choice.plan)} />
    </>
  );
}

function EndRow({
  row,
  counted,
  isOpen,
  onOpen,
}: {
  readonly row: ExplorationRow;
  readonly counted: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}): JSX.Element {
  const { title, group, interleavings, share, shareText, runs, ends, outcome } = row;
  return (
    <tr class={isOpen ? "model-end model-end-open" : "model-end"}>
      <th scope="row">
        {outcome === undefined ? (
          shown(title)
        ) : (
          <button
            class={`model-end-name model-group-${groupClass(group)}`}
            aria-pressed={isOpen}
            onClick={onOpen}
          >
            <span aria-hidden="true">{groupSigns[groupClass(group)]}</span> {shown(title)}
          </button>
        )}
      </th>
      {counted ? (
        <>
          <td class="number">{interleavings}</td>
          <td class="model-share">
            <span class="model-bar" aria-hidden="true">
              <span
                class={`model-bar-fill model-fill-${groupClass(group)}`}
                style={{ width: `${barPercent(share)}%` }}
              />
            </span>
            <span class="model-share-text">{shareText}</span>
          </td>
        </>
      ) : null}
      <td class="number">{runs}</td>
      <td class="number">{ends}</td>
    </tr>
  );
}

const groupSigns = { right: "✓", fatal: "■", damage: "▲", other: "◆" } as const;

function groupClass(group: string): keyof typeof groupSigns {
  switch (group) {
    case "nothing":
      return "right";
    case "fatal error":
      return "fatal";
    case "silent damage":
    case "read outside":
    case "endless loop":
      return "damage";
    default:
      return "other";
  }
}

/** What there is can be seen, however rare it is. */
function barPercent(share: number | undefined): number {
  return share === undefined || share === 0 ? 0 : Math.max(1, share * 100);
}

/** Several programs, a row each; each leads to what can happen to it alone. */
function SeveralEnds({
  session,
  choice,
  several: { table, stopped },
  isRunning,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
  readonly several: Several;
  readonly isRunning: boolean;
}): JSX.Element {
  const alone = (which: number): void => {
    const text = textOfShipped(choice.shipped ?? "", which);
    if (text !== undefined) {
      session.look({ which, text, task: "explore" });
    }
  };
  return (
    <>
      {isRunning ? <p class="model-stopped">Not all of it: what there is so far.</p> : null}
      {stopped ? <p class="model-stopped">{cancelledText}</p> : null}
      <p class="quiet">{table.title}. Click one for its ends, and for runs to follow.</p>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="how each of them ends">
        <table class="part-table model-several">
          <caption class="visually-hidden">How each of them ends</caption>
          <thead>
            <tr>
              {table.columns.map(({ title, align }) => (
                <th key={title} scope="col" class={align === "right" ? "number" : ""}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([label = "", ...cells], which) => (
              <tr key={label}>
                <th scope="row">
                  <button onClick={() => alone(which)}>{shown(label)}</button>
                </th>
                {cells.map((cell, column) => (
                  <td key={column} class={cellClass(cell, table.columns[column + 1]?.align === "right")}>
                    {shown(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What never happens is less loud than what does. */
function cellClass(cell: string, isNumber: boolean): string {
  const isQuiet = cell === "never" || cell === "-" || cell === "not explored";
  return `${isNumber ? "number" : ""} ${isQuiet ? "quiet" : ""}`;
}

function Comparison({
  compared,
  isRunning,
}: {
  readonly compared: Compared;
  readonly isRunning: boolean;
}): JSX.Element {
  const [first] = compared.memories;
  return (
    <>
      {isRunning ? <p class="model-stopped">Not all of it: what there is so far.</p> : null}
      {compared.stopped && compared.memories.every(({ incomplete }) => incomplete === null) ? (
        <p class="model-stopped">{cancelledText}</p>
      ) : null}
      {first === undefined ? null : <p>{first.title}</p>}
      {compared.memories.map(({ memory, policies, checks, incomplete }) => (
        <div key={memory} class="model-memory">
          <h3>{memoryTitle(memory)}</h3>
          {compared.stopped && incomplete !== null ? <p class="model-stopped">{incomplete}</p> : null}
          <DataTable caption={`Policies, ${memoryTitle(memory)}`} columns={policyColumns} rows={policies} />
          {checks === null ? (
            isRunning ? null : (
              <p>{noChecks}</p>
            )
          ) : (
            <>
              <p>{checks.title}</p>
              {checks.rows.length === 0 ? null : (
                <DataTable
                  caption={`Checks, ${memoryTitle(memory)}`}
                  columns={checkColumns}
                  rows={checks.rows}
                />
              )}
              {checks.note === null ? null : <p class="quiet">{checks.note}</p>}
            </>
          )}
        </div>
      ))}
      <p class="quiet">{policyNote}</p>
    </>
  );
}
