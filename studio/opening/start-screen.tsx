/** What is shown while nothing is open, and when more is to be opened. */
import { useSignal } from "@preact/signals";
import type { JSX, TargetedEvent } from "preact";
import { counted, shown } from "../../src/report/text/shown.js";
import { documents } from "../page/state.js";
import { placedFiles, sortGiven } from "./dropped.js";
import { exampleName, exampleSource, exampleText } from "./example.js";
import { heldSource, openExample, openGivenHere, openText } from "./open-here.js";
import "./start.css";

/** Drop, pick or paste. */
export function StartScreen(): JSX.Element {
  return (
    <section class="start">
      <h1>What do you have?</h1>
      <p class="start-lead">
        A Go program died of “concurrent map …” and named one goroutine. Give what it left behind, and see
        both. All of it is read in this page; nothing is sent anywhere.
      </p>
      <div class="start-ways">
        <PickFiles />
        <PasteText />
      </div>
      <div class="start-ways start-try">
        <p>
          <strong>Nothing at hand?</strong>{" "}
          <button onClick={() => void openExample(exampleName, exampleText, exampleSource)}>
            Try an example
          </button>{" "}
          <span class="quiet">a crash of a program that reloads its configuration</span>
        </p>
        <p>
          <strong>Or begin with the model:</strong> <a href="#/-/model">step through a small program</a>{" "}
          <span class="quiet">and see every way in which it can end</span>
        </p>
      </div>
      <WhatCanBeOpened />
    </section>
  );
}

/** The list of what is open, to go back to it. */
function OpenDocuments(): JSX.Element | null {
  return documents.value.length === 0 ? null : (
    <p class="start-open">
      Open now:{" "}
      {documents.value.map(({ handle, title }) => (
        <a key={handle} href={`#/${handle}`}>
          {handle} {shown(title)}
        </a>
      ))}
    </p>
  );
}

function PickFiles(): JSX.Element {
  const take = (event: TargetedEvent<HTMLInputElement>): void => {
    const given = sortGiven(placedFiles(event.currentTarget.files ?? []));
    // The same file can be picked again.
    event.currentTarget.value = "";
    void openGivenHere(given);
  };
  return (
    <div class="start-drop">
      <h2>Drop files or folders here</h2>
      <p class="quiet">anywhere on this page, several at once</p>
      <p class="start-picks">
        <label class="start-pick">
          <input type="file" multiple onChange={take} />
          Choose files
        </label>
        <label class="start-pick">
          <input type="file" ref={(input) => input?.setAttribute("webkitdirectory", "")} onChange={take} />
          Choose a folder
        </label>
      </p>
      <SourceState />
      <OpenDocuments />
    </div>
  );
}

/** What is known of the program's source. */
function SourceState(): JSX.Element {
  const source = heldSource.value;
  if (source === null) {
    return (
      <p class="quiet">
        With the program's source beside a crash text, the other side can be named even where the text does
        not show it.
      </p>
    );
  }
  const files = counted(source.files.length, "file");
  return (
    <p role="status">
      Source: {source.folder === "" ? files : `${shown(source.folder)}, ${files}`}.{" "}
      <span class="quiet">Crash texts are looked up in it.</span>{" "}
      <button onClick={() => (heldSource.value = null)}>Forget it</button>
    </p>
  );
}

function PasteText(): JSX.Element {
  const text = useSignal("");
  return (
    <form
      class="start-paste"
      onSubmit={(event) => {
        event.preventDefault();
        void openText(text.value);
      }}
    >
      <h2>
        <label for="crash-text">Or paste what it printed</label>
      </h2>
      <textarea
        id="crash-text"
        rows={9}
        spellcheck={false}
        placeholder={
          "fatal error: concurrent map read and map write\n\ngoroutine 36 [running]:\n…\n\na log, a journal, a page of CI: it may be mangled"
        }
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button class="start-main" disabled={text.value.trim() === ""}>
        Explain
      </button>
    </form>
  );
}

const kinds: readonly {
  readonly what: string;
  readonly command: string;
  readonly shows: string;
}[] = [
  {
    what: "Crash text",
    command: "./shop 2> crash.log",
    shows: "both sides, inferred; all goroutines",
  },
  {
    what: "Case of a trap",
    command: "maptrap test --json ./... > case.json",
    shows: "both sides, caught in the act",
  },
  {
    what: "Recording",
    command:
      "GOFLAGS=$(maptrap overlay --goflags) go build -o shop . && MAPTRAP=record MAPTRAP_FILE=shop.maptrap ./shop",
    shows: "every goroutine in time, growth, garbage collection",
  },
  {
    what: "Trace under GDB",
    command: "maptrap gdb trace --json ./shop > trace.json",
    shows: "each change of the map's flag",
  },
  {
    what: "A stopped program",
    command: "maptrap gdb run --case stop.json ./shop",
    shows: "who is on which map, and the map's memory",
  },
  {
    what: "A map's memory",
    command: "maptrap map main.cache --pid 4711 --json > map.json",
    shows: "buckets or groups, slot by slot",
  },
  {
    what: "Executable",
    command: "go build -o shop .",
    shows: "functions as instructions; names for recordings",
  },
  {
    what: "Run of the model",
    command: "maptrap model explore article --json > model.json",
    shows: "every way in which it can end",
  },
];

function WhatCanBeOpened(): JSX.Element {
  return (
    <section class="start-kinds" aria-labelledby="start-kinds-title">
      <h2 id="start-kinds-title">What can be opened, and what makes it</h2>
      <dl>
        {kinds.map(({ what, command, shows }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <code>{command}</code>
            </dd>
            <dd class="quiet">{shows}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        Also pages made with <code>--html</code>, and any of these packed with gzip. The name of a file does
        not matter.
      </p>
    </section>
  );
}
