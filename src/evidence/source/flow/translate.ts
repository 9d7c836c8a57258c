/** Says in the names of a caller what its callee calls by the names of its own, and the other way round. */
import { type Expr, type GoFile, unparen } from "../ast.js";
import { type VarObject } from "../types/object.js";
import { type LockRef, type Path } from "./body.js";
import { type Model, type Site } from "./model.js";
import { rebased } from "./paths.js";
import { type LockState } from "./state.js";

/** The expression that becomes a parameter of the called function; null when there is none. */
export function argumentFor(model: Model, site: Site, func: number, variable: VarObject): Expr | null {
  const info = model.infos[func];
  const { call } = site;
  if (info === undefined || call === null || !site.passes) {
    return null;
  }
  if (info.receiver === variable) {
    return site.receiver;
  }
  const index = info.params.indexOf(variable);
  return index < 0 ? null : (call.args[index] ?? null);
}

/** A lock as its callee left it, in the caller's names. */
export function toCaller(model: Model, site: Site, func: number, lock: LockState): LockState {
  return { ...lock, lock: lockToCaller(model, site, func, lock.lock) };
}

function lockToCaller(model: Model, site: Site, func: number, lock: LockRef): LockRef {
  const { root } = lock.path;
  const variable = root === null ? undefined : model.places.variable(root);
  if (variable === undefined || variable.function !== func) {
    return lock;
  }
  const argument = argumentFor(model, site, func, variable);
  const place = argument === null ? null : placeOf(model, argument, site.file);
  if (place === null) {
    return lock;
  }
  const whole = lock.path.fields.length === 0;
  return { key: whole ? model.synonyms.meaning(place.key) : lock.key, path: rebased(lock.path, place.path) };
}

function placeOf(model: Model, argument: Expr, file: GoFile): LockRef | null {
  return model.places.of(unparen(argument), file);
}

/** A lock that a caller holds at a site, in the names of the called function. */
export function lockToCallee(model: Model, site: Site, func: number, lock: LockRef): LockRef {
  const info = model.infos[func];
  const { root } = lock.path;
  if (info === undefined || root === null) {
    return lock;
  }
  for (const variable of [info.receiver, ...info.params]) {
    const argument = variable === null ? null : argumentFor(model, site, func, variable);
    const place = argument === null ? null : placeOf(model, argument, site.file);
    const path =
      variable === null || place === null
        ? null
        : within(lock.path, place.path, model.places.ofVariable(variable).path);
    if (path !== null) {
      return { key: lock.key, path };
    }
  }
  const variable = model.places.variable(root);
  const visible =
    variable === undefined || variable.function === null || isEnclosing(model, variable.function, func);
  // The callee has no name for it, so nothing there can be compared with it.
  return visible ? lock : { key: lock.key, path: { ...lock.path, root: null, id: `^${lock.path.id}` } };
}

/** `path` with the beginning that is `outer` called `inner`; null when it begins otherwise. */
function within(path: Path, outer: Path, inner: Path): Path | null {
  if (path.id !== outer.id && !path.id.startsWith(`${outer.id}.`)) {
    return null;
  }
  const fields = path.fields.slice(outer.fields.length);
  return {
    root: inner.root,
    fields: [...inner.fields, ...fields],
    id: [inner.id, ...fields].join("."),
    text: path.text,
    copied: path.copied || (fields.length > 0 && inner.copied),
  };
}

/** Whether a function literal stands, at any depth, inside a function. */
export function isEnclosing(model: Model, outer: number, inner: number): boolean {
  let at: number | null = inner;
  for (let depth = 0; at !== null && depth < 100; depth += 1) {
    if (at === outer) {
      return true;
    }
    at = model.program.functions[at]?.enclosing ?? null;
  }
  return false;
}
