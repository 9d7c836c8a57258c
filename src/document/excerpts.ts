/** The lines of source around the places that a case names, so that a document shows them where the source is not at hand. */
import type { Case, Side } from "../case/case.js";
import { excerptOf } from "../report/text/excerpt.js";
import { placeInSource } from "../report/text/finding.js";
import type { SourceExcerpt } from "./document.js";

/** So many excerpts go into a document, */
const mostExcerpts = 400;
/** and so many parts of a case are looked at for places. */
const mostParts = 200_000;

/** A place as it is written anywhere in a case. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * Makes the excerpts for a case: first for the sides of its findings, then for their stacks and where their goroutines were started,
 * then for what else names a place outside of Go's own library.
 *
 * @param readSource gives the text of a source file; undefined where it is not there
 */
export function excerptsOf(
  incident: Pick<Case, "findings" | "observations">,
  readSource: (file: string) => string | undefined,
): SourceExcerpt[] {
  const sources = new Map<string, string | undefined>();
  const found = new Map<string, SourceExcerpt | undefined>();
  let count = 0;
  for (const { file, line } of placesOf(incident)) {
    const key = `${line} ${file}`;
    // The path comes from evidence, which anyone may have made: nothing but Go source is ever shown.
    if (found.has(key) || !file.endsWith(".go")) {
      continue;
    }
    if (!sources.has(file)) {
      sources.set(file, readSource(file));
    }
    const excerpt = excerptOf(sources.get(file) ?? "", line);
    found.set(key, excerpt === undefined ? undefined : { file, line, lines: excerpt.lines });
    count += excerpt === undefined ? 0 : 1;
    if (count >= mostExcerpts) {
      break;
    }
  }
  return [...found.values()].filter((one) => one !== undefined);
}

function* placesOf({ findings, observations }: Pick<Case, "findings" | "observations">): Generator<Place> {
  for (const side of findings.flatMap(({ sides }): readonly Side[] => sides)) {
    const place = placeInSource(side);
    if (place !== null && place.file !== null && place.line !== null) {
      yield { file: place.file, line: place.line };
    }
  }
  yield* placesIn([findings, observations]);
}

/** Goes through a part of a case, level by level, and gives all that is a place. */
function* placesIn(root: readonly unknown[]): Generator<Place> {
  const queue: unknown[] = [...root];
  for (let next = 0; next < queue.length && next < mostParts; next += 1) {
    const part = queue[next];
    if (typeof part !== "object" || part === null) {
      continue;
    }
    if (isPlace(part)) {
      yield part;
    }
    const values: unknown[] = Object.values(part);
    if (queue.length < mostParts) {
      queue.push(
        ...values.slice(0, mostParts).filter((value) => typeof value === "object" && value !== null),
      );
    }
  }
}

/** Whether it names a line of a file that is not of Go's own library. */
function isPlace(part: object): part is Place {
  if (!("file" in part && "line" in part && typeof part.file === "string" && typeof part.line === "number")) {
    return false;
  }
  const ofGo = "origin" in part ? part.origin !== "own" && part.origin !== "dependency" : false;
  const ofRuntime =
    "function" in part &&
    typeof part.function === "string" &&
    /^(?:internal\/)?runtime[./]/.test(part.function);
  return !ofGo && !ofRuntime && Number.isSafeInteger(part.line) && part.line > 0;
}
