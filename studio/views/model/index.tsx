/**
 * The model: how it can happen at all, without Go and without evidence. A small program on Go's maps, every interleaving tried, and
 * any run followed step by step.
 */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { shown } from "../../../src/report/text/shown.js";
import type { ViewProps } from "../../page/view.js";
import { ErrorState } from "../../parts/states.js";
import { firstChoice } from "./link.js";
import "./model.css";
import { ProgramPanel } from "./program-panel.js";
import { Results } from "./results.js";
import { RunPanel } from "./run-panel.js";
import { isProgram, isTrouble, ModelSession } from "./session.js";

/** The view. */
export function ModelView({ document }: ViewProps): JSX.Element {
  const session = useMemo(() => new ModelSession(document.model), [document]);
  useEffect(() => session.start(), [session]);
  const choice = session.choice.value;
  const program = session.program.value;
  return (
    <div class="model">
      <header class="model-head">
        <h1>How can it happen at all?</h1>
        <p>
          Small programs on an executable model of Go's maps: the same bytes as in a real program, each load
          and store of shared memory a step. Every order in which the steps can come is tried.
        </p>
      </header>
      {isTrouble(choice) ? (
        <div role="alert">
          <ErrorState sentence={shown(choice.sentence)} wayOut={choice.wayOut} />
          <p>
            <button onClick={() => session.look(firstChoice)}>Begin with the article's program</button>
          </p>
        </div>
      ) : (
        <>
          <div class="model-top">
            <ProgramPanel session={session} choice={choice} />
            {isProgram(program) ? (
              <Results session={session} choice={choice} />
            ) : (
              <div role="alert">
                <ErrorState
                  sentence={shown(program?.message.split("\n")[0] ?? "")}
                  wayOut="correct it where it is marked, or pick a program that comes with maptrap"
                />
              </div>
            )}
          </div>
          {isProgram(program) && choice.task !== "several" ? (
            <RunPanel session={session} choice={choice} program={program} />
          ) : null}
        </>
      )}
    </div>
  );
}
