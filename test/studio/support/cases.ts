/** Cases as commands make them, from recorded files and from the shop's crash texts, as documents of the studio. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildCase } from "../../../src/analysis/build-case.js";
import { buildCrashCase } from "../../../src/analysis/crash/build-crash-case.js";
import { buildStoppedCase } from "../../../src/analysis/stopped/build-stopped-case.js";
import { observeStop } from "../../../src/analysis/stopped/observe.js";
import type { Case } from "../../../src/case/case.js";
import { decodeCase, encodeCase } from "../../../src/case/file.js";
import { emptyDocument, type StudioDocument } from "../../../src/document/document.js";
import { excerptsOf } from "../../../src/document/excerpts.js";
import { goroutinesParts } from "../../../src/document/goroutines/parts.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { readGcTrace } from "../../../src/evidence/gctrace/read.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import type { SourceFacts } from "../../../src/evidence/source/facts.js";
import { programFolder } from "../../support/programs.js";
import { decodeStop, replayed } from "../../support/recorded-stop.js";
import { shopProgram } from "../../support/shop-crash.js";
import { repositoryRoot } from "../../support/toolchains.js";

/** A document of a case that went through its file. */
export function documentOf(
  incident: Case,
  readSource: (file: string) => string | undefined = () => undefined,
  title = "case.json",
): StudioDocument {
  const kept = decodeCase(encodeCase(incident), title);
  return { ...emptyDocument("d0", title), case: kept, excerpts: excerptsOf(kept, readSource) };
}

/** The document of a crash text, as `maptrap explain` and the page make it, with all its goroutines. */
export async function crashDocument(
  text: Uint8Array | string,
  source?: SourceFacts,
  title = "crash.log",
): Promise<StudioDocument> {
  const read = await readCrashText(text, { everyGoroutine: true });
  const texts = [{ path: title, text: read, gcTrace: await readGcTrace(text) }];
  const incident = buildCrashCase({
    command: ["maptrap", "explain"],
    workingDirectory: "/home/ada",
    texts,
    source,
    created: new Date(0),
  });
  const document = documentOf(incident, (file) => shopProgram[path.basename(file)], title);
  return { ...document, goroutines: goroutinesParts(incident, texts) };
}

/** A recorded stop of test/fixtures/stopped: `read-write-1.27`. */
export function stoppedDocument(name: string): StudioDocument {
  const file = path.join(repositoryRoot, "test/fixtures/stopped", `${name}.json`);
  const stop = decodeStop(readFileSync(file, "utf8"));
  const observation = observeStop({
    program: replayed(stop),
    reason: stop.reason,
    now: undefined,
    handle: "o0",
    evidence: "e0",
  });
  const incident = buildStoppedCase({
    command: ["maptrap", "gdb", "run", "./gdb-catch"],
    workingDirectory: "/srv",
    modulePath: "example.com/gdb-catch",
    created: new Date(0),
    sessions: [
      {
        observation,
        evidence: {
          kind: "gdb-session",
          handle: "e0",
          path: "/srv/gdb-catch",
          how: "run",
          core: null,
          processId: 4711,
          run: null,
          goVersion: stop.goVersion,
          platform: "linux/amd64",
          mapImplementation: name.endsWith("1.23") ? "classic" : "swiss",
          debugger: null,
          ending: "stopped",
          exitStatus: 2,
          stripped: false,
          notes: [],
        },
      },
    ],
  });
  const source = path.join(programFolder("gdb-catch"), "main.go");
  return documentOf(incident, (at) =>
    path.basename(at) === "main.go" ? readFileSync(source, "utf8") : undefined,
  );
}

/** The recorded event file of fixtures/article, as `maptrap read` makes a case of it: the trap caught both sides. */
export function trapDocument(): StudioDocument {
  const folder = path.join(repositoryRoot, "fixtures/article");
  const incident = buildCase({
    command: ["maptrap", "read", "article.maptrap"],
    workingDirectory: "/home/ada/article",
    created: new Date(0),
    processes: [
      {
        eventFile: readEventFile(readFileSync(path.join(folder, "article.maptrap")), "article.maptrap"),
        run: null,
      },
    ],
  });
  const source = readFileSync(path.join(folder, "main.go"), "utf8");
  return documentOf(incident, (file) => (path.basename(file) === "main.go" ? source : undefined));
}
