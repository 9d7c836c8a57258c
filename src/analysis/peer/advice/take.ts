/** Where a lock has to be taken: words for each place, and what cannot take it. */
import type { CallEdge, MapAccess, MapFlow } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";
import type { FactsIndex } from "../facts-index.js";
import { callsInto, canTake, functionAt, isOnlyGoroutine, lockingCalls, shortName } from "./locks.js";
import { joined, type Place, placeList } from "./places.js";

/** A lock that is to be taken. */
export interface LockToTake {
  /** Its key; of a lock that is still to be made, the key that it will have. */
  readonly key: string;
  readonly forReaders: boolean;
  readonly canTake: (access: MapAccess) => boolean;
  /** The flows between the two sides: through these calls the map came. */
  readonly way: readonly MapFlow[];
}

/** Words for where to take a lock. */
export interface Takes {
  /** `Lock at a.go:3 and :9; RLock at b.go:7 (for the whole loop)`; empty where no place can take it. */
  readonly text: string;
  /** Places that cannot take it, and neither can who calls them. */
  readonly outOfReach: readonly MapAccess[];
}

interface Take {
  /** `Lock` or `RLock for the whole loop` … */
  readonly how: string;
  readonly places: readonly Place[];
}

/** Says where to take a lock so that it is held at the given places. */
export function takesAt(index: FactsIndex, lock: LockToTake, places: readonly MapAccess[]): Takes {
  const groups = new Map<string, Place[]>();
  const outOfReach: MapAccess[] = [];
  for (const access of places) {
    const take = takeAt(index, lock, access);
    if (take === undefined) {
      outOfReach.push(access);
    } else {
      groups.set(take.how, [...(groups.get(take.how) ?? []), ...take.places]);
    }
  }
  const words = [...groups].map(([how, at]) => how.replace("@", () => placeList(at)));
  return { text: words.join("; "), outOfReach };
}

/** `@` stands for the places. */
function takeAt(index: FactsIndex, lock: LockToTake, access: MapAccess): Take | undefined {
  const method = isChange(access.operation) || !lock.forReaders ? "Lock" : "RLock";
  if (lock.canTake(access)) {
    return { how: `${method} ${hold(index, lock.key, access)}`, places: [access] };
  }
  const calls = callsInto(index, access, lock.way);
  if (calls.length > 0 && calls.every((call) => canTakeAt(index, lock, access, call))) {
    return {
      how: `${method} around the ${calls.length === 1 ? "call" : "calls"} of ${shortName(index, access.function)} at @${givesBack(index, access) ? " (and while its result is used)" : ""}`,
      places: calls,
    };
  }
  const callers = index
    .callersOf(access.function)
    .filter(
      (call) =>
        call.how === "static" &&
        call.caller !== access.function &&
        !isOnlyGoroutine(index, call.caller) &&
        canTakeAt(index, lock, access, call),
    );
  return callers.length === 0 ? undefined : aroundCalls(index, lock, { method, access, callers });
}

/** A lock around the calls of a method; what else is called in these lines may take it too. */
function aroundCalls(
  index: FactsIndex,
  { key }: LockToTake,
  {
    method,
    access,
    callers,
  }: { readonly method: string; readonly access: MapAccess; readonly callers: readonly CallEdge[] },
): Take {
  const locking = callers.flatMap(
    ({ caller, line: at }) => lockingCalls(index, key, caller, (line) => line === at) ?? [],
  );
  const without = locking.length === 0 ? "" : ` (and not around ${joined(locking)}, which takes it too)`;
  const calls = callers.length === 1 ? "call" : "calls";
  return {
    how: `${method} around the ${calls} of ${shortName(index, access.function)} at @${without}`,
    places: callers,
  };
}

/** Whether the function of an access returns a map, which is then used by who called it. */
function givesBack(index: FactsIndex, access: MapAccess): boolean {
  return index.flowsOutOf(access.variable).some(({ to }) => {
    const target = index.variable(to);
    return target?.kind === "result" && target.function === access.function;
  });
}

function canTakeAt(index: FactsIndex, lock: LockToTake, access: MapAccess, place: Place): boolean {
  const at = functionAt(index, place);
  return (
    at !== undefined && lock.canTake({ ...access, variable: -1, locks: [], function: at, file: place.file })
  );
}

/** How far the lock is to be held around an access: `at @`, `at @, for the whole loop`. */
function hold(index: FactsIndex, key: string, access: MapAccess): string {
  const inLine = lockingCalls(index, key, access.function, (line) => line === access.line);
  const without = inLine === undefined ? "" : ` (and not around ${inLine}, which takes it too)`;
  if (access.through !== null) {
    return `at @ (around the call of ${access.through})${without}`;
  }
  const own = index.function(access.function);
  const near = index
    .accessesIn(access.file)
    .filter(({ function: at }) => at === access.function)
    .flatMap(({ locks }) =>
      locks.filter(
        (lock) =>
          lock.key === key &&
          lock.by === "here" &&
          own !== undefined &&
          lock.file === own.file &&
          own.startLine <= lock.line &&
          lock.line <= own.endLine,
      ),
    );
  const before = near.map(({ line }) => line).filter((line) => line < access.line);
  const after = near.map(({ line }) => line).filter((line) => line > access.line);
  const rest =
    before.length > 0
      ? ` (after the lock of line ${Math.max(...before)} is given back)`
      : after.length > 0
        ? ` (before line ${Math.min(...after)} takes it)`
        : "";
  if (access.operation !== "iterate") {
    return `at @${rest}${without}`;
  }
  const locking = lockingCalls(index, key, access.function, (line) => line >= access.line);
  return locking === undefined
    ? `at @ (for the whole loop)`
    : `at @ (only to copy the map; loop over the copy without the lock, because of ${locking}, which takes it too)`;
}

/** A lock that is there already. */
export function existingLock(
  index: FactsIndex,
  key: string,
  forReaders: boolean,
  way: readonly MapFlow[],
): LockToTake {
  return { key, forReaders, way, canTake: (access) => canTake(index, key, access) };
}
