/**
 * What is known about race reports of some Go versions.
 *
 * From Go 1.27 on, `x = m[k]` is reported with the wrapper's caller in place of its own:
 *
 *     runtime.mapaccess2_faststr()
 *     runtime.mapaccess1_faststr()       the wrapper
 *     main.main.func2()  main.go:34      not the reader, but who called it
 */
import type { RaceObservation } from "../../case/case.js";
import type { MapAccess } from "../../evidence/source/facts.js";
import { placeList } from "../peer/advice/places.js";
import type { CaseSource } from "./case-source.js";

type RaceAccess = RaceObservation["accesses"][number];

/** Sentences about a report, one or two each. */
export function raceNotes(race: RaceObservation, source: CaseSource | undefined): string[] {
  const readers = race.accesses.filter(hasLostReader);
  const lostStack = race.accesses.some(({ stackLost }) => stackLost);
  return [
    ...new Set(readers.map((reader) => lostReaderNote(reader, source))),
    ...(lostStack
      ? ["The race detector had forgotten one side's stack: GORACE=history_size=7 keeps more of it."]
      : []),
  ];
}

/** Whether the reader's own frame is missing: the wrapper around the function that looks a key up is at the top. */
function hasLostReader({ mapOperation, site, stack }: RaceAccess): boolean {
  const names = stack.map((frame) => frame.function);
  const wrapped = names.some(
    (name, at) =>
      /(?:^|\.)mapaccess2(?:_|$)/.test(name) && /(?:^|\.)mapaccess1(?:_|$)/.test(names[at + 1] ?? ""),
  );
  return wrapped || (mapOperation === "read" && site === null && stack.length > 0);
}

function lostReaderNote(reader: RaceAccess, source: CaseSource | undefined): string {
  const { site } = reader;
  const shown =
    site?.line === null || site === null ? "" : `; line ${site.line} of ${site.function} is who called it`;
  const reads = source === undefined ? [] : readsBelow(reader, source);
  const which =
    reads.length === 0
      ? "It is one of the reads in a function that is called there."
      : `It is one of these: ${placeList(reads)}.`;
  return `Race reports of Go 1.27 lose the reader's own line for x = m[k]${shown}. ${which}`;
}

/** The reads in the functions that are called at the line that is shown; else in those that the goroutine was started with. */
function readsBelow({ site, stack, createdAt }: RaceAccess, { match, index }: CaseSource): MapAccess[] {
  const frame = stack.find((one) => one.function === site?.function && one.line === site.line);
  const caller = frame === undefined ? undefined : match.place(frame);
  const called =
    caller?.function === null || caller === undefined
      ? []
      : index
          .callsFrom(caller.function)
          .filter(({ line }) => line === caller.line)
          .map(({ callee }) => callee);
  const [created] = createdAt;
  const start = created === undefined ? undefined : match.place(created);
  const started = index.facts.starts
    .filter(({ file, line }) => start !== undefined && file === start.file && line === start.line)
    .map((edge) => edge.started);
  const found = [called, caller === undefined ? started : []].find((functions) => functions.length > 0) ?? [];
  return [...new Set(found)].flatMap((at) =>
    index
      .accessesIn(index.function(at)?.file ?? "")
      .filter((access) => access.function === at && access.operation === "read" && access.through === null),
  );
}
