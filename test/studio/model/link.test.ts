import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MaptrapError } from "../../../src/base/errors.js";
import { modelSchema } from "../../../src/document/model-schema.js";
import { policies } from "../../../src/gomap/programs/policies.js";
import { shippedPrograms } from "../../../src/gomap/programs/shipped.js";
import {
  type Choice,
  choiceFrom,
  choiceOf,
  usualRuns,
  firstChoice,
  LinkError,
  paramsOf,
} from "../../../studio/views/model/link.js";
import { parseRoute, routeHash } from "../../../studio/page/route.js";

const shipped = shippedPrograms.flatMap(({ name, programs }) =>
  programs.map(({ text }, which) => ({ shipped: name, which, text })),
);
const program = fc.oneof(
  fc.constantFrom(...shipped),
  fc
    .string({ unit: "grapheme", maxLength: 300 })
    .map((text) => ({ shipped: undefined, which: 0, text: `a: ${text}` })),
);
const settings = fc
  .record({
    minor: fc.integer({ min: 19, max: 27 }),
    memory: fc.constantFrom("sc", "tso"),
    policy: fc.constantFrom(...policies),
    seed: fc.integer({ min: 0, max: 999_999_999_999 }),
    afterFatal: fc.constantFrom("stop", "continue"),
  })
  .map((one) => ({ ...one, map: one.minor <= 23 ? ("classic" as const) : ("swiss" as const) }));
const plan = fc.oneof(
  fc.constant({ kind: "reduced" } as const),
  fc.constant({ kind: "all" } as const),
  fc.record({ kind: fc.constant("preemptions"), most: fc.nat(1_000_000) }),
  fc.record({
    kind: fc.constant("random"),
    runs: fc.integer({ min: 1, max: 1_000_000 }),
    depth: fc.oneof(fc.constant(3), fc.nat(9999)),
  }),
);
const choice: fc.Arbitrary<Choice> = fc
  .tuple(
    program,
    fc.record({
      settings,
      plan,
      task: fc.constantFrom("explore", "compare", "run"),
      runs: fc.integer({ min: 2, max: 1_000_000 }),
      token: fc.stringMatching(/^mt1-[\w-]{6,40}$/),
      step: fc.nat(1_000_000),
      every: fc.boolean(),
      place: fc.constantFrom("", "header", "bucket 3, slot 2", "table 0 group 4, slot 1"),
    }),
  )
  .map(([a, b]) => ({ ...a, ...b }));

/** Through the address and back. */
function again(params: Record<string, string>): Record<string, string> {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ""));
  return { ...parseRoute(routeHash({ document: "-", view: "model", params: given })).params };
}

/** A document's program, without what it begins with. */
const plainModel = {
  label: "x",
  program: firstChoice.text,
  settings: firstChoice.settings,
  token: null,
};

describe("an address of the model view", () => {
  it("restores everything", () => {
    fc.assert(
      fc.property(choice, (one) => {
        expect(choiceFrom(again(paramsOf(one)), firstChoice)).toEqual(one);
      }),
    );
  });

  it("is only ever understood or refused with a way out", () => {
    const names = [
      "program",
      "which",
      "map",
      "go",
      "memory",
      "policy",
      "seed",
      "fatal",
      "do",
      "plan",
      "runs",
    ];
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(
        "article",
        "~",
        "~AAAA",
        "~_____w",
        "1.23",
        "swiss",
        "r5",
        "p1",
        "__proto__",
        "-1",
        "1e9",
      ),
    );
    const params = fc.dictionary(fc.constantFrom(...names, "token", "step", "__proto__"), value);
    let refused = 0;
    fc.assert(
      fc.property(params, (one) => {
        try {
          const { settings: found } = choiceFrom(one, firstChoice);
          return found.minor >= 19 && found.minor <= 27;
        } catch (error) {
          refused++;
          return error instanceof MaptrapError && error.wayOut !== undefined && error.message.length < 400;
        }
      }),
    );
    expect(refused).toBeGreaterThan(0);
  });

  it.each([
    [{ program: "no-such" }, "no program no-such comes with this maptrap"],
    [{ program: `~${"A".repeat(200_000)}` }, "longer than a program can be"],
    [{ program: "~A" }, "damaged"],
    [{ program: "~_w" }, "it is no text"],
    [{ program: "article", go: "1.99" }, "not modelled"],
    [{ program: "article", go: "1.23", map: "swiss" }, "Go 1.23 has classic maps"],
    [{ program: "article", seed: "-1" }, "the seed"],
    [{ program: "article", do: "sing" }, "cannot be what is done"],
    [{ program: "article", plan: "r99999999" }, "no way to explore"],
    [{ program: "article", plan: "p2d3" }, "no way to explore"],
    [{ step: "x" }, "the step"],
    [{ program: "\u202Eevil\u0007" }, "\\u202eevil\\x07"],
  ])("is refused: %j", (params, sentence) => {
    expect(() => choiceFrom(params, firstChoice)).toThrow(sentence);
  });

  it("says nothing: then it begins with the document", () => {
    const model = modelSchema.parse({
      label: "x",
      program: "a: m[1]=1\nb: _=m[1]\n",
      settings: {
        map: "classic",
        minor: 22,
        memory: "tso",
        policy: "silent",
        seed: 5,
        afterFatal: "continue",
      },
      token: "mt1-AAAA",
      begin: "run",
    });
    const begun = choiceFrom({}, choiceOf(model));
    expect(begun).toMatchObject({ shipped: undefined, text: model.program, task: "run", token: "mt1-AAAA" });
    expect(begun.settings).toEqual(model.settings);
    expect(choiceFrom({}, firstChoice)).toEqual(firstChoice);
    expect(() => choiceFrom({ program: "" }, firstChoice)).toThrow(LinkError);
  });

  it("names a shipped program that a document holds as text", () => {
    const one = shipped.find(({ which }) => which === 2)!;
    const { text } = one;
    const model = { label: "x", program: `${text}\n`, settings: firstChoice.settings, token: null };
    expect(choiceOf({ ...model, begin: "explore" })).toMatchObject({ shipped: one.shipped, which: 2 });
  });

  it("takes the runs of a comparison from the document", () => {
    const model = { ...plainModel, begin: "compare" as const };
    expect(choiceOf({ ...model, runs: 300 }).runs).toBe(300);
    expect(choiceOf({ ...model, runs: 10 ** 9 }).runs).toBe(10 ** 6);
    expect(choiceOf(model).runs).toBe(usualRuns);
  });

  it("takes the way to explore from the document, up to what the page can be asked for", () => {
    const model = { ...plainModel, begin: "explore" as const };
    const random = { kind: "random", runs: 300, depth: 0 } as const;
    expect(choiceOf({ ...model, plan: random }).plan).toEqual(random);
    expect(choiceOf({ ...model, plan: { ...random, runs: 10 ** 9, depth: 10 ** 6 } }).plan).toEqual({
      kind: "random",
      runs: 10 ** 6,
      depth: 9999,
    });
    expect(choiceOf({ ...model, plan: { kind: "preemptions", most: 4 } }).plan).toEqual({
      kind: "preemptions",
      most: 4,
    });
    expect(choiceOf(model).plan).toEqual({ kind: "reduced" });
  });
});
