/** Names of types with the whole paths of their packages, as DWARF and debuggers write them. */
import type { GoType } from "./go-type.js";
import type { TypeReader } from "./reader.js";

/** So deep are the parts of a type spelled out. */
const deepest = 8;

/**
 * The name of a type in which each package stands with its path: `map[string]example.org/shop.Order`. That of a struct or
 * function type without a name is the short one.
 */
export function fullName(types: TypeReader, type: GoType, depth = 0): string {
  if (type.packagePath !== undefined) {
    // The package's name ends at the last dot before type arguments.
    const bracket = type.name.indexOf("[");
    const plain = bracket === -1 ? type.name : type.name.slice(0, bracket);
    return `${type.packagePath}.${type.name.slice(plain.lastIndexOf(".") + 1)}`;
  }
  if (type.named || depth > deepest) {
    return type.name;
  }
  const part = (address: number): string => {
    const other = types.at(address);
    return other === undefined ? "?" : fullName(types, other, depth + 1);
  };
  switch (type.kind) {
    case "map":
      return `map[${part(type.key)}]${part(type.element)}`;
    case "slice":
      return `[]${part(type.element)}`;
    case "array":
      return `[${type.length}]${part(type.element)}`;
    case "ptr":
      return `*${part(type.element)}`;
    default:
      return type.name;
  }
}
