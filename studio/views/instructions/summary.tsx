/** What functions do in sum: counts, registers, the mark, and what follows from it; as the report of `maptrap asm` has it. */
import type { JSX } from "preact";
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";
import type { FunctionOfBinary, ShownCode } from "../../../src/document/asm-view.js";
import { comparisonSentence, countLines, markSentences } from "../../../src/report/text/asm.js";
import { livePicture, offsetText } from "../../../src/report/text/asm-registers.js";
import { sentence } from "../../../src/report/text/shown.js";
import { DataTable } from "../../parts/data-table.js";
import { line } from "./text-parts.js";

/** Counts of each function, and how much of two is the same. */
export function Counts({ left, right, comparison }: ShownCode): JSX.Element {
  return (
    <div class="instructions-counts">
      <div class="instructions-pair">
        <FunctionCounts {...left} />
        {right === undefined ? null : <FunctionCounts {...right} />}
      </div>
      {comparison === undefined ? null : <p>{comparisonSentence(comparison)}</p>}
    </div>
  );
}

function FunctionCounts({ view, binary }: FunctionOfBinary): JSX.Element {
  return (
    <div>
      <h2>
        {line(view.printed)} <span class="quiet">{line(binary.goVersion ?? "")}</span>
      </h2>
      {countLines(view).map((text) => (
        <p key={text} class="quiet">
          {sentence(text)}
        </p>
      ))}
    </div>
  );
}

/** Everything below the listing. */
export function Summary({ left, right, document: { conclusions } }: ShownCode): JSX.Element {
  const views = [left.view, ...(right === undefined ? [] : [right.view])];
  return (
    <>
      <section class="instructions-pair">
        {views.map((view, index) => (
          <div key={index}>
            <h2>
              Registers <span class="quiet">of {line(view.label)}</span>
            </h2>
            <RegisterTable view={view} />
          </div>
        ))}
      </section>
      <section class="instructions-pair">
        {views.map((view, index) => (
          <div key={index}>
            <h2>
              The mark <span class="quiet">in {line(view.label)}</span>
            </h2>
            <Mark view={view} />
          </div>
        ))}
      </section>
      <section class="instructions-pair">
        <Sentences title="What follows" sentences={conclusions.follows} />
        <Sentences title="What does not" sentences={conclusions.doesNot} />
      </section>
    </>
  );
}

const columns = [
  { title: "register", align: "left" },
  { title: "on entry", align: "left" },
  { title: "reads", align: "right" },
  { title: "writes", align: "right" },
  { title: "first", align: "right" },
  { title: "last", align: "right" },
  { title: "wanted later", align: "left" },
] as const;

/** Characters of the pictures of where a register is wanted. */
const pictureWidth = 36;

function RegisterTable({ view }: { readonly view: FunctionView }): JSX.Element {
  return (
    <DataTable
      caption={`Registers of ${line(view.label)}`}
      columns={columns}
      rows={view.registers.map((register) => [
        register.register,
        register.onEntry ?? "",
        String(register.reads),
        String(register.writes),
        offsetText(view, register.first),
        offsetText(view, register.last),
        livePicture(register, pictureWidth),
      ])}
    />
  );
}

function Mark({ view }: { readonly view: FunctionView }): JSX.Element {
  const sentences = markSentences(view);
  return sentences.length === 0 ? (
    <p class="quiet">
      This function has nothing to do with the mark by which Go finds concurrent map access.
    </p>
  ) : (
    <>
      {sentences.map((text) => (
        <p key={text}>{sentence(text)}</p>
      ))}
    </>
  );
}

function Sentences({
  title,
  sentences,
}: {
  readonly title: string;
  readonly sentences: readonly string[];
}): JSX.Element | null {
  return sentences.length === 0 ? null : (
    <div>
      <h2>{title}</h2>
      <ul>
        {sentences.map((text) => (
          <li key={text}>{sentence(text)}</li>
        ))}
      </ul>
    </div>
  );
}
