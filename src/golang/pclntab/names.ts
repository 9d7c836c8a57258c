/**
 * A function's name as Go prints it in crashes, and gives it to programs.
 *
 * From Go 1.21 on the table holds the full type arguments of generic functions (`main.Max[go.shape.int]`), and they are
 * shortened on the way out (`main.Max[...]`); before, the table held the short form already.
 * Source: Go's src/runtime/symtab.go (funcNameForPrint), 1.27; checked against runtime.FuncForPC on all versions.
 */
export function printedName(symbol: string): string {
  const open = symbol.indexOf("[");
  const close = symbol.lastIndexOf("]");
  return open === -1 || close <= open ? symbol : `${symbol.slice(0, open)}[...]${symbol.slice(close + 1)}`;
}
