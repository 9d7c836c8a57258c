/** Makes one text by a recipe, and finds what is true of it by searching the text. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crashTextsDirectory } from "./load.js";
import type { RecordedVersion } from "./old-go.js";
import type { OtherText, OtherTruth } from "./other-schema.js";
import type { Recipe } from "./recipes.js";
import { goBuild, goRelease, recordEnvironment, shownFolder, type Workshop } from "./record.js";
import { windowGo } from "./window.js";

/** A program that was built by a recipe. */
export interface OtherProgram {
  readonly recipe: Recipe;
  readonly version: RecordedVersion;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly sites: readonly MarkedSite[];
}

/** Where a site is marked in a program. */
interface MarkedSite {
  readonly mark: string;
  /** Relative to the program. */
  readonly file: string;
  readonly line: number;
}

function markedSites(folder: string): MarkedSite[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".go"),
  );
  return files.flatMap((file) =>
    readFileSync(path.join(folder, file), "utf8")
      .split("\n")
      .flatMap((line, index) => {
        const mark = /\/\/ site: (\w+)$/.exec(line)?.[1];
        return mark === undefined ? [] : [{ mark, file, line: index + 1 }];
      }),
  );
}

/**
 * Builds the program of a recipe with the wide window.
 *
 * @throws Error with what go said when it fails
 */
export async function buildOther(
  workshop: Workshop,
  recipe: Recipe,
  version: RecordedVersion,
): Promise<OtherProgram> {
  const directory = path.join(crashTextsDirectory, "programs", recipe.program);
  const cwd = workshop.copy({ name: path.basename(recipe.program), directory });
  const goMod = path.join(cwd, "go.mod");
  const plain = readFileSync(path.join(directory, "go.mod"), "utf8");
  writeFileSync(goMod, recipe.goMod === undefined ? plain : plain.replace(/^go .*$/m, `go ${recipe.goMod}`));
  const go = windowGo(version);
  const flags = [...go.flags, ...(recipe.buildFlags ?? [])];
  const common = { recipe, version, cwd, sites: markedSites(cwd) };
  if (recipe.test !== undefined) {
    const verbose = recipe.test.verbose === true ? ["-v"] : [];
    const args = ["test", "-count=1", "-vet=off", ...verbose, ...flags, "-run", recipe.test.run, "."];
    return { ...common, command: go.command, args };
  }
  const file = path.join(workshop.folder, "bin", `${recipe.name}-${version}`);
  mkdirSync(path.dirname(file), { recursive: true });
  await goBuild(go.command, ["build", ...flags, "-o", file, "."], cwd, recipe.buildEnvironment);
  const out = path.join(workshop.folder, "crash-output.txt");
  return { ...common, command: file, args: (recipe.args ?? []).map((one) => (one === "{file}" ? out : one)) };
}

/** What a run said, on both outputs as they came. */
function run(program: OtherProgram, tries: number, milliseconds: number): Promise<string> {
  const { recipe, cwd } = program;
  const env = recordEnvironment({
    MAPWINDOW: String(recipe.window * 4 ** (tries % 4)),
    ...(recipe.test === undefined ? {} : recipe.buildEnvironment),
    ...recipe.environment,
  });
  const child = spawn(program.command, program.args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const pieces: Buffer[] = [];
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const take = (piece: Buffer): void => {
    pieces.push(piece);
  };
  child.stdout.on("data", (piece: Buffer) => {
    if (recipe.quit === true) {
      child.kill("SIGQUIT");
    }
    take(piece);
  });
  child.stderr.on("data", take);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(timer);
      resolve(Buffer.concat(pieces).toString());
    });
  });
}

/** Go 1.26 puts labels into the brackets, 1.27 behind them. */
const header = /^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\]]*?)( labels:\{.*\})?\]( \{.*\})?:$/;

