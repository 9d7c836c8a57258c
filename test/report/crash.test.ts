import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { buildCrashCase } from "../../src/analysis/crash/build-crash-case.js";
import type { Case } from "../../src/case/case.js";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import type { SourceFacts } from "../../src/evidence/source/facts.js";
import { renderJson } from "../../src/report/json/render.js";
import { renderText } from "../../src/report/text/render.js";
import {
  lastWords,
  lastWordsAlone,
  oneSidedText,
  panicText,
  raceText,
  shopFacts,
  shopProgram,
  wholeText,
} from "../support/shop-crash.js";

let facts: SourceFacts;

beforeAll(async () => {
  facts = await shopFacts();
});

/** The case of texts, as `maptrap explain` makes it. */
async function caseOf(texts: readonly string[], source?: SourceFacts): Promise<Case> {
  return buildCrashCase({
    command: ["maptrap", "explain"],
    workingDirectory: "/home/ada",
    texts: await Promise.all(
      texts.map(async (text, index) => ({ path: `crash-${index}.log`, text: await readCrashText(text) })),
    ),
    source,
    created: new Date(0),
  });
}

/** What a person sees. */
async function drawn(texts: readonly string[], source?: SourceFacts): Promise<string> {
  return renderText(await caseOf(texts, source), { readSource: (file) => shopProgram[file] });
}

/** A text as a container's log shows it, with what a logger does to it. */
const mangled = wholeText
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => `shop-1  | 2024-05-06T07:08:09.123456Z ${line.replace("\t", "    ")}`)
  .join("\r\n");

describe("the report on a crash text", () => {
  it.each<[string, readonly string[], boolean]>([
    ["crash-whole", [wholeText], true],
    ["crash-one-sided", [oneSidedText], true],
    ["crash-without-source", [wholeText], false],
    ["crash-mangled", [mangled], true],
    ["crash-race", [raceText], true],
    ["crash-recorded", [oneSidedText + lastWords], true],
    ["crash-recorded-alone", [oneSidedText + lastWordsAlone], true],
    ["crash-two", [`${wholeText}\n${oneSidedText}`], true],
    ["crash-panic", [panicText], true],
    ["crash-nothing", ["all is well\n".repeat(12)], true],
    ["crash-several-files", [wholeText, panicText], false],
  ])("is as a person can understand it: %s", async (name, texts, withSource) => {
    const text = await drawn(texts, withSource ? facts : undefined);
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it("names what was undone", async () => {
    const text = await drawn([mangled], facts);
    expect(text).toMatch(/undone: .*container prefix/);
    expect(text).toContain("cache.go:13");
  });

  it("says of a race that is not about a map that it is none", async () => {
    const other = raceText.replace(/runtime\.map\w+/g, "runtime.racewritepc");
    expect(await drawn([other])).toContain("This race is not about a map, as far as the text tells.");
  });

  it("names no line of the source that was not found there", async () => {
    const other = wholeText.replace(/(\w+)\.go:/g, "other-$1.go:");
    const text = await drawn([other], facts);
    expect(text).toContain("The other side is not known.");
    expect(text).not.toContain("> ");
  });
});

describe("the report on hostile text", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\x1b]0;title\x07", "\u202egnp.go", "a\rb", "x\n== fake ==\n", "\u009b2J", "\u2028"),
    fc.string({ unit: "binary", minLength: 1000, maxLength: 3000 }),
  );

  it("lets nothing of it act on a terminal, in any field, and bounds each line", async () => {
    const texts = [wholeText, raceText];
    const incident = await caseOf(texts, facts);
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const spoilt = spoil(incident, [one, other]);
        const text = renderText(spoilt, { readSource: () => `${other}\n`.repeat(30) });
        expect(unsafe.exec(text)).toBeNull();
        expect(text).not.toMatch(/^== fake ==$/m);
        expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(8000);
        expect(unsafe.exec(renderJson(spoilt))).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  it("lets nothing of a text act on a terminal that goes the whole way", async () => {
    const evil = "\x1b]0;pwned\x07\u202e\u009b2J";
    const text = wholeText
      .replace("(*Cache).Get", `(*Ca${evil}che).Get`)
      .replace("chan receive", `chan ${evil}receive`)
      .replace("main.go:22", `ma${evil}in.go:22`)
      .replace("concurrent map read and map write", `concurrent map read and map write ${evil}`);
    const shown = await drawn(
      [text, `panic: ${evil}\n\ngoroutine 1 [running]:\n${evil}main.main()\n\t/x/${evil}a.go:3\n`],
      facts,
    );
    expect(unsafe.exec(shown)).toBeNull();
    expect(unsafe.exec(renderJson(await caseOf([text], facts)))).toBeNull();
  });
});

/** What no line of a report may hold: controls, and characters that hide or reorder text. */
const unsafe = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Words that the schema allows only as they are. */
const fixed = new Set([
  "kind",
  "format",
  "certainty",
  "role",
  "operation",
  "mapOperation",
  "conflict",
  "cause",
  "origin",
  "level",
  "address",
  "created",
]);

/** A copy of a case with every other string field replaced, handles too where nothing refers to them. */
function spoil(value: Case, strings: readonly [string, string]): Case {
  let count = 0;
  const change = (part: unknown, name: string): unknown => {
    if (typeof part === "string") {
      count += 1;
      const keep = fixed.has(name) || name === "handle" || name === "evidence" || name === "observations";
      return keep ? part : strings[count % 2];
    }
    if (Array.isArray(part)) {
      return part.map((one) => change(one, name));
    }
    return typeof part === "object" && part !== null
      ? Object.fromEntries(Object.entries(part).map(([key, one]) => [key, change(one, key)]))
      : part;
  };
  return change(value, "") as Case;
}
