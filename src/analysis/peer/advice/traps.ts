/** The classic traps: a lock is there, but it does not do what it seems to. */
import type { HeldLock, MapAccess, SourceFunction } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";
import { declaredAt, holderName, ownerOfField } from "./home.js";
import { functionAt, isEmbedded, lockName } from "./locks.js";
import { joined, placeList, placeOf } from "./places.js";
import type { Subject } from "./subject.js";

/** Advice on a lock of the two sides that protects less than it seems. */
export function trapAdvice(subject: Subject): string | undefined {
  return copiedLock(subject) ?? sharedForChange(subject) ?? otherInstance(subject) ?? twoLocks(subject);
}

function copiedLock({ sides, index }: Subject): string | undefined {
  const found = sides
    .flatMap((side) => side.locks.map((lock) => ({ side, lock })))
    .find(({ lock }) => lock.doubt === "copied");
  if (found === undefined) {
    return undefined;
  }
  const { lock } = found;
  const at = functionAt(index, lock);
  const taken = at === undefined ? undefined : index.function(at);
  return `The lock that ${lock.file}:${lock.line} takes (${lock.expression}) is a copy, and a copy keeps nobody out. ${withoutCopy(lock, taken)}`;
}

/** How the lock comes to be one for all. */
function withoutCopy(lock: HeldLock, taken: SourceFunction | undefined): string {
  const dot = lock.expression.indexOf(".");
  const base = dot === -1 ? lock.expression : lock.expression.slice(0, dot);
  const receiver = taken?.receiver;
  if (taken !== undefined && receiver?.name === base && !receiver.pointer) {
    const method = taken.name.slice(taken.name.lastIndexOf(".") + 1);
    return `Give ${method} (${taken.file}:${taken.startLine}) and the type's other methods a pointer receiver: func (${base} *${receiver.type}) ${method}.`;
  }
  if (dot === -1 && !isEmbedded(lock)) {
    return `Pass a pointer (${base} *sync.Mutex, and & at the calls)${taken === undefined ? "" : ` to the function at ${taken.file}:${taken.startLine}`}, so that there is one lock.`;
  }
  return `${base} is a copy of the struct: use a pointer to the original (in a range loop ${base} := &list[i], as a parameter *T), so that there is one lock.`;
}

/** A change under RLock. The line that takes the lock is the one to change, which may be in a caller. */
function sharedForChange({ sides, guard }: Subject): string | undefined {
  const found = sides
    .filter(({ operation, locks }) => isChange(operation) && !locks.some(({ mode }) => mode === "lock"))
    .flatMap((side) => {
      const lock = side.locks.find(
        ({ mode, doubt, key }) =>
          mode === "rlock" && doubt === null && (guard === undefined || guard.lock.key === key),
      );
      return lock === undefined ? [] : [{ side, lock }];
    });
  const [first] = found;
  if (first === undefined) {
    return undefined;
  }
  const lines = placeList(found.map(({ lock }) => lock));
  const name = first.lock.expression;
  const caller = first.lock.by === "caller" ? ", which is called with it held" : "";
  return `RLock lets all readers in at once, and ${placeList(found.map(({ side }) => side))} changes the map under it${caller}. Take ${name}.Lock (and Unlock) instead of ${name}.RLock at ${lines}.`;
}

function otherInstance({ sides, home, index, places }: Subject): string | undefined {
  const found = sides
    .flatMap((side) => side.locks.map((lock) => ({ side, lock })))
    .find(({ lock }) => lock.doubt === "other-instance");
  if (found === undefined || sides.some((side) => side.locks.some(isSureLock))) {
    return undefined;
  }
  const { lock, side } = found;
  const { variable } = home;
  const name = holderName(variable);
  const what = `The lock that ${placeOf(side)} holds (${lockName(lock)}, taken in line ${lock.line}) is not the only one for this map`;
  const owner = ownerOfField(lock.key);
  if (owner === null || owner !== ownerOfField(variable.key)) {
    const place = variable.kind === "global" ? `${name}, as a package variable` : name;
    return `${what}: two goroutines may hold two of them. Declare one lock beside ${place}${declaredAt(variable)}, and take that one wherever the map is used: ${placeList(places)}.`;
  }
  const moved = [...index.flowsInto(home.index), ...index.flowsOutOf(home.index)].find((flow) => {
    const other = index.variable(flow.from === home.index ? flow.to : flow.from);
    return other !== undefined && other !== variable && ownerOfField(other.key) === owner;
  });
  if (moved !== undefined) {
    const other = index.variable(moved.from === home.index ? moved.to : moved.from);
    return `${what}, which ${placeOf(moved)} moves between ${name} and ${other?.name ?? "another field"}. Take one and the same lock wherever either is used: ${placeList(places)}.`;
  }
  const type = owner.slice(owner.lastIndexOf(".") + 1);
  return `${what}: another ${type} may have the same map in ${name}, and a lock of its own. Give each a copy of the map where it is passed on, or share the lock along with it (a *sync.Mutex in both).`;
}

function isSureLock({ doubt, mode }: HeldLock): boolean {
  return doubt === null && mode === "lock";
}

/** Each side holds a lock, and it is not the same. */
function twoLocks({ detector, change, guard }: Subject): string | undefined {
  const one = soleLock(detector);
  const other = soleLock(change);
  if (one === undefined || other === undefined || one.key === other.key) {
    return undefined;
  }
  const kept = guard?.lock.key === one.key ? one : other;
  const left = kept === one ? { lock: other, side: change } : { lock: one, side: detector };
  return `The two sides hold two different locks: ${joined(
    [
      { lock: one, side: detector },
      { lock: other, side: change },
    ].map(({ lock, side }) => `${lockName(lock)} at ${placeOf(side)}`),
  )}. One lock has to guard the map: hold ${lockName(kept)} at ${placeOf(left.side)} too.`;
}

/** The lock that a side holds, where no lock of it is common to both. */
function soleLock({ locks }: MapAccess): HeldLock | undefined {
  return locks.find(({ doubt }) => doubt === null);
}
