import { describe, expect, test } from "vitest";
import { readCrashText } from "../../../../src/evidence/crashtext/read.js";
import { loadCrashTexts } from "../../../support/crash-texts/load.js";
import type { RecordedCrashText } from "../../../support/crash-texts/schema.js";
import { inOrder, manglers } from "../../../support/mangle/all.js";
import type { Mangler } from "../../../support/mangle/mangler.js";
import { Random } from "../../../support/mangle/random.js";
import { comparable } from "../../../support/mangle/reading.js";

const longestText = 12_000;

/** Every Go version, and all kinds of traceback in turn. */
function someTexts(): readonly RecordedCrashText[] {
  const small = loadCrashTexts().filter(({ text }) => text.length < longestText);
  const versions = [...new Set(small.map(({ goVersion }) => goVersion))];
  return versions.flatMap((version, index) => {
    const own = small.filter(({ goVersion }) => goVersion === version);
    const kinds = [...new Set(own.map(({ traceback }) => traceback))];
    const kind = kinds[index % kinds.length];
    // Not of the same example each time.
    const some = own.filter(({ traceback }) => traceback === kind);
    return [some[Math.floor((some.length * index) / versions.length)], own[(index * 37) % own.length]].filter(
      (text) => text !== undefined,
    );
  });
}

const texts = someTexts();

/** Mangles a text and reads it; null when one of the ways does not apply. */
async function differs(text: string, ways: readonly Mangler[], seed: number): Promise<boolean | null> {
  const random = new Random(seed);
  let mangled = text;
  for (const way of ways) {
    if (way.applies?.(mangled) === false) {
      return null;
    }
    mangled = way.mangle(mangled, random);
  }
  const lost = ways.flatMap((way) => way.lost ?? []);
  const copies = ways.reduce((all, way) => all * (way.copies ?? 1), 1);
  const once = comparable(await readCrashText(text), lost);
  const expected = Array.from({ length: copies }, () => once).flat();
  const got = comparable(await readCrashText(mangled), lost);
  return JSON.stringify(got) !== JSON.stringify(expected);
}

test("there are texts of at least eight Go versions and all four kinds of traceback", () => {
  expect(new Set(texts.map(({ goVersion }) => goVersion)).size).toBeGreaterThanOrEqual(8);
  expect(new Set(texts.map(({ traceback }) => traceback)).size).toBe(4);
});

describe("a text mangled in one way reads as the clean one", () => {
  test.each(manglers.map((way) => [way.row, way.name, way] as const))("%s: %s", async (_row, _name, way) => {
    const results = await Promise.all(texts.map(async ({ text }, seed) => differs(text, [way], seed)));
    const applied = results.filter((result) => result !== null);
    expect(applied.length).toBeGreaterThan(5);
    expect(texts.filter((_, index) => results[index] === true).map(({ name }) => name)).toEqual([]);
  });
});

/** So many pairs are drawn for each pair of rows. */
const pairsPerRows = 5;
/**
 * A window that cuts lines within two prefixes, masked braces within JSON strings that are framed: some pairs cannot be undone
 * on every text. More than so many of a row's pairs may not fail.
 */
const worst = 0.08;

describe("a text mangled in two ways reads as the clean one", () => {
  const rows = [...new Set(manglers.map((way) => way.row))];
  test.each(rows)("%s with any other", async (row) => {
    const random = new Random(rows.indexOf(row));
    const ways = manglers.filter((way) => way.row === row);
    const failed: string[] = [];
    let count = 0;
    for (const other of rows) {
      for (let i = 0; i < pairsPerRows; i++) {
        const pair = inOrder(random.pick(ways), random.pick(manglers.filter((way) => way.row === other)));
        const { text, name } = random.pick(texts);
        const result = pair === undefined ? null : await differs(text, pair, i);
        count += result === null ? 0 : 1;
        if (result === true) {
          failed.push(`${pair?.map((way) => way.name).join(" + ") ?? ""}: ${name}`);
        }
      }
    }
    expect(count).toBeGreaterThan(rows.length * 3);
    expect(failed.length, failed.join("\n")).toBeLessThanOrEqual(count * worst);
  });
});
