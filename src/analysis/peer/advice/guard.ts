/** Advice where a lock is there for the map, and is left out somewhere. */
import type { MapAccess } from "../../../evidence/source/facts.js";
import { declaredAt, holderName } from "./home.js";
import { callersText, isChosen, lockName } from "./locks.js";
import { counted, joined, placeList, placeOf } from "./places.js";
import type { Guard, Subject } from "./subject.js";
import { existingLock, takesAt } from "./take.js";

/** Advice to take the lock where it is missing; undefined when no lock is there, or none of the lines can take it. */
export function guardAdvice(subject: Subject): string | undefined {
  const { guard, places, index, way } = subject;
  if (guard === undefined) {
    return undefined;
  }
  const without = places.filter((one) => !holds(one, guard));
  const sidesWithout = subject.sides.filter((one) => !holds(one, guard));
  if (sidesWithout.length === 0) {
    return uncertainAdvice(subject, guard);
  }
  const lock = existingLock(index, guard.lock.key, guard.forReaders, way);
  const { text } = takesAt(index, lock, without);
  if (text === "") {
    return undefined;
  }
  const others = places.length - guard.count === 1 ? "the other one" : "the others";
  return `${capital(lockName(guard.lock))} guards this map at ${guard.count} of ${counted(places.length, "place")}. Take it at ${others} too: ${text}.`;
}

/** Whether none of the lines that lack the guard can take it, and who calls them cannot either. */
export function isOutOfReach(subject: Subject): boolean {
  const { guard, sides, index, way } = subject;
  if (guard === undefined) {
    return false;
  }
  const lock = existingLock(index, guard.lock.key, guard.forReaders, way);
  return (
    takesAt(
      index,
      lock,
      sides.filter((one) => !holds(one, guard)),
    ).outOfReach.length > 0
  );
}

function holds(access: MapAccess, guard: Guard): boolean {
  return access.locks.some(({ key, doubt }) => key === guard.lock.key && doubt !== "copied");
}

/** Both sides hold it, as far as the source tells. */
function uncertainAdvice({ sides, index, home }: Subject, guard: Guard): string {
  const name = lockName(guard.lock);
  const early = sides.find((one) =>
    one.locks.some(({ key, doubt }) => key === guard.lock.key && doubt === "maybe"),
  );
  const held = early?.locks.find(({ key }) => key === guard.lock.key);
  if (early !== undefined && held?.by === "caller") {
    const callers = callersText(index, early);
    return `${capital(name)} is held on some ways to ${placeOf(early)} only (${held.file}:${held.line} takes it). Have all callers hold it${callers === undefined ? "" : `: of ${callers}`}.`;
  }
  if (early !== undefined) {
    return `${capital(name)} (taken in line ${held?.line ?? "?"}) is not held on all ways to ${placeOf(early)}: it is given back too early, or taken on some ways only. Hold it until ${early.expression} has been used there.`;
  }
  if (isChosen(guard.lock)) {
    return `Both sides hold ${name} (taken at ${guard.lock.file}:${guard.lock.line}), but that may be another lock each time, such as one for each key. Then it does not guard the map: declare one lock beside ${holderName(home.variable)}${declaredAt(home.variable)}, and take that one.`;
  }
  const taken = sides.flatMap((one) => one.locks.filter(({ key }) => key === guard.lock.key));
  return `As far as the source tells, both sides hold ${name} (taken at ${placeList(taken)}). See that both have the same instance of ${joined([...new Set(taken.map(({ expression }) => expression))])}, and that it is not given back before the map is used.`;
}

function capital(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
