/**
 * Texts that show both sides: reports of Go's race detector, of maptrap's trap and of its recorder, on the example programs
 * (test/fixtures/crash-texts/two-sided), with what a search for the marked lines finds in them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { runProcess } from "../../../src/base/processes.js";
import { makeOverlay } from "../../../src/probe/overlay/make.js";
import type { Example, ExampleSite } from "../examples.js";
import { cacheHome, goCommand, type GoVersion, SUPPORTED, toolchain } from "../toolchains.js";
import { crashTextsDirectory } from "./load.js";
import { goBuild, goRelease, recordEnvironment, shownFolder, type Workshop } from "./record.js";

const sideSchema = z.strictObject({
  /** The first word of its header, in small letters. */
  operation: z.string().regex(/^[a-z]+$/),
  /** Whether it is the one that came first: `Previous …`, held in the trap, or on record. */
  previous: z.boolean(),
  /** Null for the main goroutine of a race report. */
  goroutine: z.int().min(1).nullable(),
  /** The innermost marked line; null when none is shown. */
  site: z
    .strictObject({ mark: z.string(), function: z.string(), file: z.string(), line: z.int().min(1) })
    .nullable(),
});

const textSchema = z.strictObject({
  /** EXAMPLE/go1.NN/TOOL */
  name: z.string(),
  example: z.string(),
  goVersion: z.enum(SUPPORTED),
  goRelease: z.string(),
  tool: z.enum(["race", "probe", "record"]),
  /** Two sides for each report, in the order of the text. */
  reports: z.array(z.tuple([sideSchema, sideSchema])).min(1),
  text: z.string(),
});

const fileSchema = z.strictObject({
  format: z.literal("two-sided-texts"),
  version: z.literal(1),
  texts: z.array(textSchema).min(1),
});

/** A text with both sides. */
export type TwoSidedText = z.infer<typeof textSchema>;
/** One of the two sides. */
export type TextSide = z.infer<typeof sideSchema>;
/** What made it. */
export type TwoSidedTool = TwoSidedText["tool"];

const folder = path.join(crashTextsDirectory, "two-sided");

function fileOf(example: string): string {
  return path.join(folder, `${example}.json.gz`);
}

/**
 * The recorded texts.
 *
 * @param example of one example; of all when not given
 * @throws Error when a file is not as it should be, with its name
 */
export function loadTwoSidedTexts(example?: string): TwoSidedText[] {
  const files = example === undefined ? readdirSync(folder).toSorted() : [`${example}.json.gz`];
  return files.flatMap((name) => {
    const json: unknown = JSON.parse(gunzipSync(readFileSync(path.join(folder, name))).toString());
    const parsed = fileSchema.safeParse(json);
    if (!parsed.success) {
      throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
    }
    return parsed.data.texts;
  });
}

/** Puts a text into the file of its example, in the place of the one that was there. */
export function storeTwoSided(text: TwoSidedText): void {
  const before = existsSync(fileOf(text.example)) ? loadTwoSidedTexts(text.example) : [];
  const texts = [...before.filter(({ name }) => name !== text.name), text];
  mkdirSync(folder, { recursive: true });
  const sorted = texts.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const json = JSON.stringify({ format: "two-sided-texts", version: 1, texts: sorted });
  writeFileSync(fileOf(text.example), gzipSync(json, { level: 9 }));
}

const header =
  /^(Previous )?(?:atomic )?(\w+)(?: at 0x[\da-f]+)?( \((?:held in a trap for|the other side)[^)]*\))?(?: \(the side that noticed\))? by (?:goroutine (\d+)|main goroutine):$/;

/** The sides of the reports in a text. */
export function sidesOf(text: string, example: Example): [TextSide, TextSide][] | string {
  const sites = example.conflicts.flatMap((conflict) => conflict.sites);
  const reports = text.split("==================\n").filter((part) => part.startsWith("WARNING: "));
  const found: [TextSide, TextSide][] = [];
  for (const report of reports) {
    const lines = report.split("\n");
    const starts = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
    const [one, other] = starts.map((start) => sideAt(lines, start, sites, example));
    if (one === undefined || other === undefined || starts.length !== 2) {
      return `${starts.length} sides in a report`;
    }
    found.push([one, other]);
  }
  return found.length > 0 ? found : "no report";
}

function sideAt(
  lines: readonly string[],
  start: number,
  sites: readonly ExampleSite[],
  example: Example,
): TextSide {
  const [, previous, word = "", held, goroutine] = header.exec(lines[start] ?? "") ?? [];
  const operation = word.toLowerCase();
  const side = {
    operation,
    previous: previous !== undefined || held !== undefined,
    goroutine: goroutine === undefined ? null : Number(goroutine),
  };
  for (let index = start + 1; /^ {2}/.test(lines[index] ?? ""); index += 1) {
    const [, file = "", line = ""] = /^ {6}(.*):(\d+)(?: \+0x[\da-f]+)?$/.exec(lines[index] ?? "") ?? [];
    const site = sites.find(
      (one) => String(one.line) === line && file === `${shownFolder}/${example.name}/${one.file}`,
    );
    if (site !== undefined) {
      const name = (lines[index - 1] ?? "").trim().replace(/\(\)$/, "");
      return { ...side, site: { mark: site.mark, function: name, file, line: site.line } };
    }
  }
  return { ...side, site: null };
}

/**
 * Makes the text of a tool on an example.
 *
 * @returns the text, or in words why there is none
 */
export async function recordTwoSided(
  workshop: Workshop,
  example: Example,
  version: GoVersion,
  tool: TwoSidedTool,
): Promise<TwoSidedText | string> {
  const cwd = workshop.copy(example);
  const file = path.join(workshop.folder, "bin", `${example.name}-${version}-${tool}`);
  mkdirSync(path.dirname(file), { recursive: true });
  const release = goRelease(version);
  const flags = tool === "race" ? ["-race"] : ["-overlay", await probeOverlay(version, release)];
  const verb = example.command === "test" ? ["test", "-c"] : ["build"];
  const cgo = { CGO_ENABLED: tool === "race" ? "1" : "0" };
  await goBuild(goCommand(version), [...verb, ...flags, "-o", file, "."], cwd, cgo);
  const env = recordEnvironment(tool === "race" ? cgo : { ...cgo, ...probeEnvironment(tool, workshop) });
  let why = "";
  for (let tries = 0; tries < 40; tries += 1) {
    const { stderr } = await runProcess(file, [], { cwd, env, signal: AbortSignal.timeout(30_000) });
    const text = workshop.neutral(stderr);
    const reports = sidesOf(text, example);
    if (typeof reports !== "string") {
      const name = `${example.name}/go${version}/${tool}`;
      return { name, example: example.name, goVersion: version, goRelease: release, tool, reports, text };
    }
    why = reports;
  }
  return why;
}

/** The recorder needs a file; each run has its own. */
function probeEnvironment(tool: TwoSidedTool, workshop: Workshop): Readonly<Record<string, string>> {
  return tool === "record"
    ? { MAPTRAP: "record", MAPTRAP_DIR: workshop.folder, MAPTRAP_SIZE: String(1 << 20) }
    : { MAPTRAP: "trap" };
}

async function probeOverlay(version: GoVersion, release: string): Promise<string> {
  const goroot = realpathSync(toolchain(version));
  const cacheDirectory = path.join(cacheHome, "maptrap", "overlay");
  const minor = Number(version.slice(2));
  return (await makeOverlay({ goroot, version: release, minor }, { cacheDirectory })).overlayFile;
}