function truthOf(program: OtherProgram, text: string, said: string): OtherTruth | string {
  const lines = text.split("\n");
  const headers = lines.flatMap((line) => {
    const match = header.exec(line);
    return match === null
      ? []
      : [{ line, id: Number(match[1]), words: match[2] ?? "", labels: match[3] ?? match[4] }];
  });
  const headlines = lines.flatMap((line) => /^(?:fatal error|panic): (.*)$/.exec(line)?.[1] ?? []);
  const conflict = /^fatal error: (concurrent map .*)$/m.exec(said)?.[1] ?? null;
  const detector = conflict === null || headers.length === 0 ? null : findDetector(program, lines);
  if (detector === undefined) {
    return "no marked line in the first goroutine";
  }
  const cause = lines.some((line) => /^SIG[A-Z]+: /.test(line))
    ? "signal"
    : headlines.length === 0
      ? "goroutines"
      : lines.find((line) => /^(fatal error|panic): /.test(line))?.startsWith("panic") === true
        ? "panic"
        : "fatal";
  const remarks = headers.flatMap(({ words }) => [
    ...words.split(", ").slice(1),
    ...[...words.matchAll(/ \((leaked|durable|scan)\)/g)].map((match) => match[1] ?? ""),
  ]);
  return {
    cause,
    headlines,
    conflict,
    detector,
    goroutines: headers.map(({ id }) => id),
    remarks: [...new Set(remarks)].filter((word) => !/^\d+ minutes$/.test(word)).toSorted(),
    unavailable: lines.filter((line) => line.includes("stack unavailable")).length,
    framesElided: lines.reduce((sum, line) => sum + elidedIn(line), 0),
    labelled: headers.filter(({ labels }) => labels !== undefined).map(({ line }) => line),
  };
}

/** How many frames a line leaves out; one where it does not say. */
function elidedIn(line: string): number {
  const count = /^\.\.\.(\d+|additional) frames elided\.\.\.$/.exec(line)?.[1];
  return count === undefined ? 0 : count === "additional" ? 1 : Number(count);
}

/** The innermost marked line of the first goroutine; undefined when there is none. */
function findDetector(program: OtherProgram, lines: readonly string[]): OtherTruth["detector"] | undefined {
  const { recipe, sites } = program;
  const first = lines.findIndex((line) => header.test(line));
  const next = lines.findIndex((line, index) => index > first && header.test(line));
  const block = lines.slice(first, next < 0 ? undefined : next);
  const name = path.basename(recipe.program);
  for (const [index, line] of block.entries()) {
    const [, file = "", number = ""] = /^\t(.*\.go):(\d+)(?: .*)?$/.exec(line) ?? [];
    const site = sites.find(
      (one) =>
        String(one.line) === number &&
        (file === `${shownFolder}/${name}/${one.file}` ||
          file === `example.com/${name}/${one.file}` ||
          file === one.file.replace(/^vendor\//, "").replace("registry/", "registry@v1.4.2/")),
    );
    const call = /^(.+)\([^()]*\)$/.exec(block[index - 1] ?? "");
    const operation = site && recipe.sites[site.mark];
    if (site !== undefined && operation !== undefined && call !== null) {
      const goroutine = Number(header.exec(block[0] ?? "")?.[1]);
      return { mark: site.mark, goroutine, function: call[1] ?? "", file, line: site.line, operation };
    }
  }
  return undefined;
}

/** Runs a program until it prints what is wanted; gives in words why not. */
export async function recordOther(workshop: Workshop, program: OtherProgram): Promise<OtherText | string> {
  const { recipe, version } = program;
  const wantsConflict = Object.keys(recipe.sites).length > 0;
  const file = path.join(workshop.folder, "crash-output.txt");
  let why = "";
  for (let tries = 0; tries < (recipe.accept === undefined ? 20 : 300); tries += 1) {
    rmSync(file, { force: true });
    const said = workshop.neutral(await run(program, tries, recipe.test === undefined ? 10_000 : 90_000));
    const text =
      recipe.fromFile === true ? workshop.neutral(existsSync(file) ? readFileSync(file, "utf8") : "") : said;
    const ended = wantsConflict ? said.includes("fatal error: concurrent map") : text.includes("goroutine ");
    if (!ended || text === "" || text.includes("mapWindow")) {
      why = `it did not end as wanted: ${said.slice(0, 2000)}`;
    } else if (recipe.accept?.(text, version) === false) {
      why = `not the text that is wanted: ${text.slice(0, 2000)}`;
    } else {
      const truth = truthOf(program, text, said);
      if (typeof truth !== "string") {
        const environment = { ...recipe.environment };
        return {
          name: `${recipe.name}/go${version}`,
          goVersion: version,
          goRelease: goRelease(version),
          environment,
          truth,
          text,
        };
      }
      why = `${truth}: ${text.slice(0, 2000)}`;
    }
  }
  return why;
}
