/** Says which locks are held at an access, and what makes them doubtful. */
import { type HeldLock, type OnceOrder } from "../facts.js";
import { type Path } from "./body.js";
import { heldHere, type HeldAtEntry } from "./callers.js";
import { type Model } from "./model.js";
import { isOnceKey } from "./signals.js";
import { type SharedFields } from "./shared-fields.js";
import { type LockState, type State } from "./state.js";

/** An access, as far as its locks are concerned. */
export interface LockedAccess {
  readonly function: number;
  readonly path: Path | null;
  readonly state: State | undefined;
  readonly entry: HeldAtEntry;
}

/** The sync.Onces whose function is running or has run at an access. */
export function onces(access: LockedAccess): OnceOrder[] {
  return heldHere(access.state?.locks, access.entry)
    .filter(({ lock, status }) => isOnceKey(lock.key) && status === "held")
    .map(({ lock, mode }) => ({ key: lock.key, when: mode === "lock" ? "inside" : "after" }));
}

/** The locks at an access, the sure ones first. */
export function heldLocks(model: Model, access: LockedAccess, shared: SharedFields): HeldLock[] {
  const locks = heldHere(access.state?.locks, access.entry).filter(({ lock }) => !isOnceKey(lock.key));
  return locks
    .map((lock) => heldLock(model, access, lock, shared))
    .toSorted((one, other) => Number(one.doubt !== null) - Number(other.doubt !== null));
}

function heldLock(model: Model, access: LockedAccess, lock: LockState, shared: SharedFields): HeldLock {
  const here = access.state?.locks.get(lock.lock.path.id) === lock;
  const place = lockPlace(model, lock);
  return {
    key: lock.lock.key,
    expression: lock.lock.path.text,
    mode: lock.mode,
    file: place?.file ?? "",
    line: place?.line ?? 0,
    doubt: doubtOf(model, access, lock, shared),
    by: here ? "here" : "caller",
  };
}

function lockPlace(model: Model, lock: LockState): { file: string; line: number } | null {
  const file = model.files[lock.at.file];
  return file === undefined ? null : { file: file.path, line: file.position(lock.at.pos).line };
}

function doubtOf(
  model: Model,
  access: LockedAccess,
  lock: LockState,
  shared: SharedFields,
): HeldLock["doubt"] {
  const { path } = lock.lock;
  if (path.copied) {
    return "copied";
  }
  if (isOtherInstance(model, access, lock, shared)) {
    return "other-instance";
  }
  return lock.status === "maybe" ? "maybe" : null;
}

function isOtherInstance(model: Model, access: LockedAccess, lock: LockState, shared: SharedFields): boolean {
  const { path, key } = lock.lock;
  const map = access.path;
  if (isOwnLocal(model, access, path)) {
    return true;
  }
  const field = map?.fields.at(-1);
  const lockField = path.fields.at(-1);
  if (map === null || field === undefined || lockField === undefined || key !== lockField) {
    return false;
  }
  if (ownerOf(field) !== ownerOf(lockField)) {
    return false;
  }
  if (shared.isShared(field)) {
    return true;
  }
  return path.root !== null && map.root !== null && baseOf(path) !== baseOf(map);
}

/** A lock that each call of the function makes anew, for a map that lives longer. */
function isOwnLocal(model: Model, access: LockedAccess, path: Path): boolean {
  const variable = path.root === null ? undefined : model.places.variable(path.root);
  const map = access.path?.root ?? null;
  const mapVariable = map === null ? undefined : model.places.variable(map);
  return (
    variable?.role === "local" &&
    path.fields.length === 0 &&
    variable.function === access.function &&
    mapVariable !== undefined &&
    (mapVariable.role === "global" || mapVariable.role === "receiver") &&
    !model.synonyms.isJoined(model.program.keyOf(variable))
  );
}

/** The struct that a field belongs to, by its key. */
function ownerOf(field: string): string {
  return field.slice(0, field.lastIndexOf("."));
}

function baseOf(path: Path): string {
  return path.id.slice(0, path.id.length - (path.fields.at(-1)?.length ?? 0));
}
