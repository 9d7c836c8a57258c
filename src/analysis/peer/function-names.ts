/** The names of functions as compilers and the runtime write them, brought to one form. */

/** A function's name without type arguments and without what compilers add. */
export function plainName(name: string): string {
  return withoutTypeArguments(name)
    .replaceAll("%2e", ".")
    .replace(/(?:-fm|·dwrap·\d+|-range\d+)+$/, "");
}

/**
 * The name of the declared function that a function literal stands in: `main.(*Cache).Put` of `main.(*Cache).Put.func1.2`.
 * Literals of package variables belong to the package's initialisation; up to Go 1.21 they are called `main.glob..func1`.
 */
export function rootName(name: string): string {
  return plainName(name)
    .replace(/(?:\.(?:func\d+|gowrap\d+|deferwrap\d+|\d+)|-range\d+)+$/, "")
    .replace(/\.glob\.$/, ".init");
}

function withoutTypeArguments(name: string): string {
  const open = name.indexOf("[");
  if (open === -1) {
    return name;
  }
  let depth = 0;
  let plain = "";
  for (const character of name) {
    depth += character === "[" ? 1 : 0;
    plain += depth === 0 ? character : "";
    depth -= character === "]" ? 1 : 0;
  }
  return plain;
}
