import { expect, it } from "vitest";
import { emptyDocument } from "../../../src/document/document.js";
import { traceSchema } from "../../../src/document/trace-schema.js";
import { chosenState, chosenSubject, subjectsOf } from "../../../studio/views/memory/subjects.js";

const site = { function: "main.put", file: "/srv/shop/main.go", line: 12 };
const set = (number: number, map: string): unknown => ({
  kind: "flags",
  number,
  seconds: number / 1000,
  goroutine: 7,
  site,
  map,
  before: 0,
  after: 4,
  mark: "set",
  flags: "hashWriting",
  mapFunction: "runtime.mapassign_fast64",
  changes: [],
});
const fatal = (number: number, map?: string): unknown => ({
  kind: "fatal",
  number,
  seconds: number / 1000,
  goroutine: 8,
  site,
  message: "concurrent map writes",
  ...(map === undefined ? {} : { map }),
});

function traced(events: readonly unknown[]) {
  const trace = traceSchema.parse({
    format: "maptrap-gdb-trace",
    version: 1,
    maptrap: "0.1.0",
    program: "/srv/shop/shop",
    goVersion: "go1.23.5",
    mapImplementation: "classic",
    chosen: "all maps",
    way: "console",
    events,
    end: { why: "exited", status: 2, signal: null, seconds: 1 },
    totals: {
      marksSet: 1,
      marksCleared: 0,
      growth: [],
      maps: 2,
      goroutines: 2,
      sites: [],
      repeated: 0,
      lost: 0,
    },
    notes: [],
  });
  return subjectsOf({ ...emptyDocument("d0", "trace.json"), trace });
}

it("of several maps of a trace, the one of the fatal error is shown, at that moment", () => {
  const subjects = traced([
    set(1, "0xc000011111"),
    set(2, "0xc000022222"),
    fatal(3, "0xc000022222"),
    set(4, "0xc000022222"),
  ]);
  const chosen = chosenSubject(subjects, "");
  expect(chosen?.address).toBe("0xc000022222");
  expect(chosen === undefined ? -1 : chosenState(chosen, {})).toBe(1);
  expect(chosenSubject(subjects, "0xc000011111")?.address).toBe("0xc000011111");
});

it("where it is not known on which map that was, the first one is shown from its beginning", () => {
  const chosen = chosenSubject(traced([set(1, "0xc000011111"), set(2, "0xc000022222"), fatal(3)]), "");
  expect(chosen?.address).toBe("0xc000011111");
  expect(chosen === undefined ? -1 : chosenState(chosen, {})).toBe(0);
});
