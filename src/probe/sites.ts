/**
 * The site by which the trap knows an access: the return address of the map function, or, where a package of the standard
 * library uses the map on behalf of a caller (reflect, encoding/json …), the return address in that caller.
 */

/** The packages that use maps of their callers; the same ones as in probe/runtime/sites.go. */
export const carrierPackages: readonly string[] = [
  "encoding/json",
  "encoding/gob",
  "encoding/xml",
  "expvar",
  "fmt",
  "html/template",
  "internal/fmtsort",
  "iter",
  "log/slog",
  "maps",
  "net/textproto",
  "net/url",
  "reflect",
  "slices",
  "text/template",
];

/**
 * Finds the site in the stack of an access.
 *
 * @param pcs raw return addresses, the map function's first
 * @param functionAt name of the function that a return address lies in, of inlined ones the one that they were put into;
 *   undefined where it is not known
 * @returns undefined when there is no stack
 */
export function trapSite(
  pcs: readonly number[],
  functionAt: (pc: number) => string | undefined,
): number | undefined {
  const [first] = pcs;
  if (first === undefined || !isCarrier(functionAt(first) ?? "")) {
    return first;
  }
  return (
    pcs.find((pc) => {
      const name = functionAt(pc) ?? "";
      return !/^(?:runtime|internal\/runtime\/maps)\./.test(name) && !isCarrier(name);
    }) ?? first
  );
}

function isCarrier(name: string): boolean {
  const folder = packageOf(name);
  return (
    carrierPackages.includes(folder) ||
    (folder === "net/http" && name.startsWith("net/http.Header.")) ||
    (folder === "runtime" && name.includes("map"))
  );
}

/** The import path that a function's name begins with; type arguments hold paths of their own. */
function packageOf(name: string): string {
  const plain = name.split("[", 1)[0] ?? "";
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  return dot === -1 ? plain : plain.slice(0, dot);
}
