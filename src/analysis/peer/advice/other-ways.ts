/** Ways to do without a lock: a map for each goroutine, one owner, copy on write, sync.Map, a copy for each user. */
import type { MapAccess, MapFlow } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";
import type { FactsIndex } from "../facts-index.js";
import { copyWords } from "./hand-out.js";
import { containerType, declaredAt, holderName, isInSource } from "./home.js";
import { lockName, lockOfOwner } from "./locks.js";
import { joined, placeList, placeOf } from "./places.js";
import type { Subject } from "./subject.js";

/** A map that no lock can stand beside: it is a field of a library's type, or a context carries it. */
export function libraryTypeAdvice(subject: Subject): string | undefined {
  const { home, index, sides } = subject;
  const { variable } = home;
  if (isInSource(variable)) {
    return undefined;
  }
  const name = holderName(variable).replace(/^result of /, "");
  const lines = `The lines that use it: ${placeList(sides)}.`;
  if (variable.kind === "other") {
    return `The map (${name}) is shared by all who can get it there. Keep a struct there that has the map and a sync.Mutex, or give each goroutine a map of its own. ${lines}`;
  }
  return `${name} is a map of a library's type, and no lock can stand beside it: let each goroutine have one of its own before it changes it (${copyWords(index, sides[0]?.file ?? "", subject)}). ${lines}`;
}

/** A map of a sync.Pool, that is used after it was put back. */
export function pooledAdvice({ home, index, sides }: Subject): string | undefined {
  if (containerType(index, home.variable) !== "sync.Pool") {
    return undefined;
  }
  const put = index.flowsInto(home.index);
  const where = put.length === 0 ? "" : ` (${placeList(put)})`;
  return `The map is one of a sync.Pool, ${holderName(home.variable)}${declaredAt(home.variable)}: after Put${where} the next Get has it, and nobody else may use it any more. Put it back only when the last use is over: ${placeList(sides)}.`;
}

/** A map that is published through an atomic pointer must not be changed any more. */
export function publishedAdvice({ places, change, home, index, way }: Subject): string | undefined {
  const loaded = places.find(({ expression }) => /\.Load\(\)/.test(expression));
  const isAtomic = [home.index, ...way.flatMap(({ from, to }) => [from, to])].some((one) =>
    isAtomicHolder(index, one),
  );
  if (loaded === undefined && !isAtomic) {
    return undefined;
  }
  const from = loaded === undefined ? "" : ` (${placeOf(loaded)})`;
  return `${placeOf(change)} changes the map in place, while readers have it from an atomic Load${from}. Copy on write: make a changed copy of ${holderName(home.variable)} and publish it with Store (or CompareAndSwap, where several do so).`;
}

/** Whether a variable stands for what an atomic.Value or atomic.Pointer holds. */
function isAtomicHolder(index: FactsIndex, at: number): boolean {
  const variable = index.variable(at);
  return variable !== undefined && containerType(index, variable)?.startsWith("atomic.") === true;
}

/** Tests that run in parallel, and share what they should each have. */
export function testAdvice({ index, sides, home }: Subject): string | undefined {
  const isShared = home.variable.kind === "global" || home.variable.kind === "local";
  const areTests = sides.every((side) => index.function(side.function)?.inTest === true);
  return areTests && isShared && home.variable.file?.endsWith("_test.go") === true
    ? `Parallel tests share ${home.variable.name}${declaredAt(home.variable)}: make the map in each test, or give each a copy of it.`
    : undefined;
}

