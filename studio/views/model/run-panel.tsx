/** The run that is open: how it ends, its schedule, its story, and where in it one is. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Program } from "../../../src/gomap/programs/syntax.js";
import { replayCommand } from "../../../src/report/text/model-replay.js";
import { cut, shown } from "../../../src/report/text/shown.js";
import { routeHash } from "../../page/route.js";
import { CopyButton } from "../../parts/copy-button.js";
import { MapMemory } from "../../parts/map-memory/index.js";
import { packedOnce } from "../../parts/map-memory/packed-once.js";
import { ErrorState, LoadingState } from "../../parts/states.js";
import type { MomentAnswer, OpenedRun } from "./calls.js";
import { type Choice, paramsOf, programWord } from "./link.js";
import { MomentPanel } from "./moment-panel.js";
import type { ModelSession } from "./session.js";
import { Stepper } from "./stepper.js";
import { StoryList } from "./story-list.js";
import { Legend, Strip } from "./strip.js";
import { placeOfAddress } from "./touched.js";

/** The panel; where no run is open, how to get one. */
export function RunPanel({
  session,
  choice,
  program,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
  readonly program: Program;
}): JSX.Element | null {
  const state = session.run.value;
  switch (state.kind) {
    case "none":
      return choice.task === "run" ? (
        session.task.value.kind === "failed" ? null : (
          <LoadingState text="drawing a schedule, and making its run" share={null} />
        )
      ) : (
        <p class="model-drive-hint">
          <button onClick={() => void session.begin()}>Drive a run by hand</button> You say at each step which
          goroutine goes on.
        </p>
      );
    case "opening":
      return <LoadingState text="making the run again" share={null} />;
    case "failed":
      return (
        <div role="alert" class="model-run">
          <ErrorState sentence={shown(state.trouble.sentence)} wayOut={state.trouble.wayOut} />
          <p>
            <button onClick={() => session.go({ token: "", step: 0, place: "" })}>Leave this run</button>
          </p>
        </div>
      );
    case "open":
      return <Run session={session} choice={choice} program={program} run={state.run} />;
    default:
      return state satisfies never;
  }
}

function Run({
  session,
  choice,
  program,
  run,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
  readonly program: Program;
  readonly run: OpenedRun;
}): JSX.Element {
  const step = Math.min(choice.step, run.steps);
  const answer = session.moment.value;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (session.isToBeShown) {
      session.isToBeShown = false;
      section.current?.scrollIntoView({ block: "start" });
    }
  }, [run]);
  return (
    <section ref={section} class="model-run" aria-labelledby="model-run-title">
      <div class="model-run-head">
        <h2 id="model-run-title">
          {run.group === null ? "A run that goes on" : `End: ${shown(run.end.sentence)}`}
        </h2>
        <p class="quiet">{run.length}</p>
        <button onClick={() => session.go({ token: "", step: 0, place: "" })}>Close the run</button>
      </div>
      {run.group === null ? <p>end: {run.end.sentence}</p> : null}
      {run.end.details.map((detail) => (
        <p key={detail} class="model-detail">
          {detail}
        </p>
      ))}
      <div class={run.goroutines.length > 4 ? "model-cockpit" : "model-cockpit model-cockpit-stays"}>
        <Stepper session={session} run={run} step={step} />
        <Strip run={run} step={step} onStep={(next) => session.goTo(next)} />
      </div>
      <Legend run={run} />
      <div class="model-run-parts">
        <div class="model-story">
          <h3>
            Story{" "}
            <label class="model-every">
              <input
                type="checkbox"
                checked={choice.every}
                onChange={(event) => session.go({ every: event.currentTarget.checked })}
              />{" "}
              a line for each step
            </label>
          </h3>
          <StoryList session={session} run={run} step={step} every={choice.every} />
        </div>
        {answer === undefined ? (
          <LoadingState text="going to the step" share={null} />
        ) : (
          <MomentPanel session={session} run={run} program={program} answer={answer} />
        )}
      </div>
      {answer === undefined ? null : <Maps session={session} choice={choice} answer={answer} />}
      <Links choice={choice} run={run} />
    </section>
  );
}

/** Each map as it lies in memory; what the last step touched is selected unless a person selected something. */
function Maps({
  session,
  choice,
  answer,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
  readonly answer: MomentAnswer;
}): JSX.Element {
  const { touched } = answer.moment;
  return (
    <>
      {answer.maps.map(({ name, map, previous }) => {
        const place = touched === undefined ? undefined : placeOfAddress(map, touched.address);
        return (
          <section key={name} class="model-map" aria-label={`Map ${name} in memory`}>
            <h2>
              Map {name} in memory
              {place === undefined ? null : (
                <span class="quiet model-touched">
                  {" "}
                  this step {touched?.isStore === true ? "stores to" : "loads from"} {place}
                </span>
              )}
              {choice.place === "" ? null : (
                <button onClick={() => session.go({ place: "" })}>Select what each step touches</button>
              )}
            </h2>
            <MapMemory
              packed={packedOnce(map)}
              previous={previous === null ? null : packedOnce(previous)}
              selected={choice.place === "" ? (place ?? "") : choice.place}
              onSelect={(selected, how) => session.go({ place: selected }, how)}
            />
          </section>
        );
      })}
    </>
  );
}

function Links({ choice, run }: { readonly choice: Choice; readonly run: OpenedRun }): JSX.Element {
  const command = replayCommand(programWord(choice), choice.settings, run.token);
  // The token of the server is in the address before "#", so a link is good where this page is; what comes after "#" is good anywhere.
  const params = Object.fromEntries(Object.entries(paramsOf(choice)).filter(([, value]) => value !== ""));
  const link = `${location.href.split("#")[0] ?? ""}${routeHash({ document: "-", view: "model", params })}`;
  return (
    <div class="model-links">
      <h3>This run again</h3>
      <p class="model-command">
        <code>{cut(shown(command), 300)}</code> <CopyButton text={command} label="Copy the command" />
      </p>
      <p class="model-command">
        <code>{cut(run.token, 120)}</code> <CopyButton text={run.token} label="Copy the token" />
      </p>
      <p>
        <CopyButton text={link} label="Copy the link" />{" "}
        <span class="quiet">Program, conditions, run and step are all in the address.</span>
      </p>
    </div>
  );
}
