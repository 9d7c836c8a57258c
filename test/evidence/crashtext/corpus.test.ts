import { describe, expect, it } from "vitest";
import type { CrashDump, CrashReport } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { loadCrashTexts, loadOtherTexts, oneSided } from "../../support/crash-texts/load.js";
import type { OtherText } from "../../support/crash-texts/other-schema.js";
import { plainGoroutines } from "../../support/crash-texts/plain-count.js";
import { type RecordedCrashText, tracebacks } from "../../support/crash-texts/schema.js";
import { loadTwoSidedTexts } from "../../support/crash-texts/two-sided.js";
import { loadExamples } from "../../support/examples.js";

const texts = loadCrashTexts();
const others = loadOtherTexts();
const twoSided = loadTwoSidedTexts();

const versions = ["1.19", "1.23", "1.24", "1.27"];

/** What the tests compare: a text whose answer differs is shown with its name. */
interface Answer {
  readonly name: string;
  readonly got: unknown;
  readonly want: unknown;
}

/** Fails with the first few texts whose answers are not as wanted; there must be some. */
function expectAll(answers: readonly Answer[]): void {
  expect(answers.length).toBeGreaterThan(0);
  const wrong = answers.filter(({ got, want }) => JSON.stringify(got) !== JSON.stringify(want));
  expect(wrong.slice(0, 5).map(({ name, got }) => ({ name, is: got }))).toEqual(
    wrong.slice(0, 5).map(({ name, want }) => ({ name, is: want })),
  );
}

/** The operation, as far as the text tells it: without a map function in it, a change is a change. */
function shownOperation({ text, truth }: RecordedCrashText): string {
  const { operation, file, line } = truth.detector;
  if (operation === "assign") {
    return "write";
  }
  const above = text.slice(0, text.indexOf(`\t${file}:${line}`));
  const told =
    /runtime\.map|\(\*Map\)\.|\(\*Iter\)\./.test(above) || /^(read|iterate|clone)$/.test(operation);
  return told ? operation : "write";
}

/** A text's first dump, and all of them. */
interface Read {
  readonly dump: CrashDump & CrashReport;
  readonly dumps: readonly (CrashDump & CrashReport)[];
}

async function dumpsOf(name: string, text: string): Promise<Read> {
  const { reports } = await readCrashText(text);
  const dumps = reports.filter((report) => report.kind === "dump");
  const [dump] = dumps;
  if (dump === undefined || dumps.length < reports.length) {
    throw new Error(`${name}: ${reports.map(({ kind }) => kind).join(", ")}`);
  }
  return { dump, dumps };
}

const read = await Promise.all(
  texts.map(async (text) => ({ ...text, ...(await dumpsOf(text.name, text.text)) })),
);
const readOthers = await Promise.all(
  others.map(async (text) => ({ ...text, ...(await dumpsOf(text.name, text.text)) })),
);
const readTwoSided = await Promise.all(
  twoSided.map(async (text) => ({ ...text, read: (await readCrashText(text.text)).reports })),
);
const readOneSided = await Promise.all(
  read
    .filter(({ traceback }) => traceback === "unset")
    .map(async (text) => ({ ...text, short: (await dumpsOf(text.name, oneSided(text.text))).dump })),
);

/** The headlines as they stand in a text. */
function headlinesIn(text: string): string[] {
  return [...text.matchAll(/fatal error: (concurrent map .*)$/gm)].map((match) => match[1] ?? "");
}

