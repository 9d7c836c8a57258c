/**
 * Maps that leave the place where they are looked after: returned by a method, kept in another struct, sent away. Whoever has
 * them then cannot take the lock; the cure is a copy at the line where the map gets out.
 */
import type { MapAccess, MapFlow } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";
import type { FactsIndex } from "../facts-index.js";
import { declaredAt, holderName, isInSource } from "./home.js";
import { functionAt, lockName, lockOfOwner } from "./locks.js";
import { placeOf } from "./places.js";
import type { Subject } from "./subject.js";

/** A line at which a map gets out. */
export interface HandOut {
  readonly flow: MapFlow;
  /** The side that uses it afterwards. */
  readonly side: MapAccess;
  /** Whether the map was taken over from somebody who goes on to use it. */
  readonly taken: boolean;
}

/** Where the map gets out to a side that reads it, or was taken over from one that changes it. */
export function handOutOf({ home, detector, change, index }: Subject): HandOut | undefined {
  const out = home.toDetector.find((flow) => leaves(flow, index));
  if (out !== undefined && !isChange(detector.operation)) {
    return { flow: out, side: detector, taken: false };
  }
  const kept = home.into.find(({ how, to }) => how === "store" || isField(to, index));
  return kept === undefined ||
    isDoneBefore(change, kept, index) ||
    home.beside.some((flow) => leaves(flow, index))
    ? undefined
    : { flow: kept, side: change, taken: true };
}

/** Where the map gets out to a side that changes it. */
export function changedOutside({ home, detector, change, index }: Subject): HandOut | undefined {
  const sides = [
    { side: change, flows: [...home.toChange, ...home.beside] },
    { side: detector, flows: home.toDetector },
  ];
  return sides
    .filter(({ side }) => isChange(side.operation))
    .flatMap(({ side, flows }) => {
      const flow = flows.find((one) => leaves(one, index));
      return flow === undefined ? [] : [{ flow, side, taken: false }];
    })[0];
}

/** Whether a change comes before the map is handed over, in the same function. */
function isDoneBefore(change: MapAccess, flow: MapFlow, index: FactsIndex): boolean {
  return functionAt(index, flow) === change.function && change.line < flow.line;
}

/** Whether a flow takes the map to where its lock does not follow. */
function leaves({ how, from, to }: MapFlow, index: FactsIndex): boolean {
  const target = index.variable(to);
  if (target === undefined || how === "argument" || how === "capture") {
    return false;
  }
  const source = index.variable(from);
  return (
    target.kind === "result" ||
    how === "send" ||
    target.kind === "field" ||
    target.kind === "global" ||
    target.kind === "element" ||
    (how === "assign" &&
      typeof source?.function === "number" &&
      typeof target.function === "number" &&
      source.function !== target.function)
  );
}

function isField(variable: number, index: FactsIndex): boolean {
  return index.variable(variable)?.kind === "field";
}

/** Advice to copy the map at the line where it gets out. */
export function copyAdvice(handOut: HandOut, subject: Subject): string {
  const { flow, side, taken } = handOut;
  const { index, home, guard } = subject;
  const copy = copyWords(index, flow.file, subject);
  const source = index.variable(flow.from);
  if (taken) {
    const name = holderName(home.variable);
    const whose =
      source?.kind === "parameter" ? "the caller's own map" : `the map ${source?.name ?? ""}`.trim();
    return `${placeOf(flow)} keeps ${whose} in ${name}, and ${placeOf(side)} goes on to change it. Keep a copy there instead: ${copy}.`;
  }
  if (flow.how === "send") {
    return `${placeOf(flow)} sends the map away, and who sent it goes on to use it. Send a copy (${copy}), or go on with a new map.`;
  }
  const name = source === undefined ? "the map" : holderName(isInSource(source) ? source : home.variable);
  const lock = guard?.lock ?? lockOfOwner(index, home.variable, subject.places);
  const under = lock === undefined ? "" : `, under ${lockName(lock)}`;
  return `${name} gets out at ${placeOf(flow)}, and ${placeOf(side)} uses it where no lock of its owner reaches. Hand out a copy there${under}: ${copy}${single(side)}.`;
}

/** Advice on a map that is changed where its owner's lock does not reach. */
export function changedOutsideAdvice({ flow, side }: HandOut, subject: Subject): string {
  const { home, guard, index } = subject;
  const target = index.variable(flow.to);
  if (target?.kind === "field" && !isInSource(target)) {
    return `${placeOf(flow)} makes all share ${holderName(home.variable)}, and ${placeOf(side)} changes it. Share a copy there instead: ${copyWords(index, flow.file, subject)}.`;
  }
  const lock = guard?.lock ?? lockOfOwner(index, home.variable, subject.places);
  const name = holderName(home.variable);
  const map = home.variable.kind === "element" ? `A map that ${name} holds` : name;
  const held =
    lock === undefined
      ? `a lock that is declared beside ${name}${declaredAt(home.variable)}`
      : lockName(lock);
  return `${map} gets out at ${placeOf(flow)}, and ${placeOf(side)} changes it where no lock of its owner reaches. Let its owner change it: do what ${placeOf(side)} does in a method that holds ${held} meanwhile, instead of handing the map out.`;
}

/** How a map is copied in the Go version that the module asks for. */
export function copyWords(index: FactsIndex, file: string, { home }: Subject): string {
  const module = index.facts.modules
    .filter(({ folder }) => folder === "" || file.startsWith(`${folder}/`))
    .toSorted((one, other) => other.folder.length - one.folder.length)[0];
  const minor = Number(/^1\.(\d+)/.exec(module?.goVersion ?? "")?.[1] ?? "21");
  const type = home.variable.type ?? "";
  if (type === "http.Header") {
    return "its Clone method makes one";
  }
  const deep = /\](?:\*|map\[|\[\])/.test(type)
    ? " (that copies the outer map only: copy its values too where they are changed in place)"
    : "";
  return minor >= 21 ? `maps.Clone makes one${deep}` : `fill a new map in a loop${deep}`;
}

/** A reader of one key needs no map at all. */
function single({ operation, through }: MapAccess): string {
  return operation === "read" && through === null ? "; or hand out the single value that is asked for" : "";
}
