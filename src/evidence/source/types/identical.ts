/** Whether two types are the same. */
import { type Signature, type Type } from "./type.js";

const maxDepth = 30;

/** Whether two types are identical. What is unknown is identical to nothing but itself. */
export function identical(a: Type, b: Type): boolean {
  return same(a, b, 0);
}

function same(a: Type, b: Type, depth: number): boolean {
  if (a === b) {
    return true;
  }
  if (depth > maxDepth) {
    return false;
  }
  switch (a.kind) {
    case "Named":
      return b.kind === "Named" && a.object === b.object && all(a.args, b.args, depth);
    case "Pointer":
      return b.kind === "Pointer" && same(a.element, b.element, depth + 1);
    case "Slice":
      return b.kind === "Slice" && same(a.element, b.element, depth + 1);
    case "Array":
      return b.kind === "Array" && same(a.element, b.element, depth + 1);
    case "Chan":
      return b.kind === "Chan" && same(a.element, b.element, depth + 1);
    case "Map":
      return b.kind === "Map" && same(a.key, b.key, depth + 1) && same(a.element, b.element, depth + 1);
    case "Tuple":
      return b.kind === "Tuple" && all(a.elements, b.elements, depth);
    case "Signature":
      return b.kind === "Signature" && sameSignature(a, b, depth);
    case "Struct":
      return (
        b.kind === "Struct" &&
        a.fields.length === b.fields.length &&
        a.fields.every((field, i) => {
          const other = b.fields[i];
          return (
            other !== undefined &&
            field.name === other.name &&
            field.embedded === other.embedded &&
            same(field.type, other.type, depth + 1)
          );
        })
      );
    case "Interface":
      return (
        b.kind === "Interface" &&
        a.methods.length === b.methods.length &&
        a.methods.every((method, i) => method.name === b.methods[i]?.name) &&
        all(a.embedded, b.embedded, depth)
      );
    case "Basic":
      return b.kind === "Basic" && a.name === b.name;
    case "TypeParam":
    case "Unknown":
      return false;
    default:
      return a satisfies never;
  }
}

function all(a: readonly Type[], b: readonly Type[], depth: number): boolean {
  return (
    a.length === b.length &&
    a.every((type, i) => {
      const other = b[i];
      return other !== undefined && same(type, other, depth + 1);
    })
  );
}

function sameSignature(a: Signature, b: Signature, depth: number): boolean {
  return (
    a.variadic === b.variadic &&
    all(
      a.params.map((param) => param.type),
      b.params.map((param) => param.type),
      depth,
    ) &&
    all(
      a.results.map((result) => result.type),
      b.results.map((result) => result.type),
      depth,
    )
  );
}
