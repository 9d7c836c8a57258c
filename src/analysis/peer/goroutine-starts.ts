/** From which starts in the source a goroutine of a text may come. */
import type { TextGoroutine } from "../../case/case.js";
import type { StartEdge } from "../../evidence/source/facts.js";
import type { RootFinder } from "./roots.js";
import type { SourceMatch } from "./source-match.js";

/**
 * Goroutines of net/http that run no handler: those of a client's connections, the one that reads a server's connection in the
 * background, the one that accepts.
 */
const runsNoHandler =
  /^net\/http\.(?:\(\*(?:Transport|persistConn|connReader|http2Transport|http2ClientConn|http2clientStream)\)\.|setRequestCancel)|^net\/http\/httptest\.\(\*Server\)\.goServe/;

/** Starts of these ways show in a text as goroutines that the named library function created. */
const libraryCreators: readonly { readonly creator: RegExp; readonly hows: readonly StartEdge["how"][] }[] = [
  { creator: runsNoHandler, hows: [] },
  { creator: /^net\/http\./, hows: ["http-handler"] },
  { creator: /^net\/http\/httptest\./, hows: ["http-handler"] },
  { creator: /^testing\./, hows: ["parallel-test", "test"] },
  { creator: /^time\.|^context\./, hows: ["timer"] },
  { creator: /errgroup\./, hows: ["errgroup"] },
  { creator: /^sync\./, hows: ["errgroup"] },
  { creator: /^runtime\./, hows: ["finalizer"] },
  { creator: /^net\/rpc\./, hows: ["http-handler", "callback"] },
];

/** The starts that fit a goroutine; empty where nothing in the source does. */
export function startsOfGoroutine(
  goroutine: TextGoroutine,
  match: SourceMatch,
  roots: RootFinder,
): ReadonlySet<number> {
  const { index } = match;
  const reaching = startsReaching(goroutine, match, roots);
  const created = createdIn(goroutine, match);
  if (created.length > 0) {
    const both = created.filter((start) => reaching.has(start));
    const given = givenAway(goroutine, match);
    return new Set(given.length > 0 ? given : both.length > 0 ? both : created);
  }
  const hows = howsOf(goroutine);
  if (hows !== undefined && reaching.size === 0) {
    // A goroutine of a library that calls the program's functions, and is between two calls.
    return new Set(index.facts.starts.flatMap(({ how }, at) => (hows.includes(how) ? [at] : [])));
  }
  const fitting = [...reaching].filter((start) => {
    const how = index.facts.starts[start]?.how;
    return how !== undefined && (hows === undefined ? how !== "main" && how !== "init" : hows.includes(how));
  });
  return new Set(fitting.length > 0 || hows !== undefined ? fitting : reaching);
}

/** The starts at the go statement that the text names, at its line or right beside it. */
function createdIn({ createdBy }: TextGoroutine, match: SourceMatch): number[] {
  const place = createdBy === null ? undefined : match.place(createdBy.frame);
  if (place === undefined || place.line === null) {
    return [];
  }
  const { line } = place;
  const inFile = match.index.startIndexesIn(place.file).flatMap((at) => {
    const start = match.index.facts.starts[at];
    return start === undefined ? [] : [{ start, at }];
  });
  const exact = inFile.filter(({ start }) => start.line === line);
  const near = inFile.filter(({ start }) => Math.abs(start.line - line) <= 2);
  return (exact.length > 0 ? exact : near).map(({ at }) => at);
}

/** Starts of functions that were given to another one, which starts them: the text names the go statement in that one. */
function givenAway({ stack, createdBy }: TextGoroutine, match: SourceMatch): number[] {
  const file = createdBy === null ? undefined : match.place(createdBy.frame)?.file;
  return stack.flatMap((frame) => {
    const found = frame.origin === "runtime" ? null : (match.place(frame)?.function ?? null);
    return found === null
      ? []
      : match.index
          .startIndexesOf(found)
          .filter((start) => match.index.facts.starts[start]?.statement?.file === file);
  });
}

/** The roots of the outermost function of the stack that is in the source. */
function startsReaching(
  { stack }: TextGoroutine,
  match: SourceMatch,
  roots: RootFinder,
): ReadonlySet<number> {
  const outermost = stack
    .toReversed()
    .map((frame) => (frame.origin === "runtime" ? undefined : match.place(frame)?.function))
    .find((found) => found !== undefined && found !== null);
  return outermost === undefined || outermost === null ? new Set() : roots.of(outermost).starts;
}

function howsOf({ id, createdBy, stack }: TextGoroutine): readonly StartEdge["how"][] | undefined {
  const creator = createdBy?.frame.function;
  if (creator !== undefined) {
    return libraryCreators.find((one) => one.creator.test(creator))?.hows;
  }
  const isMain = id === 1 || stack.some((frame) => frame.function === "main.main");
  return isMain ? ["main", "init", "test"] : undefined;
}
