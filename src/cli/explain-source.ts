/** The source for the texts of one call: found once, read once. */
import { statSync } from "node:fs";
import path from "node:path";
import { systemErrorCode } from "../base/errors.js";
import { framesOf, stepTexts, targetOf } from "../document/opening/source-target.js";
import type { CrashReport } from "../evidence/crashtext/crash-text.js";
import type { SourceFacts } from "../evidence/source/facts.js";
import { findSource } from "./find-source.js";
import { UnreadableInputError } from "./input-files.js";

/** Gives the facts of the source that reports fit to. */
export class SourceOfTexts {
  readonly #known = new Map<string, SourceFacts>();

  /**
   * @param choice the folder that the user named; true to look for it, false for no source
   * @param say shows what is being done
   * @throws UnreadableInputError when the folder that was named is none
   */
  constructor(
    readonly choice: string | boolean,
    readonly workingDirectory: string,
    readonly say: (text: string) => void,
  ) {
    if (typeof choice === "string" && !isFolder(path.resolve(workingDirectory, choice))) {
      throw new UnreadableInputError(
        choice,
        "is not a folder",
        "--source names the folder of the program's source",
      );
    }
  }

  /** The facts of the source that fits these reports; undefined where there is none. */
  async factsFor(reports: readonly CrashReport[]): Promise<SourceFacts | undefined> {
    const root = this.#rootFor(reports);
    if (root === undefined) {
      return undefined;
    }
    const target = targetOf(reports);
    const key = JSON.stringify([root, target]);
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    this.say("reading the source");
    // Many texts come without their source: the parser is loaded where there is something for it.
    const { indexSource } = await import("../evidence/source/index-source.js");
    const facts = await indexSource(root, {
      ...target,
      progress: (what, done) =>
        this.say(`reading the source: ${stepTexts[what]} ${Math.round(done * 100)} %`),
    });
    if (this.#known.size >= maxKnown) {
      this.#known.clear();
    }
    this.#known.set(key, facts);
    return facts;
  }

  #rootFor(reports: readonly CrashReport[]): string | undefined {
    if (typeof this.choice === "string") {
      return path.resolve(this.workingDirectory, this.choice);
    }
    return this.choice ? findSource(this.workingDirectory, reports.flatMap(framesOf)) : undefined;
  }
}

/** So many sources are kept: a text can name a platform and a version of its own for each crash. */
const maxKnown = 4;

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    return false;
  }
}
