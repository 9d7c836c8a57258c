/** Locks in advice: what they are called, and which lines can take them. */
import type { HeldLock, MapAccess, MapFlow, MapVariable } from "../../../evidence/source/facts.js";
import type { FactsIndex } from "../facts-index.js";
import { ownerOfField, receiverOf } from "./home.js";
import { joined, type Place, placeList } from "./places.js";

/** Whether a lock is a struct's embedded mutex: its methods are called on the struct. */
export function isEmbedded({ key, expression }: Pick<HeldLock, "key" | "expression">): boolean {
  return /[. ](?:RW)?Mutex$/.test(key) && !/(?:^|\.)(?:RW)?Mutex$/.test(expression);
}

/** `c.mu`; of a lock that is embedded in a struct `Cache.Mutex`, or `the Mutex of c` when the struct has no name. */
export function lockName(lock: Pick<HeldLock, "key" | "expression">): string {
  if (!isEmbedded(lock)) {
    return lock.expression;
  }
  const owner = /([^./ ]+\.(?:RW)?Mutex)$/.exec(lock.key)?.[1];
  return owner ?? `the ${/(?:RW)?Mutex$/.exec(lock.key)?.[0] ?? "lock"} of ${lock.expression}`;
}

/** Whether a lock may be another one each time that it is taken: a variable, or an element of a list or map of locks. */
export function isChosen({ key }: Pick<HeldLock, "key">): boolean {
  return key.startsWith("local ") || key.includes("element of ");
}

/** Whether readers can share a lock: it is a sync.RWMutex, as far as its use tells. */
export function isForReaders(key: string, accesses: readonly MapAccess[]): boolean {
  return (
    key.endsWith("RWMutex") ||
    accesses.some(({ locks }) => locks.some((lock) => lock.key === key && lock.mode === "rlock"))
  );
}

/**
 * Whether the code around an access can take a lock: it has it in hand, or the struct that it is a field of, or may see the
 * package's variable.
 */
export function canTake(index: FactsIndex, key: string, access: MapAccess): boolean {
  if (access.locks.some((lock) => lock.key === key && lock.by === "here")) {
    return true;
  }
  const owner = ownerOfField(key);
  if (owner !== null) {
    const variable = index.variable(access.variable);
    const holder = variable === undefined ? null : ownerOfField(variable.key);
    return holder === owner || receiverOf(index, access) === owner || holdsInFunction(index, key, access);
  }
  const global = /^global (.+)\.([^.]+)$/.exec(key);
  if (global !== null) {
    const [, packagePath, name = ""] = global;
    return index.function(access.function)?.package === packagePath || /^\p{Lu}/u.test(name);
  }
  return holdsInFunction(index, key, access);
}

/** Whether a function, or one that it stands in, takes the lock itself. */
function holdsInFunction(index: FactsIndex, key: string, { file, function: at }: MapAccess): boolean {
  const outer = outermost(index, at);
  return index
    .accessesIn(file)
    .some(
      (one) =>
        outermost(index, one.function) === outer &&
        one.locks.some((lock) => lock.key === key && lock.by === "here"),
    );
}

function outermost(index: FactsIndex, at: number): number {
  const enclosing = index.function(at)?.enclosing ?? null;
  return enclosing === null ? at : outermost(index, enclosing);
}

/** Functions with more lines than this are not held under a lock as a whole. */
const shortFunction = 15;

/**
 * The calls that bring a map to an access by a parameter, and can be made under a lock: of a short function, that is known
 * to be the one, is not all that a goroutine does, and does not call itself.
 */
