/**
 * Which maps a library function gets to when it is given a value: the value itself, fields, elements, and what pointers
 * point to.
 */
import { type Expr, type GoFile } from "../ast.js";
import { type MapVariables } from "../program.js";
import { lookup } from "../types/lookup.js";
import { type Type, underlying } from "../types/type.js";

/** How a library goes through values. */
export interface Manner {
  /** Whether it sees fields whose names begin with a small letter. */
  readonly unexported: boolean;
  /** Whether it follows pointers inside a value; `top`: only the value itself may be a pointer. */
  readonly pointers: "all" | "top";
  /** A type with one of these methods is asked instead of gone through. */
  readonly methods: readonly string[];
}

/** fmt and what is built on it: prints nested pointers as addresses, and asks `String` and `Error`. */
export const printing: Manner = {
  unexported: true,
  pointers: "top",
  methods: ["Format", "Error", "String"],
};

/** encoding/json and the like. */
export const encoding: Manner = {
  unexported: false,
  pointers: "all",
  methods: ["MarshalJSON", "MarshalJSONTo", "MarshalText", "MarshalYAML", "MarshalXML", "GobEncode"],
};

/** Decoders. */
export const decoding: Manner = {
  unexported: false,
  pointers: "all",
  methods: [
    "UnmarshalJSON",
    "UnmarshalJSONFrom",
    "UnmarshalText",
    "UnmarshalYAML",
    "UnmarshalXML",
    "GobDecode",
  ],
};

/** Templates see exported fields, and whatever is printed. */
export const template: Manner = { unexported: false, pointers: "all", methods: [] };

/** reflect.DeepEqual compares everything. */
export const comparing: Manner = { unexported: true, pointers: "all", methods: [] };

const maxDepth = 6;
const maxFound = 40;
const maxSteps = 2000;

/** The maps that are reached from a value, by their variables. */
export function reachedMaps(
  value: Expr,
  type: Type,
  file: GoFile,
  manner: Manner,
  variables: MapVariables,
): number[] {
  const found: number[] = [];
  const seen = new Set<object>();
  let steps = 0;
  const visit = (current: Type, variable: () => number, depth: number): void => {
    steps++;
    if (steps > maxSteps || depth > maxDepth || found.length >= maxFound || asksMethod(current, manner)) {
      return;
    }
    const mark = current.kind === "Named" ? current.object : null;
    if (mark !== null) {
      if (seen.has(mark)) {
        return;
      }
      seen.add(mark);
    }
    const under = underlying(current);
    switch (under.kind) {
      case "Map": {
        const index = variable();
        found.push(index);
        visit(under.element, () => variables.elementOf(index), depth + 1);
        break;
      }
      case "Slice":
      case "Array":
        visit(under.element, () => variables.elementOf(variable()), depth + 1);
        break;
      case "Pointer":
        if (depth === 0 || manner.pointers === "all") {
          visit(under.element, variable, depth + 1);
        }
        break;
      case "Struct":
        for (const field of under.fields) {
          if (manner.unexported || field.embedded || /^\p{Lu}/u.test(field.name)) {
            visit(field.type, () => variables.ofObject(field), depth + 1);
          }
        }
        break;
      default:
        break;
    }
    if (mark !== null) {
      seen.delete(mark);
    }
  };
  visit(type, () => variables.ofExpr(value, file), 0);
  return [...new Set(found)];
}

function asksMethod(type: Type, manner: Manner): boolean {
  const named = type.kind === "Named" || (type.kind === "Pointer" && type.element.kind === "Named");
  return (
    named &&
    manner.methods.some((name) => {
      const found = lookup(type, name);
      // A method with a pointer receiver is not there for the value itself.
      return (
        found?.object.kind === "Func" &&
        (type.kind === "Pointer" || !found.object.pointerReceiver || found.path.length > 0)
      );
    })
  );
}
