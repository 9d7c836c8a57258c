/**
 * Documents in which every text that comes from evidence wants to be something else than text. What is made is still what a file of its
 * kind may hold: where a schema says what a text must look like (an address, a word of a list), it is left as it is.
 */
import fc from "fast-check";
import { z } from "zod";
import { caseSchema } from "../../../src/case/schema.js";
import { asmSchema } from "../../../src/document/asm-schema.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { mapSchema } from "../../../src/document/map-schema.js";
import { traceSchema } from "../../../src/document/trace-schema.js";

/** The name of the global that each of the scripts below would set. */
export const mark = "maptrapHostile";
const script = `globalThis.${mark}=1`;
/** A host that does not exist: a request to it is seen by the test, and goes nowhere. */
const elsewhere = "https://elsewhere.invalid";

/** Texts, one for each way in which a page has gone wrong before. Each begins with a number, so that it is found again. */
export const hostileTexts: readonly string[] = [
  `<script>${script}</script>`,
  `</script><script>${script}</script>`,
  `<img src=x onerror=${script}>`,
  `"><svg onload=${script}>`,
  `' onmouseover='${script}' autofocus onfocus='${script}'`,
  `<iframe srcdoc="<script>parent.${mark}=1</script>">`,
  `<a href="javascript:${script}">x</a><base href="${elsewhere}/">`,
  `<meta http-equiv="refresh" content="0;url=${elsewhere}"><link rel=stylesheet href=${elsewhere}/x.css>`,
  `javascript:${script}`,
  `data:text/html,<script>${script}</script>`,
  `${elsewhere}/picture.png`,
  `url(${elsewhere}/x.png)`,
  `red;background:url(${elsewhere}/y.png)`,
  `</style><style>*{display:none}@import "${elsewhere}/z.css"</style>`,
  `--><!--<textarea></title></noscript><plaintext>`,
  `{{constructor.constructor('${script}')()}}`,
  "${" + script + "}`;" + script + ";`",
  `'+${script}+'\\";${script};//`,
  `#/d0/model?program=<script>${script}</script>`,
  "../../../../etc/passwd%00.go",
  "\u0000\u0001\u0007\b\u001b[31mred\u001b[0m\u001b]8;;https://elsewhere.invalid\u0007link\u001b]8;;\u0007\u009b2J\u007f",
  "one\ntwo\r\nthree\rfour\u2028five\u2029six\tseven\v\f\u0085",
  "main.\u202egnp.exe\u2066.go\u2069 \u061c\u200e\u200f",
  "ze\u200bro\u200dwid\u2060th\ufeff\u00ad",
  "lone \ud800 and \udfff surrogates \udbff",
  "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a".repeat(5),
  "\u{1f469}\u200d\u{1f469}\u200d\u{1f467} \ufdfd \u{e0001}\u{e0041}",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "then",
  "NaN",
  "-0",
  "1e999",
  "undefined",
  "",
  " ",
  "\n",
];

/** How a document is made hostile. */
export interface Hostility {
  /** The same one gives the same document. */
  readonly seed: number;
  /** Whether what one part refers to in another (handles) is replaced as well. */
  readonly references: boolean;
  /** Whether numbers are put to their limits. */
  readonly numbers: boolean;
  /** The first text of so many fields, of all kinds alike, has this length instead. */
  readonly long?: { readonly characters: number; readonly fields: number };
}

/** Names of fields by which one part of a document finds another. */
const references = new Set([
  "handle",
  "evidence",
  "observation",
  "observations",
  "ofCrash",
  "ofConflict",
  "conflicts",
  "conflict",
]);

/** Makes a document hostile. */
export function hostileDocument(document: StudioDocument, how: Hostility): StudioDocument {
  const changer = new Changer(how);
  const { case: incident, trace, code, maps, handle, format, version, model, ...rest } = document;
  const plain = changer.plain(rest, []) as Omit<StudioDocument, "case" | "trace" | "code" | "maps">;
  const hostile: StudioDocument = {
    ...plain,
    handle,
    format,
    version,
    case: incident === null ? null : changer.checked(caseSchema, incident),
    trace: trace === null ? null : changer.checked(traceSchema, trace),
    code: code === null ? null : changer.checked(asmSchema, code),
    maps: maps.map(({ map, ...other }) => ({
      ...(changer.plain(other, ["maps"]) as typeof other),
      map: changer.checked(mapSchema, map),
    })),
    // The program's language is read in the page; settings are words of lists.
    model:
      model === null
        ? null
        : { ...model, label: changer.text(), program: changer.text(), token: changer.text() },
  };
  return changer.lengthen(hostile);
}

/** Puts other values in the place of some. */
class Changer {
  private readonly texts: Iterator<string>;
  private readonly draws: Iterator<number>;
  /** How to put another text where one was put, by the kind of its field. */
  private readonly places = new Map<string, (text: string) => void>();

  constructor(private readonly how: Hostility) {
    const { seed } = how;
    // Every one of the list comes, in an order of its own, before any comes again; and texts that nobody thought of between them.
    const round = fc.shuffledSubarray([...hostileTexts], { minLength: hostileTexts.length });
    const random = fc.array(fc.string({ unit: "binary", maxLength: 40 }), { minLength: 4, maxLength: 4 });
    this.texts = repeated((turn) =>
      fc.sample(fc.tuple(round, random), { seed: seed + turn, numRuns: 1 }).flat(2),
    );
    this.draws = repeated((turn) => fc.sample(fc.nat(1_000_000), { seed: seed + turn, numRuns: 1000 }));
  }

  /** The next hostile text. */
  text(): string {
    return this.texts.next().value as string;
  }

