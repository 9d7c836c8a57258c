/** Which program, under which conditions, and what is to be done with it. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { SearchPlan } from "../../../src/gomap/programs/exploration.js";
import { policies } from "../../../src/gomap/programs/policies.js";
import { chooseMap, type ModelSettings } from "../../../src/gomap/programs/settings.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import { ProgramSyntaxError } from "../../../src/gomap/programs/syntax.js";
import { many } from "../../../src/report/text/table.js";
import { GrammarHelp } from "./grammar-help.js";
import {
  type Choice,
  isSeveral,
  longestProgram,
  planText,
  textOfShipped,
  usualDepth,
  usualRuns,
} from "./link.js";
import { type ModelSession, parsed } from "./session.js";

/** Go versions that the model has the maps of. */
const minors = [19, 20, 21, 22, 23, 24, 25, 26, 27] as const;

/** Where there is little room, what came of it is to be seen without scrolling far. */
const narrow = matchMedia("(max-width: 640px)");

/** The panel. */
export function ProgramPanel({
  session,
  choice,
}: {
  readonly session: ModelSession;
  readonly choice: Choice;
}): JSX.Element {
  const draft = useSignal(choice.text);
  useEffect(() => {
    draft.value = choice.text;
  }, [choice.text]);
  const isChanged = draft.value !== choice.text;
  const mistake = mistakeIn(draft.value);
  const use = (change: Partial<Choice>): void => {
    session.look(isChanged ? { shipped: undefined, which: 0, text: draft.value, ...change } : change);
  };
  const areSeveral = choice.task === "several";
  const start = (task: "explore" | "compare" | "several"): void => {
    if (choice.task === task && !isChanged) {
      // The same again only when it is asked for.
      session.again();
    }
    use({ task });
  };
  return (
    <section class="model-program card" aria-labelledby="model-program-title">
      <h2 id="model-program-title">Program</h2>
      <Pick session={session} choice={choice} />
      {areSeveral ? null : (
        <Draft draft={draft} isChanged={isChanged} mistake={mistake} onUse={() => use({ task: "explore" })} />
      )}
      <details class="model-more" open={!narrow.matches}>
        <summary>Conditions</summary>
        <Conditions choice={choice} use={use} />
      </details>
      {areSeveral ? (
        <div class="model-tasks">
          <button class="model-main" onClick={() => start("several")}>
            Explore all of them
          </button>
        </div>
      ) : (
        <Tasks choice={choice} isChanged={isChanged} mistake={mistake} use={use} start={start} />
      )}
    </section>
  );
}

/** The program's text, to be written in; what is wrong with it, and how it is written. */
function Draft({
  draft,
  isChanged,
  mistake,
  onUse,
}: {
  readonly draft: Signal<string>;
  readonly isChanged: boolean;
  readonly mistake: ProgramSyntaxError | string | undefined;
  readonly onUse: () => void;
}): JSX.Element {
  return (
    <>
      <label for="model-text">A line is a goroutine; all begin at once</label>
      <textarea
        id="model-text"
        class="mono"
        rows={Math.max(4, Math.min(12, draft.value.split("\n").length + 1))}
        spellcheck={false}
        value={draft.value}
        aria-invalid={mistake !== undefined}
        aria-describedby="model-mistake"
        onInput={(event) => (draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && mistake === undefined) {
            event.preventDefault();
            onUse();
          }
        }}
      />
      <div id="model-mistake" aria-live="polite">
        {mistake === undefined ? null : <Mistake mistake={mistake} />}
        {isChanged && mistake === undefined ? (
          <p class="model-changed">Changed: Explore (Ctrl+Enter), Run or Compare takes it.</p>
        ) : null}
      </div>
      <GrammarHelp />
    </>
  );
}

