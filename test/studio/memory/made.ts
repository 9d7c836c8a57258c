/** Maps of the model, as the page is given them. */
import type { MapJson } from "../../../src/document/map-schema.js";
import { modelMapJson } from "../../../src/document/model-map.js";
import { classicMap } from "../../../src/gomap/classic/index.js";
import { swissMap } from "../../../src/gomap/swiss/index.js";
import { int64, string } from "../../../src/gomap/types.js";
import { someHashKey, TestMap } from "../../support/gomap.js";

/** A classic map of Go 1.23. */
export const classic = classicMap({ minor: 23, key: int64, elem: int64, hashKey: someHashKey });
/** The same with keys that are strings. */
export const classicStrings = classicMap({ minor: 23, key: string, elem: int64, hashKey: someHashKey });
/** A swiss map of Go 1.27. */
export const swiss = swissMap({ minor: 27, key: int64, elem: int64, hashKey: someHashKey });

/** A map of so many elements. */
export function filled(functions: typeof classic | typeof swiss, elements: number): TestMap {
  const map = new TestMap(functions);
  for (let n = 0; n < elements; n++) {
    map.set(n, n);
  }
  return map;
}

/** The map as JSON. */
export function jsonOf(map: TestMap): MapJson {
  return modelMapJson(map.memory, map.functions, map.map);
}

/** The states of a map after each of some elements were put into it. */
export function statesOf(
  functions: typeof classic | typeof swiss,
  from: number,
  until: number,
): readonly MapJson[] {
  const map = filled(functions, from);
  const states = [jsonOf(map)];
  for (let n = from; n < until; n++) {
    map.set(n, n);
    states.push(jsonOf(map));
  }
  return states;
}
