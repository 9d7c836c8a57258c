/** Where a run is: the program with what each goroutine does next, the mark, store buffers, what is shared, and who may go on. */
import type { JSX } from "preact";
import type { GoroutineMoment } from "../../../src/gomap/programs/moment.js";
import type { Program } from "../../../src/gomap/programs/syntax.js";
import { mapMarkText, seenTexts, sharedText, standText } from "../../../src/report/text/model-moment.js";
import { stepText } from "../../../src/report/text/model-story.js";
import { shown } from "../../../src/report/text/shown.js";
import type { MomentAnswer, OpenedRun } from "./calls.js";
import { laneClass } from "./lanes.js";
import { piecesOf } from "./places.js";
import type { ModelSession } from "./session.js";

/** So many results of a goroutine are shown. */
const mostSeen = 4;
/** So much of a program's text is shown beside a run. */
const longestText = 4000;

/** The panel. */
export function MomentPanel({
  session,
  run,
  program,
  answer,
}: {
  readonly session: ModelSession;
  readonly run: OpenedRun;
  readonly program: Program;
  readonly answer: MomentAnswer;
}): JSX.Element {
  const { moment } = answer;
  const scheduled = run.process[moment.step];
  return (
    <div class="model-moment">
      <LastStep run={run} answer={answer} />
      <ProgramText program={program} goroutines={moment.goroutines} />
      <Marks answer={answer} />
      <h3>Who goes on?</h3>
      <ul class="model-goroutines">
        {moment.goroutines.map((goroutine, index) => (
          <Goroutine
            key={goroutine.name}
            session={session}
            program={program}
            goroutine={goroutine}
            index={index}
            scheduled={scheduled}
          />
        ))}
      </ul>
    </div>
  );
}

function LastStep({ run, answer }: { readonly run: OpenedRun; readonly answer: MomentAnswer }): JSX.Element {
  const { last, moment } = answer;
  if (last === null) {
    return (
      <p class="model-last" aria-live="polite">
        Nothing was done yet. → does the first step.
      </p>
    );
  }
  const goroutine = Math.max(0, run.goroutines.indexOf(last.goroutine));
  const isMissed = run.missed[moment.step - 1] === 1;
  return (
    <p class="model-last" aria-live="polite">
      <b class={`model-name ${laneClass(goroutine)}`}>{last.goroutine}</b>{" "}
      <span class="mono">{shown(last.what)}</span>
      {last.marks.map((mark) => (
        <span key={mark} class={isMissed ? "model-last-mark model-missed" : "model-last-mark"}>
          {isMissed ? "✕ " : ""}
          {shown(mark)}
        </span>
      ))}
    </p>
  );
}

/** The program; the statement that each goroutine is at is marked in its colour. */
function ProgramText({
  program,
  goroutines,
}: {
  readonly program: Program;
  readonly goroutines: readonly GoroutineMoment[];
}): JSX.Element {
  const next = goroutines.map((one) => one.statementNumber);
  return (
    <pre class="model-text" tabIndex={0} aria-label="Program, with where each goroutine is">
      {program.text.length > longestText
        ? shown(program.text)
        : piecesOf(program, next).map(({ text, goroutine }, index) =>
            goroutine === undefined ? (
              <span key={index}>{sanitized(text)}</span>
            ) : (
              <mark
                key={index}
                class={laneClass(goroutine)}
                title={`where ${goroutines[goroutine]?.name ?? ""} is`}
              >
                {sanitized(text)}
              </mark>
            ),
          )}
    </pre>
  );
}

/** Line by line, so that lines stay lines. */
function sanitized(text: string): string {
  return text.split("\n").map(shown).join("\n");
}

function Marks({ answer: { moment } }: { readonly answer: MomentAnswer }): JSX.Element | null {
  const { marks, shared } = moment;
  if (marks.length === 0 && shared.length === 0) {
    return null;
  }
  return (
    <ul class="model-marks" aria-label="In memory">
      {marks.map((mark) => (
        <li key={mark.map} class={mark.marked ? "model-mark model-mark-set" : "model-mark"}>
          <b>
            <span aria-hidden="true">{mark.marked ? "⚑" : "⚐"}</span> {mark.map}
          </b>{" "}
          {mapMarkText(mark)}
        </li>
      ))}
      {shared.map((one) => (
        <li key={`${one.kind} ${one.name}`} class="model-mark">
          <b>
            {one.kind} {one.name}
          </b>{" "}
          {sharedText(one)}
        </li>
      ))}
    </ul>
  );
}

function Goroutine({
  session,
  program,
  goroutine,
  index,
  scheduled,
}: {
  readonly session: ModelSession;
  readonly program: Program;
  readonly goroutine: GoroutineMoment;
  readonly index: number;
  readonly scheduled: number | undefined;
}): JSX.Element {
  const { name, state, next, process, bufferProcess, canFlush, buffer, seen } = goroutine;
  const isNext = scheduled === process;
  const results = seen === undefined ? [] : seenTexts(seen, program.statements, mostSeen);
  return (
    <li class={`model-goroutine ${laneClass(index)}`}>
      <div class="model-goroutine-head">
        <b class={`model-name ${laneClass(index)}`}>{name}</b>
        <span class="model-state">{state}</span>
        {isNext ? <span class="model-next">next in this schedule</span> : null}
      </div>
      {next === undefined ? null : <div class="mono model-statement">{shown(next.statement)}</div>}
      <div class={state === "stopped" ? "model-stand model-stopped-here" : "model-stand"}>
        {shown(standText(goroutine))}
      </div>
      {results.length === 0 ? null : <div class="quiet">{shown(results.join("; "))}</div>}
      {bufferProcess === undefined ? null : (
        <div class="model-buffer">
          <span>store buffer: </span>
          {buffer.length === 0 ? (
            <span class="quiet">empty</span>
          ) : (
            <ol>
              {buffer.slice(0, 16).map((store, at) => (
                <li key={at} class="mono">
                  {shown(stepText(store))}
                </li>
              ))}
            </ol>
          )}
          {buffer.length > 16 ? <span> and {buffer.length - 16} more</span> : null}
        </div>
      )}
      <div class="model-drive">
        {state === "ready" ? (
          <>
            <button onClick={() => void session.drive(process, "step")}>{name}: one step</button>
            <button onClick={() => void session.drive(process, "statement")}>{name}: whole operation</button>
            <button onClick={() => void session.drive(process, "end")}>{name}, then all to the end</button>
          </>
        ) : null}
        {canFlush && bufferProcess !== undefined ? (
          <button onClick={() => void session.drive(bufferProcess, "step")}>
            {name}: oldest store to memory
          </button>
        ) : null}
      </div>
    </li>
  );
}
