/** Words for places in the source: short where several are in one file, and never the same one twice. */
import type { MapAccess } from "../../../evidence/source/facts.js";
import { isChange } from "../../kind.js";

/** A line of the source. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** More places than this are not listed one by one. */
const maxPlaces = 6;

/** `cache.go:12` */
export function placeOf({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** The accesses at different lines; where one line has several, a change stands for all. */
export function distinctPlaces(accesses: readonly MapAccess[]): MapAccess[] {
  const found = new Map<string, MapAccess>();
  for (const one of accesses) {
    const known = found.get(placeOf(one));
    if (known === undefined || (!isChange(known.operation) && isChange(one.operation))) {
      found.set(placeOf(one), one);
    }
  }
  return [...found.values()];
}

/** `cache.go:12, :15 and shop.go:3`: the file is named once; of many, the first ones. */
export function placeList(places: readonly Place[]): string {
  const files = [...new Set(places.map(({ file: name }) => name))];
  const distinct = [...new Map(places.map((one) => [placeOf(one), one])).values()].toSorted(
    (one, other) => files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line,
  );
  const listed = distinct.slice(0, maxPlaces);
  let file = "";
  const words = listed.map((one) => {
    const word = one.file === file ? `:${one.line}` : placeOf(one);
    ({ file } = one);
    return word;
  });
  const left = distinct.length - listed.length;
  return joined(left === 0 ? words : [...words, `${left} more ${left === 1 ? "place" : "places"}`]);
}

/** `a`, `a and b`, `a, b and c` */
export function joined(words: readonly string[], last = "and"): string {
  return words.length < 2
    ? (words[0] ?? "")
    : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}

/** `1 place`, `3 places` */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