  /** A value of which a schema says how it must be. */
  checked<T>(schema: z.ZodType<T>, value: T): T {
    const changed = this.bySchema(schema, value, []);
    // What was made is what a file may hold.
    return schema.parse(changed);
  }

  /** A value of which nothing is known: all its texts but references and the words that say what a part is. */
  plain(value: unknown, path: readonly string[]): unknown {
    const name = path.at(-1) ?? "";
    if (typeof value === "string") {
      const kept =
        name === "kind" || name === "url" || name === "base64" || name === "origin" || this.keeps(name);
      return kept ? value : this.text();
    }
    if (Array.isArray(value)) {
      return value.map((one) => this.plain(one, path));
    }
    if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, this.plain(one, [...path, key])]),
      );
    }
    return value;
  }

  /** Puts long texts into the fields that were noted, and gives the document. */
  lengthen(document: StudioDocument): StudioDocument {
    const { long, seed } = this.how;
    if (long === undefined) {
      return document;
    }
    const kinds = fc.sample(
      fc.shuffledSubarray([...this.places.keys()], {
        minLength: Math.min(long.fields, this.places.size),
        maxLength: Math.min(long.fields, this.places.size),
      }),
      { seed, numRuns: 1 },
    )[0];
    kinds?.forEach((kind) => this.places.get(kind)?.(longText(long.characters)));
    return document;
  }

  private keeps(name: string): boolean {
    return references.has(name) && !this.how.references;
  }

  private number(): number {
    return this.draws.next().value as number;
  }

  private bySchema(schema: z.core.$ZodType, value: unknown, path: readonly string[]): unknown {
    if (value === null || value === undefined) {
      return value;
    }
    if (schema instanceof z.ZodObject) {
      return this.object(schema.shape, value as Record<string, unknown>, path);
    }
    if (schema instanceof z.ZodArray) {
      return this.array(value as unknown[], () => schema.element, path);
    }
    if (schema instanceof z.ZodTuple) {
      const { items } = schema.def;
      return this.array(value as unknown[], (index) => items[index], path);
    }
    if (
      schema instanceof z.ZodNullable ||
      schema instanceof z.ZodOptional ||
      schema instanceof z.ZodDefault
    ) {
      return this.bySchema(schema.unwrap(), value, path);
    }
    if (schema instanceof z.ZodUnion) {
      const option = schema.options.find((one) => z.safeParse(one, value).success);
      return option === undefined ? value : this.bySchema(option, value, path);
    }
    if (schema instanceof z.ZodRecord) {
      return this.record(schema.valueType, value as Record<string, unknown>, path);
    }
    if (schema instanceof z.ZodString) {
      return this.keeps(path.at(-1) ?? "") ? value : this.fitting(schema, value, this.text());
    }
    const isNumber = schema instanceof z.ZodNumber;
    return isNumber && this.how.numbers ? this.limit(schema, value) : value;
  }

  private object(
    shape: Record<string, z.core.$ZodType>,
    value: Record<string, unknown>,
    path: readonly string[],
  ): unknown {
    const changed: Record<string, unknown> = { ...value };
    for (const [key, schema] of Object.entries(shape)) {
      changed[key] = this.bySchema(schema, value[key], [...path, key]);
      this.note(changed, key, schema, [...path, key]);
    }
    return changed;
  }

  private array(
    values: readonly unknown[],
    schemaOf: (index: number) => z.core.$ZodType | undefined,
    path: readonly string[],
  ): unknown[] {
    const changed = values.map((one, index) => {
      const schema = schemaOf(index);
      return schema === undefined ? one : this.bySchema(schema, one, path);
    });
    const first = schemaOf(0);
    if (first !== undefined && changed.length > 0) {
      this.note(changed, 0, first, path);
    }
    return changed;
  }

  private record(schema: z.core.$ZodType, value: Record<string, unknown>, path: readonly string[]): unknown {
    const entries = Object.entries(value).map(
      ([, one]) => [this.text(), this.bySchema(schema, one, path)] as const,
    );
    // A key that is not there in a plain object either.
    return Object.fromEntries([...entries, ["constructor", this.text()], ["__proto__", this.text()]]);
  }

  private note(holder: object, key: string | number, schema: z.core.$ZodType, path: readonly string[]): void {
    const value: unknown = Reflect.get(holder, key);
    if (
      typeof value === "string" &&
      z.safeParse(schema, value + value).success &&
      !references.has(path.at(-1) ?? "")
    ) {
      this.places.set(path.join("."), (text) => Reflect.set(holder, key, text));
    }
  }

  private fitting(schema: z.core.$ZodType, value: unknown, other: unknown): unknown {
    return z.safeParse(schema, other).success ? other : value;
  }

  private limit(schema: z.core.$ZodType, value: unknown): unknown {
    const limits = [
      Number.MAX_SAFE_INTEGER,
      0,
      -1,
      2 ** 53,
      Number.MAX_VALUE,
      Number.MIN_VALUE,
      -Number.MAX_VALUE,
      -0,
      1,
    ];
    const draw = this.number();
    return draw % 4 === 0 ? value : this.fitting(schema, value, limits[draw % limits.length]);
  }
}

function* repeated<T>(round: (turn: number) => readonly T[]): Generator<T> {
  for (let turn = 0; ; turn += 1) {
    yield* round(turn);
  }
}

/** One line of so many characters, with markup all through it. */
export function longText(characters: number): string {
  const piece = `<b>long</b>\u202e<img src=x onerror=${script}> `;
  return piece.repeat(Math.ceil(characters / piece.length)).slice(0, characters);
}
