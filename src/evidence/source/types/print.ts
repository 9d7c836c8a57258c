/** Types as people write them. */
import { type Signature, type Type } from "./type.js";

const maxLength = 200;

/** A type as text, with package names: `map[string]http.Header`. */
export function typeText(type: Type): string {
  const text = print(type, 0);
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

function print(type: Type, depth: number): string {
  if (depth > 8) {
    return "…";
  }
  const inner = (t: Type): string => print(t, depth + 1);
  switch (type.kind) {
    case "Basic":
      return type.name;
    case "Named": {
      const from = type.object.package;
      const name = from === null || from.name === "" ? type.object.name : `${from.name}.${type.object.name}`;
      return type.args.length === 0 ? name : `${name}[${type.args.map(inner).join(", ")}]`;
    }
    case "Pointer":
      return `*${inner(type.element)}`;
    case "Slice":
      return `[]${inner(type.element)}`;
    case "Array":
      return `[…]${inner(type.element)}`;
    case "Map":
      return `map[${inner(type.key)}]${inner(type.element)}`;
    case "Chan":
      return `chan ${inner(type.element)}`;
    case "Struct":
      return type.fields.length === 0
        ? "struct{}"
        : `struct{ ${type.fields.map((f) => `${f.embedded ? "" : `${f.name} `}${inner(f.type)}`).join("; ")} }`;
    case "Tuple":
      return `(${type.elements.map(inner).join(", ")})`;
    case "Signature":
      return `func${signature(type, depth)}`;
    case "Interface":
      return type.methods.length + type.embedded.length + type.unions.length === 0 ? "any" : "interface{…}";
    case "TypeParam":
      return type.name;
    case "Unknown":
      return "?";
    default:
      return type satisfies never;
  }
}

function signature(type: Signature, depth: number): string {
  const list = (vars: Signature["params"]): string => vars.map((v) => print(v.type, depth + 1)).join(", ");
  const results = list(type.results);
  if (type.results.length === 0) {
    return `(${list(type.params)})`;
  }
  return `(${list(type.params)}) ${type.results.length === 1 ? results : `(${results})`}`;
}