export function callsInto(index: FactsIndex, access: MapAccess, way: readonly MapFlow[]): Place[] {
  const called = index.function(access.function);
  if (
    called === undefined ||
    index.variable(access.variable)?.function !== access.function ||
    called.endLine - called.startLine > shortFunction
  ) {
    return [];
  }
  const isArgument = ({ how, to }: MapFlow): boolean => how === "argument" && to === access.variable;
  const known = way.filter(isArgument);
  const calls = known.length > 0 ? known : index.flowsInto(access.variable).filter(isArgument);
  const sites = new Set(
    index
      .callersOf(access.function)
      .filter(({ how }) => how !== "dynamic")
      .map(({ site }) => site),
  );
  const canBeHeld = calls.every((call) => {
    const caller = functionAt(index, call);
    return (
      call.site !== null &&
      sites.has(call.site) &&
      caller !== access.function &&
      (caller === undefined || !isOnlyGoroutine(index, caller))
    );
  });
  return canBeHeld ? calls : [];
}

/** A goroutine's function with no more lines than this does one thing: it calls what does the work. */
const fewLines = 4;

/** Whether a function is a goroutine that only calls another: a lock around that would be held for as long as it works. */
export function isOnlyGoroutine(index: FactsIndex, at: number): boolean {
  const found = index.function(at);
  return (
    found !== undefined &&
    found.endLine - found.startLine <= fewLines &&
    index.startsOf(at).some(({ how }) => how === "go" || how === "errgroup")
  );
}

/** The innermost function around a line. */
export function functionAt(index: FactsIndex, { file, line }: Place): number | undefined {
  const length = (at: number): number => {
    const found = index.function(at);
    return found === undefined ? 0 : found.endLine - found.startLine;
  };
  return index
    .functionsOf(file)
    .filter((at) => {
      const found = index.function(at);
      return found !== undefined && found.startLine <= line && line <= found.endLine;
    })
    .toSorted((one, other) => length(one) - length(other))[0];
}

/**
 * A lock that the struct of a field has already, of which no place holds it for this field: one that the source takes
 * somewhere near.
 */
export function lockOfOwner(
  index: FactsIndex,
  variable: MapVariable,
  places: readonly MapAccess[],
): HeldLock | undefined {
  const owner = ownerOfField(variable.key);
  if (owner === null) {
    return undefined;
  }
  const files = new Set([variable.file ?? "", ...places.map(({ file }) => file)]);
  const near = new Set(places.map(({ function: at }) => at));
  return [...files]
    .flatMap((file) => index.accessesIn(file))
    .flatMap(({ locks, function: at }) => locks.map((lock) => ({ lock, isNear: near.has(at) })))
    .filter(({ lock }) => lock.doubt === null && lock.by === "here" && ownerOfField(lock.key) === owner)
    .toSorted((one, other) => Number(other.isNear) - Number(one.isNear))[0]?.lock;
}

/** The calls of the function that an access is in, and the function's name without its package. */
export function callersText(index: FactsIndex, { function: at }: MapAccess): string | undefined {
  const calls = index.callersOf(at).filter(({ how }) => how !== "dynamic");
  return calls.length === 0 ? undefined : `${shortName(index, at)}, called at ${placeList(calls)}`;
}

/** A function's name as it is written in its own package: `(*Cache).Put`. */
export function shortName(index: FactsIndex, at: number): string {
  const name = index.function(at)?.name ?? "the function";
  return name.slice(name.lastIndexOf("/") + 1).replace(/^[^.]+\./, "");
}

/**
 * Functions that take a lock, and are called in some lines of another function: who holds the lock in these must not call
 * them.
 */
export function lockingCalls(
  index: FactsIndex,
  key: string,
  caller: number,
  isIn: (line: number) => boolean,
): string | undefined {
  const takes = (at: number): boolean =>
    index
      .accessesIn(index.function(at)?.file ?? "")
      .some((one) => one.function === at && one.locks.some((lock) => lock.key === key && lock.by === "here"));
  const calls = index
    .callsFrom(caller)
    .filter(({ line, how, callee }) => isIn(line) && how === "static" && takes(callee));
  return calls.length === 0
    ? undefined
    : joined([...new Set(calls.map(({ callee, line }) => `${shortName(index, callee)} (line ${line})`))]);
}
