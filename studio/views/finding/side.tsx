/** One side of a conflict: who did what where, and how it came there. */
import type { ComponentChildren, JSX } from "preact";
import type { Side } from "../../../src/case/case.js";
import { sourceOf } from "../../../src/document/goroutines/sources.js";
import { sourceTexts, startsTexts, throughText } from "../../../src/report/text/crash.js";
import { heldText, operationTitle, startText } from "../../../src/report/text/finding.js";
import { orderFacts } from "../../../src/report/text/order.js";
import { roleText } from "../../../src/report/text/rests-on.js";
import { sentence, shown } from "../../../src/report/text/shown.js";
import { type FactItem, Facts } from "../../parts/facts.js";
import { GoroutineHandle } from "../../parts/goroutine-handle.js";
import { Place } from "../../parts/place.js";
import { SourceLines } from "../../parts/source-lines.js";
import { Stack } from "../../parts/stack.js";
import { type CaseInView, excerptOfSide, folderOf } from "./context.js";

/** Which of the two. */
export type Letter = "A" | "B";

/** A side. */
export function SideCard({
  view,
  side,
  letter,
  observation,
  sameLine = false,
}: {
  readonly view: CaseInView;
  readonly side: Side;
  readonly letter: Letter;
  /** Handle of the observation that it was seen in. */
  readonly observation: string | undefined;
  /** Whether its line is the other side's too. */
  readonly sameLine?: boolean;
}): JSX.Element {
  const folder = folderOf(view, side);
  const excerpt = excerptOfSide(view, side);
  const through = side.source?.through ?? null;
  return (
    <SideFrame
      letter={letter}
      title={
        <>
          {operationTitle(side.operation)}
          {side.goroutine.id === null ? null : (
            <>
              {" by "}
              <GoroutineHandle
                document={view.document.handle}
                id={side.goroutine.id}
                of={sourceOf(observation, view.incident)}
              />
            </>
          )}
        </>
      }
    >
      <p class="finding-at">
        {side.site === null ? (
          <span class="quiet">the place is not known</span>
        ) : (
          <Place frame={side.site} folder={folder} />
        )}
        {through === null ? null : <span class="quiet">, {throughText(through)}</span>}
      </p>
      {excerpt === undefined ? null : <SourceLines excerpt={excerpt} />}
      {excerpt !== undefined && sameLine ? <p class="quiet">the same line as A</p> : null}
      <Facts items={factsOf(side, folder)} />
      {side.stack.length === 1 && side.site !== null && !side.stackCut ? null : (
        <>
          <h3>Stack</h3>
          <Stack stack={side.stack} folder={folder} cutShort={side.stackCut} site={side.site} />
        </>
      )}
      <Started side={side} folder={folder} />
    </SideFrame>
  );
}

/** A card with the letter of a side. */
export function SideFrame({
  letter,
  title,
  children,
}: {
  readonly letter: Letter;
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`card finding-side finding-side-${letter.toLowerCase()}`} aria-label={`Side ${letter}`}>
      <h2>
        <span class="finding-letter">{letter}</span> {title}
      </h2>
      {children}
    </section>
  );
}

function factsOf(side: Side, folder: string): FactItem[] {
  const held = heldText(side);
  const starts = startsTexts(side);
  return [
    { label: "role", value: roleText(side.role) },
    ...(held === "" ? [] : [{ label: "held", value: held }]),
    ...(starts.length === 0 ? [{ label: "started", value: startText(side, folder) }] : []),
    ...starts.map((text) => ({ label: "runs on", value: sentence(text) })),
    ...sourceTexts(side).map((value) => ({ label: "source", value })),
    ...orderFacts(side).map(({ label, text }) => ({ label, value: text })),
    ...(side.test === null ? [] : [{ label: "test", value: shown(side.test) }]),
  ];
}

/** The stack of the go statement, where more than its place is known. */
function Started({ side, folder }: { readonly side: Side; readonly folder: string }): JSX.Element | null {
  const { startedAt } = side.goroutine;
  return startedAt.length < 2 ? null : (
    <details>
      <summary>Where it was started</summary>
      <Stack stack={startedAt} folder={folder} />
    </details>
  );
}
