/** Advice where no lock is there for the map: which one, where to declare it, and where to take it. */
import type { MapAccess, MapVariable } from "../../../evidence/source/facts.js";
import { declaredAt, holderName, type Home, ownerOfField } from "./home.js";
import { canTake, isForReaders, lockName, lockOfOwner } from "./locks.js";
import { type Place, placeList, placeOf } from "./places.js";
import type { Subject } from "./subject.js";
import { existingLock, type LockToTake, takesAt } from "./take.js";

/**
 * Advice to make a lock for the map, or to use one that its struct has already.
 *
 * @param copied the side that gets a copy instead, and where that is made
 */
export function newLockAdvice(
  subject: Subject,
  copied: { readonly side: MapAccess; readonly at: Place } | null = null,
): string {
  const { index, reads, changes, home } = subject;
  const places = subject.places.filter((one) => one !== copied?.side);
  const had = lockOfOwner(index, home.variable, places);
  const forReaders = had === undefined ? reads > changes : isForReaders(had.key, index.accessesIn(had.file));
  const lock =
    had === undefined
      ? lockBeside(subject, forReaders)
      : existingLock(index, had.key, forReaders, subject.way);
  const type = mapType(subject);
  if (type !== undefined) {
    const all = takesAt(index, { ...lock, canTake: () => true }, places).text;
    return `Make ${type} a struct that has the map and a sync.${forReaders ? "RWMutex" : "Mutex"}, and take that in its methods: ${all}.`;
  }
  const { text, outOfReach } = takesAt(index, lock, places);
  const copying =
    copied === null ? "" : `; ${forReaders ? "RLock" : "Lock"} at ${placeOf(copied.at)} (to make the copy)`;
  const far = outOfReach.length === 0 ? "" : ` ${farText(outOfReach, subject)}`;
  const where =
    text === "" ? "take it wherever the map is used" : `take it wherever the map is used: ${text}${copying}`;
  return had === undefined
    ? `Put a sync.${forReaders ? "RWMutex" : "Mutex"} beside ${homeText(home)}, and ${where}.${far}`
    : `Let ${lockName(had)}, which ${ownerName(home.variable)} has already (taken at ${had.file}:${had.line}), guard ${holderName(home.variable)} too, and ${where}.${far}`;
}

/** The named map type whose methods all places are in, where nothing in the source keeps the map. */
function mapType({ home, places, index }: Subject): string | undefined {
  if (home.variable.kind === "field" || home.variable.kind === "global" || home.variable.kind === "element") {
    return undefined;
  }
  const types = new Set(
    places.map((access) => {
      const receiver = index.function(access.function)?.receiver;
      const variable = index.variable(access.variable);
      const isReceiver = variable?.function === access.function && variable.name === receiver?.name;
      return isReceiver ? receiver?.type : undefined;
    }),
  );
  return types.size === 1 ? [...types][0] : undefined;
}

/** What to do about places that do not have the lock. */
function farText(places: readonly MapAccess[], { home }: Subject): string {
  const list = placeList(places);
  return ownerOfField(home.variable.key) !== null
    ? `What ${list} ${places.length === 1 ? "does" : "do"} has to move into a method of ${ownerName(home.variable)} that takes it.`
    : `The code at ${list} must get a pointer to it.`;
}

function ownerName({ key, name }: MapVariable): string {
  const owner = ownerOfField(key);
  return owner === null ? name : owner.slice(owner.lastIndexOf(".") + 1);
}

/** The lock that is to be made. Its key is like that of a field or variable beside the map, and that of no real one. */
function lockBeside({ home, index, way }: Subject, forReaders: boolean): LockToTake {
  const owner = ownerOfField(home.variable.key);
  const global = /^(?:element of )*global (.+)\.[^.]+$/.exec(home.variable.key)?.[1];
  const key = owner !== null ? `field ${owner}.(new)` : `global ${global ?? ""}.(new)`;
  const outermost = (at: number): number => {
    const enclosing = index.function(at)?.enclosing ?? null;
    return enclosing === null ? at : outermost(enclosing);
  };
  const belongs = home.variable.function;
  const reaches = (access: MapAccess): boolean =>
    access.variable === home.index ||
    (owner === null && global === undefined
      ? belongs !== null && outermost(access.function) === outermost(belongs)
      : canTake(index, key, access));
  return { key, forReaders, way, canTake: reaches };
}

/** `the field Cache.items (cache.go:12)` */
function homeText({ variable }: Home): string {
  const at = declaredAt(variable);
  switch (variable.kind) {
    case "field":
      return `the field ${variable.name}${at}`;
    case "global":
      return `the package variable ${variable.name}${at}`;
    case "parameter":
      return `the map that comes in as ${variable.name}${at}`;
    case "result":
      return `the map that ${variable.name.replace(/^result of /, "")}${at} returns`;
    case "element":
      return `${holderName(variable)}${at}, which holds the maps`;
    case "local":
    case "other":
      return `${variable.name}${at}`;
    default:
      return variable.kind satisfies never;
  }
}