/** What can be done with the program. */
function Tasks({
  choice,
  isChanged,
  mistake,
  use,
  start,
}: {
  readonly choice: Choice;
  readonly isChanged: boolean;
  readonly mistake: ProgramSyntaxError | string | undefined;
  readonly use: (change: Partial<Choice>) => void;
  readonly start: (task: "explore" | "compare") => void;
}): JSX.Element {
  const { settings } = choice;
  const isAgain = choice.task === "run" && !isChanged;
  return (
    <div class="model-tasks">
      <button class="model-main" disabled={mistake !== undefined} onClick={() => start("explore")}>
        Explore
      </button>
      <button
        disabled={mistake !== undefined}
        onClick={() =>
          use({ task: "run", settings: isAgain ? { ...settings, seed: settings.seed + 1 } : settings })
        }
      >
        {isAgain ? "Run with the next seed" : "Run once"}
      </button>
      <button disabled={mistake !== undefined} onClick={() => start("compare")}>
        Compare policies
      </button>
    </div>
  );
}

function Pick({ session, choice }: { readonly session: ModelSession; readonly choice: Choice }): JSX.Element {
  const shipped = shippedPrograms.find(({ name }) => name === choice.shipped);
  const pick = (name: string, which: number | null): void => {
    const text = textOfShipped(name, which ?? 0);
    const one = shippedPrograms.find((other) => other.name === name);
    if (text !== undefined) {
      const plan: SearchPlan =
        one?.large === true ? { kind: "random", runs: 100, depth: usualDepth } : { kind: "reduced" };
      const runs = one?.large === true ? 20 : usualRuns;
      const task = which === null ? "several" : one?.large === true ? "run" : "explore";
      session.look({ shipped: name, which: which ?? 0, text, plan, runs, task });
    }
  };
  return (
    <>
      <label for="model-shipped">Comes with maptrap</label>
      <select
        id="model-shipped"
        value={choice.shipped ?? ""}
        onChange={({ currentTarget: { value } }) => pick(value, isSeveral(value) ? null : 0)}
      >
        {choice.shipped === undefined ? <option value="">(your own)</option> : null}
        {shippedPrograms.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {shipped === undefined ? null : <p class="model-shows">{shipped.shows}</p>}
      {shipped === undefined || shipped.programs.length < 2 ? null : (
        <>
          <label for="model-which">Which of them</label>
          <select
            id="model-which"
            value={choice.task === "several" ? "all" : String(choice.which)}
            onChange={({ currentTarget: { value } }) =>
              pick(shipped.name, value === "all" ? null : Number(value))
            }
          >
            <option value="all">all {shipped.programs.length}, as a table</option>
            {shipped.programs.map(({ label }, index) => (
              <option key={label} value={String(index)}>
                {label}
              </option>
            ))}
          </select>
        </>
      )}
    </>
  );
}

function mistakeIn(text: string): ProgramSyntaxError | string | undefined {
  if (new TextEncoder().encode(text).length > longestProgram) {
    return "this is longer than a program can be (64 KiB)";
  }
  const program = parsed(text);
  return program instanceof ProgramSyntaxError ? program : undefined;
}

/** What is wrong, at its place: the line, with a mark below the column. */
function Mistake({ mistake }: { readonly mistake: ProgramSyntaxError | string }): JSX.Element {
  if (typeof mistake === "string") {
    return <p class="model-mistake">{mistake}</p>;
  }
  const [sentence = "", ...excerpt] = mistake.message.split("\n");
  return (
    <div class="model-mistake">
      <p>{sentence}</p>
      {/* A line of any length: it scrolls, and the mark stays below its column. */}
      <pre tabIndex={0} aria-label="where">
        {excerpt.join("\n").slice(0, 4000)}
      </pre>
    </div>
  );
}

function Conditions({
  choice,
  use,
}: {
  readonly choice: Choice;
  readonly use: (change: Partial<Choice>) => void;
}): JSX.Element {
  const { settings, plan, runs, task } = choice;
  const set = (change: Partial<ModelSettings>): void => use({ settings: { ...settings, ...change } });
  return (
    <div class="model-conditions">
      <Select
        id="model-go"
        label="Map of Go"
        value={String(settings.minor)}
        options={minors.map((minor) => [String(minor), `1.${minor}, ${chooseMap(undefined, minor).map} map`])}
        onChange={(value) => set(chooseMap(undefined, Number(value)))}
      />
      <Select
        id="model-memory"
        label="Memory"
        value={settings.memory}
        options={[
          ["sc", "sequentially consistent"],
          ["tso", "x86-TSO"],
        ]}
        onChange={(value) => set({ memory: value === "tso" ? "tso" : "sc" })}
      />
      <Select
        id="model-policy"
        label="Policy"
        value={settings.policy}
        options={policies.map((policy) => [policy, policyTitles[policy]])}
        onChange={(value) => set({ policy: policies.find((policy) => policy === value) ?? "panic" })}
      />
      <Select
        id="model-fatal"
        label="Fatal error"
        value={settings.afterFatal}
        options={[
          ["stop", "stops all, as in Go"],
          ["continue", "others go on"],
        ]}
        onChange={(value) => set({ afterFatal: value === "continue" ? "continue" : "stop" })}
      />
      <Select
        id="model-plan"
        label="Explore"
        value={planText(plan)}
        options={plansWith(plan)}
        onChange={(value) =>
          use({ plan: plans.get(value) ?? plan, task: task === "several" ? task : "explore" })
        }
      />
      <NumberField id="model-seed" label="Seed" value={settings.seed} onChange={(seed) => set({ seed })} />
      {task === "compare" ? (
        <NumberField
          id="model-runs"
          label="Random runs"
          value={runs}
          onChange={(value) => use({ runs: Math.max(2, value) })}
        />
      ) : null}
    </div>
  );
}

const policyTitles: Readonly<Record<(typeof policies)[number], string>> = {
  panic: "panic, as in Go",
  silent: "silent: nobody minds",
  lock: "lock at first sign",
  "lock-always": "lock-always: a mutex",
  rwmutex: "rwmutex",
  "sync-map": "sync-map",
};

const plans: ReadonlyMap<string, SearchPlan> = new Map<string, SearchPlan>([
  ["", { kind: "reduced" }],
  ["all", { kind: "all" }],
  ["p2", { kind: "preemptions", most: 2 }],
  ["r100", { kind: "random", runs: 100, depth: usualDepth }],
  ["r2000", { kind: "random", runs: 2000, depth: usualDepth }],
]);

function randomText({ runs, depth }: Extract<SearchPlan, { readonly kind: "random" }>): string {
  const how =
    depth === usualDepth
      ? ""
      : depth === 0
        ? ", each step drawn"
        : `, ${many(depth, "change")} of priority in each`;
  return `${many(runs, "random run")}${how}`;
}

function plansWith(plan: SearchPlan): (readonly [string, string])[] {
  const options: (readonly [string, string])[] = [
    ["", "everything, reduced"],
    ["all", "each interleaving"],
    ["p2", "at most 2 preemptions"],
    ["r100", "100 random runs"],
    ["r2000", "2,000 random runs"],
  ];
  const own = planText(plan);
  return plans.has(own)
    ? options
    : [...options, [own, plan.kind === "random" ? randomText(plan) : `preemptions: ${own.slice(1)}`]];
}

function Select({
  id,
  label,
  value,
  options,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <div>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

function NumberField({
  id,
  label,
  value,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  return (
    <div>
      <label for={id}>{label}</label>
      <input
        id={id}
        inputMode="numeric"
        pattern="\d{1,12}"
        value={String(value)}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          if (/^\d{1,12}$/.test(text)) {
            onChange(Number(text));
          } else {
            event.currentTarget.value = String(value);
          }
        }}
      />
    </div>
  );
}
