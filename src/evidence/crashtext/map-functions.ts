/** What the runtime's and reflect's functions do to a map, by their names, Go 1.6 to 1.27. */
import type { Operation } from "../../case/case.js";

/** Functions of package runtime, those included that reflect and maps link to; `_fast64` and the like may follow. */
const runtimeFunctions: readonly (readonly [RegExp, Operation])[] = [
  [/^mapiter/i, "iterate"],
  [/^mapaccessK/, "iterate"],
  [/^mapaccess/, "read"],
  [/^mapassign/, "write"],
  [/^mapdelete/, "delete"],
  [/^mapclear/, "clear"],
  [/^(?:mapclone|clone$)/, "clone"],
  [/^maplen/, "length"],
  [/^(?:hashGrow|growWork|evacuate)/, "write"],
];

/** Methods and functions of internal/runtime/maps, and of its functions that bear the runtime's names. */
const swissFunctions: readonly (readonly [RegExp, Operation])[] = [
  [/^\(\*Iter\)\.(?:Next|Init|nextDirIdx|grownKeyElem)/, "iterate"],
  [/^\(\*(?:Map|table)\)\.(?:get|Get)/, "read"],
  [/^(?:runtime_)?mapaccess/, "read"],
  [/^\(\*(?:Map|table)\)\.(?:put|Put|uncheckedPut)/, "write"],
  // Only an assignment makes a map grow.
  [/^\(\*(?:Map|table)\)\.(?:grow|rehash|split|replaceTable|installTable|prune)/, "write"],
  [/^(?:runtime_)?mapassign/, "write"],
  [/^\(\*(?:Map|table)\)\.(?:delete|Delete)/, "delete"],
  [/^(?:runtime_)?mapdelete/, "delete"],
  [/^\(\*(?:Map|table)\)\.(?:clear|Clear)/, "clear"],
  [/^\(\*(?:Map|table)\)\.(?:clone|Clone)/, "clone"],
];

const swissPackage = "internal/runtime/maps.";

/** `runtime.mapaccess1_faststr`, `reflect.mapassign0`, `runtime.reflect_mapdelete`, `maps.clone` */
const runtimeName =
  /^(?:runtime|reflect|internal\/reflectlite|maps)\.(?:reflect_|reflectlite_|maps_)?(map.*|clone|hashGrow|growWork.*|evacuate.*)$/;

/**
 * What a function of Go's does to a map.
 *
 * @returns null when it is not a function of the map
 */
export function mapOperationOf(functionName: string): Operation | null {
  if (functionName.startsWith(swissPackage)) {
    return find(swissFunctions, functionName.slice(swissPackage.length));
  }
  const name = runtimeName.exec(functionName)?.[1];
  return name === undefined ? null : find(runtimeFunctions, name);
}

function find(table: readonly (readonly [RegExp, Operation])[], name: string): Operation | null {
  return table.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Whether a function stops the program with a message: `runtime.throw`, `runtime.fatal`, `internal/runtime/maps.fatal`. */
export function isFatalFunction(functionName: string): boolean {
  return (
    functionName === "runtime.throw" ||
    functionName === "runtime.fatal" ||
    functionName === "runtime.mapsFatal" ||
    functionName === "internal/runtime/maps.fatal"
  );
}

/**
 * The address of the map among a map function's arguments as printed.
 *
 * @returns null where the function has none, or its value may be stale (`0x0?`)
 */
export function mapArgument(functionName: string, printed: string | null): string | null {
  if (printed === null) {
    return null;
  }
  const values = printed.split(", ");
  const index = /\.\(\*Map\)\./.test(functionName) ? 0 : takesMapSecond.test(functionName) ? 1 : -1;
  const value = values[index];
  return value !== undefined && /^0x[0-9a-f]{5,16}$/.test(value) ? value : null;
}

/** Functions whose arguments begin with the map's type and the map. */
const takesMapSecond =
  /^(?:runtime|reflect)\.(?:reflect_)?map(?:access|assign|delete|clear|iterinit|IterStart)/;