/** A function that has a map of somebody else under a name of its own: an assignment makes no copy. */
export function ownCopyAdvice(subject: Subject): string | undefined {
  const { index, home, sides, guard } = subject;
  if (home.variable.kind === "local" || home.variable.kind === "parameter") {
    return undefined;
  }
  const isOwn = ({ how, from, to }: MapFlow, side: MapAccess): boolean =>
    how === "assign" &&
    index.variable(from)?.kind !== "result" &&
    to === side.variable &&
    to !== home.index &&
    index.variable(to)?.kind === "local";
  const found = sides.flatMap((side) => {
    const flow = [...home.toDetector, ...home.toChange].find((one) => isOwn(one, side));
    return flow === undefined ? [] : [{ side, flow }];
  })[0];
  if (found === undefined) {
    return undefined;
  }
  const { side, flow } = found;
  const name = index.variable(flow.to)?.name ?? "the map";
  const copy = copyWords(index, flow.file, subject);
  if (isChange(side.operation)) {
    return `If ${name} is meant to be a map of its own: ${placeOf(flow)} copies nothing, an assignment shares the map. Make a copy there (${copy}).`;
  }
  const under = guard === undefined ? "under the lock" : `under ${lockName(guard.lock)}`;
  return `Or copy the map at ${placeOf(flow)}, ${under}: the assignment to ${name} shares it (${copy}).`;
}

/** What copies a map, or is a method of the map itself: no copy can be passed instead. */
const ownWalk = /^(?:maps|slices)\.|^\(\*?(?:reflect\.|url\.Values|http\.Header|textproto\.MIMEHeader)/;

/** A library that walks the map can be given a copy of it. */
export function libraryCallAdvice(subject: Subject): string | undefined {
  const { sides, index, home } = subject;
  const inside = sides.filter(
    (side) => side.through !== null && !isChange(side.operation) && !ownWalk.test(side.through),
  );
  const [first] = inside;
  if (first === undefined) {
    return undefined;
  }
  const names = joined([...new Set(inside.flatMap(({ through }) => through ?? []))]);
  const field = home.variable.name.slice(home.variable.name.lastIndexOf(".") + 1);
  const isStruct = index.variable(first.variable)?.kind === "field" && !first.expression.endsWith(field);
  const copy = isStruct
    ? `a copy of ${first.expression} in which ${field} is copied too (a copied struct shares the map)`
    : "a copy of the map";
  return `Or pass ${names} ${copy}, made under the lock: ${copyWords(index, first.file, subject)}.`;
}

/** Another way that suits how this map is used. */
export function otherWay(subject: Subject): string | undefined {
  const { sides, home, reads, changes, guard, places, candidate, index } = subject;
  if (guard !== undefined) {
    return undefined;
  }
  const hows = new Set(candidate.together.starts.map((start) => index.facts.starts[start]?.how));
  const isWorker = [...hows].every((how) => how === "go" || how === "errgroup") && hows.size > 0;
  const isOwn = home.variable.kind === "local" || home.variable.kind === "parameter";
  if (sides.length === 1 && isWorker && isOwn) {
    return "Several goroutines run the same line. Without a lock: let each return its result over a channel and let one goroutine fill the map, or give each a map of its own and merge them after Wait.";
  }
  if (home.variable.kind === "local" && isWorker) {
    return `${home.variable.name} belongs to one function: without a lock, let one goroutine own it, and send it what is to be changed.`;
  }
  if (isOwn || !isInSource(home.variable)) {
    return undefined;
  }
  const hasLock = lockOfOwner(index, home.variable, places) !== undefined;
  if (!hasLock && places.length <= maxCachePlaces && places.every(isByKey) && isCache(places)) {
    return "If it is a cache, whose keys are written once and read often: a sync.Map with LoadOrStore needs no lock.";
  }
  return changes <= 2 && reads > changes
    ? "If it is seldom changed: make a changed copy, and publish it through an atomic.Pointer, so that readers need no lock (copy on write)."
    : undefined;
}

/** A cache is looked into and filled in one place, and perhaps emptied in another. */
const maxCachePlaces = 4;

/** Used one key at a time, by the program itself. */
function isByKey({ operation, through }: MapAccess): boolean {
  return (operation === "read" || operation === "write" || operation === "delete") && through === null;
}

/** Whether one function looks a key up and then stores it. */
function isCache(places: readonly MapAccess[]): boolean {
  return places.some(
    (one) =>
      one.operation === "read" &&
      places.some(
        (other) =>
          other.operation === "write" &&
          other.function === one.function &&
          other.variable === one.variable &&
          other.line > one.line,
      ),
  );
}