describe("the recorded crash texts", () => {
  it("are of every example, on the tested Go versions, with every GOTRACEBACK", () => {
    const have = new Set(texts.map((text) => `${text.example} ${text.goVersion} ${text.traceback}`));
    const wanted = loadExamples().flatMap((example) =>
      versions
        .filter((version) => version !== "1.19" || example.minimumGo === undefined)
        .flatMap((version) => tracebacks.map((traceback) => `${example.name} ${version} ${traceback}`)),
    );
    expect(wanted.length).toBeGreaterThan(580);
    expect(wanted.filter((one) => !have.has(one))).toEqual([]);
  });

  it("have names of their own", () => {
    const names = [...texts, ...others, ...twoSided].map((text) => text.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("hold what their truth says", () => {
    expectAll(
      texts.map(({ name, text, truth }) => {
        const lines = text.split("\n");
        const ids = plainGoroutines(text).map(({ id }) => id);
        const place = lines.findIndex((line) =>
          line.startsWith(`\t${truth.detector.file}:${truth.detector.line}`),
        );
        return {
          name,
          got: [
            ids,
            ids[0],
            lines.includes(`fatal error: ${truth.kind}`),
            lines[place - 1]?.startsWith(`${truth.detector.function}(`),
            ids.includes(truth.peer?.goroutine ?? -1),
          ],
          want: [
            truth.goroutines,
            truth.detector.goroutine,
            true,
            true,
            truth.peer !== null && truth.peer.shown !== "absent",
          ],
        };
      }),
    );
  });

  it("show nothing of the machine that made them, nor of how they were made", () => {
    const all = [...texts, ...others, ...twoSided];
    const told = all.filter(({ text }) => /mapWindow|\/work\/|\/root\/|\/tmp\/|toolchains/i.test(text));
    expect(told.map(({ name }) => name)).toEqual([]);
  });

  it("have one goroutine left when made one-sided, and the same headline", () => {
    expectAll(
      texts.map(({ name, text, truth }) => {
        const short = oneSided(text);
        const ids = plainGoroutines(short).map(({ id }) => id);
        const start = text.slice(0, text.indexOf("\n\n"));
        return { name, got: [ids, short.startsWith(start)], want: [[truth.detector.goroutine], true] };
      }),
    );
  });
});

describe("the reader, on the texts of the examples", () => {
  it("makes one report of each, or one more where a goroutine noticed after all had been printed", () => {
    expectAll(
      read.map(({ name, text, dumps }) => {
        const late = text.slice(text.indexOf("\ngoroutine ")).match(/^fatal error: .*\n\ngoroutine /gm);
        return { name, got: dumps.length, want: 1 + (late?.length ?? 0) };
      }),
    );
  });

  it("finds the headline, the detector and its site", () => {
    expectAll(
      read.map((text) => {
        const { name, dump, dumps, truth } = text;
        const { detector } = dump;
        const headlines = headlinesIn(text.text);
        return {
          name,
          got: [
            dump.cause,
            dump.conflict,
            dumps.flatMap((one) => one.headlines),
            detector?.goroutine.id,
            detector?.site?.function,
            detector?.site?.file,
            detector?.site?.line,
            detector?.operation,
          ],
          want: [
            "fatal",
            truth.kind,
            headlines,
            truth.detector.goroutine,
            truth.detector.function,
            truth.detector.file,
            truth.detector.line,
            shownOperation(text),
          ],
        };
      }),
    );
  });

  it("leaves nothing unread, undoes nothing, and takes no line for another's", () => {
    expectAll(
      read.flatMap(({ name, dumps }) =>
        dumps.map(({ unread, undone, cut }) => ({
          name,
          got: [unread.count, undone, cut],
          want: [0, [], null],
        })),
      ),
    );
  });

  it("tells a Go version that fits", () => {
    const wrong = read.filter(({ dump, goVersion }) => {
      const minor = Number(goVersion.slice(2));
      const [lowest, highest] = dump.goVersion?.minor ?? [99, 0];
      return minor < lowest || minor > highest;
    });
    expect(wrong.map(({ name, dump }) => `${name}: ${dump.goVersion?.text}`)).toEqual([]);
  });

  it("names a peer that is seen in a map function, or at its site, among the first", () => {
    const seen = read.filter(
      ({ truth }) => truth.peer?.shown === "in-map-function" || truth.peer?.shown === "at-site",
    );
    expect(seen.length).toBeGreaterThan(100);
    const missed = seen.filter(
      ({ dump, truth }) =>
        !dump.peers.slice(0, 4).some(({ goroutine }) => goroutine.id === truth.peer?.goroutine),
    );
    expect(missed.map(({ name }) => name)).toEqual([]);
  });

  it("reads a one-sided text as it reads the whole one", () => {
    expectAll(
      readOneSided.map(({ name, short, dump }) => {
        const of = ({ conflict, detector }: CrashDump) => [conflict, detector?.site, detector?.operation];
        return { name, got: [...of(short), short.goroutines], want: [...of(dump), 1] };
      }),
    );
  });
});

/** What a dump says of its goroutines, against a simple count of the lines. */
function goroutinesAsPrinted(name: string, text: string, dumps: readonly CrashDump[]): Answer[] {
  const plain = plainGoroutines(text);
  const byLine = new Map(plain.map((one) => [one.textLine, one]));
  const groups = dumps.flatMap((dump) => dump.groups);
  const ids = groups.flatMap((group) => group.ids).toSorted((one, other) => one - other);
  const wanted = plain.map(({ id }) => id).toSorted((one, other) => one - other);
  return [
    { name, got: ids, want: wanted },
    ...groups.map(({ example }) => {
      const same = byLine.get(example.textLine);
      return {
        name: `${name}, goroutine ${example.id}`,
        got: [
          example.id,
          example.createdBy?.frame.function ?? null,
          example.unavailable !== null,
          example.frames.map((frame) => [frame.function, `${frame.file}:${frame.line}`]),
        ],
        want: [
          same?.id,
          same?.createdBy,
          same?.unavailable,
          same?.frames.map((frame) => [frame.function, frame.place]),
        ],
      };
    }),
  ];
}

describe("every goroutine and frame", () => {
  it("of the examples is as a simple count of the lines has it", () => {
    expectAll(read.flatMap(({ name, text, dumps }) => goroutinesAsPrinted(name, text, dumps)));
  });

  it("of the other programs is too", () => {
    expectAll(readOthers.flatMap(({ name, text, dumps }) => goroutinesAsPrinted(name, text, dumps)));
  });
});

/** Whether a text without a headline tells nothing of the map: before Go 1.24 no frame of it is shown by default. */
function isSilent({ truth, name, goVersion }: OtherText): boolean {
  return truth.cause === "goroutines" && name.includes("-unset/") && goVersion === "1.23";
}

/** The kind, as far as a text tells it: by its headline, by the length of the message, or by a frame of the iterator. */
function shownKind({ truth, name, text }: OtherText): string | null {
  const told = truth.cause !== "goroutines" || !name.includes("-unset/") || text.includes("(*Iter).Next");
  return told ? truth.conflict : null;
}

describe("the reader, on the texts of other programs", () => {
  it("finds what ended the program, and the detector", () => {
    const telling = readOthers.filter((text) => !isSilent(text));
    expectAll(
      telling.map((other) => {
        const { name, truth, dump } = other;
        const { detector } = dump;
        const isConflict = truth.cause === "goroutines" && truth.detector !== null;
        const site = detector?.site;
        return {
          name,
          got: [dump.cause, dump.conflict, detector?.goroutine.id, site?.function, site?.file, site?.line],
          want: [
            isConflict ? "fatal" : truth.cause,
            shownKind(other),
            truth.detector?.goroutine,
            truth.detector?.function,
            truth.detector?.file,
            truth.detector?.line,
          ],
        };
      }),
    );
  });

  it("finds remarks, labels, stacks that are missing, and frames that were left out", () => {
    expectAll(
      readOthers.map(({ name, truth, dump: { groups } }) => {
        const sum = (count: (group: (typeof groups)[number]) => number): number =>
          groups.reduce((total, group) => total + count(group) * group.count, 0);
        return {
          name,
          got: [
            [...new Set(groups.flatMap(({ example }) => example.remarks))].toSorted(),
            sum(({ example }) => (Object.keys(example.labels).length > 0 ? 1 : 0)),
            sum(({ example }) => (example.unavailable === null ? 0 : 1)),
            sum(({ example }) => example.framesElided),
          ],
          want: [truth.remarks, truth.labelled.length, truth.unavailable, truth.framesElided],
        };
      }),
    );
  });

  it("leaves nothing unread, and undoes nothing", () => {
    expectAll(
      readOthers.map(({ name, dump }) => ({ name, got: [dump.unread.lines, dump.undone], want: [[], []] })),
    );
  });
});

/** The sides of a report, as far as both kinds of report tell them. */
function sidesRead(report: CrashReport): (readonly [string, number | null, number | null | undefined])[] {
  const sides = report.kind === "race" ? report.accesses : report.kind === "probe" ? report.sides : [];
  return sides.map(({ operation, goroutine, site }) => [operation, goroutine, site?.line]);
}

describe("the reader, on reports that show both sides", () => {
  it("finds every report, and both sides with their marked lines", () => {
    expectAll(
      readTwoSided.map(({ name, read: reports, reports: wanted }) => {
        // A program may crash as well, after the report.
        const got = reports.filter(({ kind }) => kind !== "dump").map(sidesRead);
        const want = wanted.map((sides, report) =>
          sides.map(({ operation, goroutine, site }, side) => [
            operation === "iteration" ? "iterate" : operation,
            goroutine,
            // Where no marked line is shown, there is no wrong one.
            site === null ? got[report]?.[side]?.[2] : site.line,
          ]),
        );
        return { name, got, want };
      }),
    );
  });

  it("finds what the recorder says beside the dump of the goroutine that noticed", () => {
    expectAll(
      readTwoSided
        .filter(({ tool }) => tool === "record")
        .map(({ name, read: reports }) => {
          const recorded = reports.filter((report) => report.kind === "probe");
          const noticed = recorded.map(
            ({ sides }) => sides.find(({ part }) => part === "noticed")?.goroutine,
          );
          const peers = recorded.map(({ sides }) => sides.find(({ part }) => part === "other")?.goroutine);
          const dump = reports.find((report) => report.kind === "dump");
          return {
            name,
            got: {
              found: [...new Set(recorded.map(({ found }) => found))],
              detectorNoticed: noticed.includes(dump?.detector?.goroutine.id ?? -1),
              same: noticed.filter((goroutine, index) => goroutine === peers[index]),
              conflict: recorded.some(({ conflict }) => conflict === dump?.conflict),
            },
            want: { found: ["recorded"], detectorNoticed: true, same: [], conflict: true },
          };
        }),
    );
  });
});
